#include "envelope_json.h"

#include "envelope_tag.h"
#include "envelope_time.h"

static void skip_space(struct str *rest)
{
    while (rest->len && (rest->ptr[0] == ' ' || rest->ptr[0] == '\t'))
        *rest = str_skip(*rest, 1);
}

/* Bytes between the quotes of the string at the front of text; up to the end of text if the closing
 * one is missing. */
static size_t body_len(struct str text)
{
    for (size_t at = 1; at < text.len; at++) {
        ptrdiff_t quote = str_find_char(str_skip(text, at), '"');
        if (quote < 0)
            break;
        at += (size_t)quote;
        size_t backslashes = 0;
        while (text.ptr[at - 1 - backslashes] == '\\')
            backslashes++;
        if (backslashes % 2 == 0)
            return at - 1;
    }
    return text.len - 1;
}

/* Length of the string at the front of text with its quotes. */
static size_t string_len(struct str text)
{
    size_t len = body_len(text) + 2;
    return len < text.len ? len : text.len;
}

/* Length of the array or object at the front of text. */
static size_t nested_len(struct str text)
{
    size_t depth = 0;
    for (size_t at = 0; at < text.len; at++) {
        char c = text.ptr[at];
        if (c == '"')
            at += string_len(str_skip(text, at)) - 1;
        else if (c == '[' || c == '{')
            depth++;
        else if ((c == ']' || c == '}') && --depth == 0)
            return at + 1;
    }
    return text.len;
}

static size_t value_len(struct str text)
{
    size_t len = 0;
    if (text.len && text.ptr[0] == '"')
        return string_len(text);
    if (text.len && (text.ptr[0] == '[' || text.ptr[0] == '{'))
        return nested_len(text);
    while (len < text.len && text.ptr[len] != ',' && text.ptr[len] != ']' && text.ptr[len] != '}')
        len++;
    return len;
}

bool json_next(struct str *rest, struct json_member *ret)
{
    struct str text = *rest;
    skip_space(&text);
    if (text.len == 0 || text.ptr[0] != '"')
        return false;
    ret->key = (struct str){text.ptr + 1, body_len(text)};
    text = str_skip(text, string_len(text));
    skip_space(&text);
    if (!str_take(&text, STR(":")))
        return false;
    skip_space(&text);
    ret->value = str_head(text, value_len(text));
    text = str_skip(text, ret->value.len);
    skip_space(&text);
    str_take(&text, STR(","));
    *rest = text;
    return true;
}

static unsigned hex_digit(char c)
{
    if (char_is_digit(c))
        return (unsigned)(c - '0');
    c = char_lower(c);
    return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 : 16;
}

/* "\u00e9" at the front of text. */
static bool unicode_at(struct str text, uint32_t *ret)
{
    if (text.len < 6 || text.ptr[0] != '\\' || text.ptr[1] != 'u')
        return false;
    uint32_t code = 0;
    for (size_t i = 2; i < 6; i++) {
        unsigned digit = hex_digit(text.ptr[i]);
        if (digit > 15)
            return false;
        code = code * 16 + digit;
    }
    *ret = code;
    return true;
}

static char *put_utf8(char *out, uint32_t code)
{
    if (code < 0x80) {
        *out++ = (char)code;
        return out;
    }
    if (code < 0x800) {
        *out++ = (char)(0xC0 | code >> 6);
    } else {
        if (code < 0x10000) {
            *out++ = (char)(0xE0 | code >> 12);
        } else {
            *out++ = (char)(0xF0 | code >> 18);
            *out++ = (char)(0x80 | (code >> 12 & 0x3F));
        }
        *out++ = (char)(0x80 | (code >> 6 & 0x3F));
    }
    *out++ = (char)(0x80 | (code & 0x3F));
    return out;
}

/* Takes one \u escape, or the two of a surrogate pair, off *text; half a pair is U+FFFD. */
static bool take_unicode(struct str *text, char **out)
{
    uint32_t code, low;
    if (!unicode_at(*text, &code))
        return false;
    *text = str_skip(*text, 6);
    if (code >= 0xD800 && code < 0xDC00 && unicode_at(*text, &low) && low >= 0xDC00 &&
        low < 0xE000) {
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        *text = str_skip(*text, 6);
    } else if (code >= 0xD800 && code < 0xE000) {
        code = 0xFFFD;
    }
    *out = put_utf8(*out, code);
    return true;
}

static char unescaped(char c)
{
    switch (c) {
    case 'n':
        return '\n';
    case 't':
        return '\t';
    case 'r':
        return '\r';
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    default:
        return c;
    }
}

/* An escape is never shorter than what it stands for, so text.len bytes suffice. */
static struct str decode_string(struct str text, struct arena *scratch)
{
    if (str_find_char(text, '\\') < 0)
        return text;
    char *start = arena_chars(scratch, text.len), *out = start;
    while (text.len) {
        ptrdiff_t plain = str_find_char(text, '\\');
        size_t len = plain < 0 ? text.len : (size_t)plain;
        memcpy(out, text.ptr, len);
        out += len;
        text = str_skip(text, len);
        if (text.len < 2)
            break;
        if (take_unicode(&text, &out))
            continue;
        *out++ = unescaped(text.ptr[1]);
        text = str_skip(text, 2);
    }
    return str_between(start, out);
}

/* "101,105,103]" */
static struct str decode_bytes(struct str text, struct arena *scratch)
{
    char *start = arena_chars(scratch, text.len + 1), *out = start;
    uint64_t byte;
    for (;;) {
        skip_space(&text);
        if (!str_take_u64(&text, &byte) || byte > UINT8_MAX)
            break;
        *out++ = (char)(unsigned char)byte;
        skip_space(&text);
        if (!str_take(&text, STR(",")))
            break;
    }
    return str_between(start, out);
}

struct str json_decoded_text(struct str value, struct arena *scratch)
{
    /* an array of strings or of arrays is a field that occurs several times */
    while (value.len > 1 && value.ptr[0] == '[') {
        struct str inner = str_skip(value, 1);
        skip_space(&inner);
        if (inner.len && char_is_digit(inner.ptr[0]))
            return decode_bytes(inner, scratch);
        if (inner.len == 0 || inner.ptr[0] == '[')
            value = inner;
        else
            value = str_head(inner, value_len(inner));
    }
    if (value.len == 0 || value.ptr[0] != '"')
        return str_head(value, 0);
    return decode_string((struct str){value.ptr + 1, body_len(value)}, scratch);
}

enum slot {
    SLOT_MESSAGE,
    SLOT_IDENTIFIER,
    SLOT_COMMAND,
    SLOT_SYSLOG_PID,
    SLOT_PID,
    SLOT_HOST,
    SLOT_SOURCE_TIME,
    SLOT_TIME,
    SLOT_COUNT,
};

/* False if this is no entry of the journal. The first of equal keys counts. */
static bool find_slots(struct str line, struct str slots[SLOT_COUNT])
{
    static const struct str keys[SLOT_COUNT] = {
        [SLOT_MESSAGE] = {"MESSAGE", 7},
        [SLOT_IDENTIFIER] = {"SYSLOG_IDENTIFIER", 17},
        [SLOT_COMMAND] = {"_COMM", 5},
        [SLOT_SYSLOG_PID] = {"SYSLOG_PID", 10},
        [SLOT_PID] = {"_PID", 4},
        [SLOT_HOST] = {"_HOSTNAME", 9},
        [SLOT_SOURCE_TIME] = {"_SOURCE_REALTIME_TIMESTAMP", 26},
        [SLOT_TIME] = {"__REALTIME_TIMESTAMP", 20},
    };
    struct str rest = str_skip(line, 1);
    struct json_member member;
    while (json_next(&rest, &member))
        for (size_t i = 0; i < SLOT_COUNT; i++)
            if (!slots[i].ptr && str_eq(member.key, keys[i]))
                slots[i] = member.value;
    return slots[SLOT_TIME].ptr || slots[SLOT_SOURCE_TIME].ptr ||
           (slots[SLOT_MESSAGE].ptr && slots[SLOT_IDENTIFIER].ptr);
}

bool envelope_journal_json(struct str line, struct arena *scratch, struct envelope *ret)
{
    struct str slots[SLOT_COUNT] = {0};
    if (!find_slots(line, slots))
        return false;
    ret->format = ENVELOPE_JOURNAL_JSON;
    if (!envelope_time_usec(json_decoded_text(slots[SLOT_SOURCE_TIME], scratch), &ret->stamp))
        envelope_time_usec(json_decoded_text(slots[SLOT_TIME], scratch), &ret->stamp);
    ret->host = json_decoded_text(slots[SLOT_HOST], scratch);
    ret->program = json_decoded_text(slots[SLOT_IDENTIFIER], scratch);
    if (ret->program.len == 0)
        ret->program = json_decoded_text(slots[SLOT_COMMAND], scratch);
    uint64_t pid;
    if ((str_to_u64(json_decoded_text(slots[SLOT_SYSLOG_PID], scratch), &pid) ||
         str_to_u64(json_decoded_text(slots[SLOT_PID], scratch), &pid)) &&
        pid <= UINT32_MAX)
        ret->pid = (uint32_t)pid;
    ret->text = envelope_skip_blanks(json_decoded_text(slots[SLOT_MESSAGE], scratch));
    envelope_clean_text(scratch, ret);
    return true;
}
