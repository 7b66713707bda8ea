#include "escape.h"

#include <assert.h>
#include <openssl/sha.h>
#include <stdio.h>

static const char replacement[] = "\xEF\xBF\xBD";

/* Code points from, to (sorted) that a terminal must not get: controls, marks of direction,
 * joiners, tags, surrogates. */
static const uint32_t unseen[][2] = {
    {0x0000, 0x001F}, {0x007F, 0x009F}, {0x00AD, 0x00AD}, {0x034F, 0x034F},   {0x061C, 0x061C},
    {0x115F, 0x1160}, {0x17B4, 0x17B5}, {0x180B, 0x180F}, {0x200B, 0x200F},   {0x2028, 0x202E},
    {0x2060, 0x206F}, {0x3164, 0x3164}, {0xD800, 0xDFFF}, {0xFE00, 0xFE0F},   {0xFEFF, 0xFEFF},
    {0xFFA0, 0xFFA0}, {0xFFF0, 0xFFFB}, {0xFFFE, 0xFFFF}, {0xE0000, 0xE0FFF},
};

/* From, to (sorted) of what takes two columns, generously. */
static const uint32_t wide[][2] = {
    {0x1100, 0x115F}, {0x231A, 0x231B},   {0x2329, 0x232A},   {0x23E9, 0x23F3},
    {0x25FD, 0x27BF}, {0x2B1B, 0x2B55},   {0x2E80, 0xA4CF},   {0xA960, 0xA97F},
    {0xAC00, 0xD7A3}, {0xF900, 0xFAFF},   {0xFE10, 0xFE6F},   {0xFF00, 0xFF60},
    {0xFFE0, 0xFFE6}, {0x16FE0, 0x1B2FF}, {0x1F000, 0x1FAFF}, {0x20000, 0x3FFFD},
};

static bool in_table(uint32_t code, const uint32_t (*table)[2], size_t count)
{
    for (size_t i = 0; i < count && table[i][0] <= code; i++)
        if (code <= table[i][1])
            return true;
    return false;
}

static bool is_unseen(uint32_t code)
{
    return in_table(code, unseen, sizeof unseen / sizeof unseen[0]);
}

/* Length of the sequence that begins with byte, and the smallest and largest second byte; 0 if none
 * begins so. */
static unsigned sequence_len(uint8_t byte, uint8_t *ret_low, uint8_t *ret_high)
{
    *ret_low = byte == 0xE0 ? 0xA0 : byte == 0xF0 ? 0x90 : 0x80;
    *ret_high = byte == 0xED ? 0x9F : byte == 0xF4 ? 0x8F : 0xBF;
    if (byte < 0x80)
        return 1;
    if (byte >= 0xC2 && byte <= 0xDF)
        return 2;
    if (byte >= 0xE0 && byte <= 0xEF)
        return 3;
    return byte >= 0xF0 && byte <= 0xF4 ? 4 : 0;
}

uint32_t utf8_take(struct str *text, bool *ret_valid)
{
    assert(text->len > 0);
    const uint8_t *bytes = (const uint8_t *)text->ptr;
    uint8_t low, high;
    unsigned len = sequence_len(bytes[0], &low, &high), have = 1;
    uint32_t code = len <= 1 ? bytes[0] : bytes[0] & (0xFFu >> (len + 1));
    while (have < len && have < text->len && bytes[have] >= low && bytes[have] <= high) {
        code = code << 6 | (bytes[have++] & 0x3Fu);
        low = 0x80;
        high = 0xBF;
    }
    *text = str_skip(*text, have);
    *ret_valid = have == len;
    return *ret_valid ? code : (uint32_t)UTF8_INVALID;
}

static void json_code(struct out *out, uint32_t code, struct str bytes)
{
    static const char letters[] = "btn?fr"; /* of 8, 9, 10, 12, 13 */
    if (code == '"' || code == '\\') {
        out_char(out, '\\');
        out_char(out, (char)code);
    } else if (code >= 8 && code <= 13 && code != 11) {
        out_char(out, '\\');
        out_char(out, letters[code - 8]);
    } else if (code <= 0xFFFF && is_unseen(code)) {
        out_printf(out, "\\u%04x", (unsigned)code);
    } else if (is_unseen(code)) {
        code -= 0x10000;
        out_printf(out, "\\u%04x\\u%04x", 0xD800 + (unsigned)(code >> 10),
                   0xDC00 + (unsigned)(code & 0x3FF));
    } else {
        out_str(out, bytes);
    }
}

/* Most text is of letters, digits and dots: it goes in one piece. Bytes at the front that no sink
 * here changes, at most that many. */
static struct str plain_front(struct str text, size_t most)
{
    size_t len = 0;
    while (len < text.len && len < most && text.ptr[len] >= ' ' && text.ptr[len] <= '~' &&
           text.ptr[len] != '"' && text.ptr[len] != '\\' && text.ptr[len] != '&' &&
           text.ptr[len] != '<' && text.ptr[len] != '>' && text.ptr[len] != '\'')
        len++;
    return str_head(text, len);
}

void escape_json(struct out *out, struct str text)
{
    out_char(out, '"');
    while (text.len > 0) {
        struct str plain = plain_front(text, text.len);
        out_str(out, plain);
        text = str_skip(text, plain.len);
        if (text.len == 0)
            break;
        const char *begin = text.ptr;
        bool valid;
        uint32_t code = utf8_take(&text, &valid);
        json_code(out, code, valid ? str_between(begin, text.ptr) : STR("\xEF\xBF\xBD"));
    }
    out_char(out, '"');
}

void escape_csv(struct out *out, struct str text)
{
    static const struct str quoted = {"\",;' ", 5};
    bool formula = text.len > 0 && memchr("=+-@\t\r", text.ptr[0], 6);
    bool quote = formula;
    for (size_t i = 0; i < text.len && !quote; i++)
        quote = memchr(quoted.ptr, text.ptr[i], quoted.len) != NULL;
    if (quote)
        out_char(out, '"');
    if (formula)
        out_char(out, '\'');
    while (text.len > 0) {
        const char *begin = text.ptr;
        bool valid;
        uint32_t code = utf8_take(&text, &valid);
        if (!valid || is_unseen(code))
            out_text(out, replacement);
        else
            out_str(out, str_between(begin, text.ptr));
        if (code == '"')
            out_char(out, '"');
    }
    if (quote)
        out_char(out, '"');
}

struct glyph escape_terminal(struct str *text)
{
    const char *begin = text->ptr;
    bool valid;
    uint32_t code = utf8_take(text, &valid);
    if (!valid || is_unseen(code))
        return (struct glyph){"?", 1, 1};
    struct glyph glyph = {.len = (uint8_t)(text->ptr - begin)};
    memcpy(glyph.bytes, begin, glyph.len);
    glyph.columns = in_table(code, wide, sizeof wide / sizeof wide[0]) ? 2 : 1;
    return glyph;
}

static const char *html_entity(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void escape_html(struct out *out, struct str text, size_t most)
{
    for (size_t i = 0; text.len > 0; i++) {
        struct str plain = plain_front(text, most - i);
        out_str(out, plain);
        text = str_skip(text, plain.len);
        i += plain.len;
        if (text.len == 0)
            return;
        if (i == most) {
            out_text(out, "...");
            return;
        }
        char first = *text.ptr;
        struct glyph glyph = escape_terminal(&text);
        const char *entity = html_entity(glyph.bytes[0]);
        if (glyph.bytes[0] == '?' && first != '?')
            out_text(out, replacement);
        else if (entity)
            out_text(out, entity);
        else
            out_str(out, (struct str){glyph.bytes, glyph.len});
    }
}

void escape_terminal_str(struct out *out, struct str text)
{
    while (text.len) {
        struct glyph glyph = escape_terminal(&text);
        out_str(out, (struct str){glyph.bytes, glyph.len});
    }
}

static bool folder_char(char c, bool first)
{
    if (char_is_digit(c) || char_is_lower(c) || c == '@' || c == '_' || c == '+')
        return true;
    return !first && (c == '.' || c == '-');
}

const char *folder_name(struct str name, char *text)
{
    enum { KEPT = 100 };
    size_t len = 0, i = 0;
    bool changed = name.len == 0;
    for (; i < name.len; i++) {
        bool plain = folder_char(name.ptr[i], i == 0);
        if (len + (plain ? 1 : 3) > KEPT)
            break;
        changed = changed || !plain;
        if (plain)
            text[len++] = name.ptr[i];
        else
            len += (size_t)snprintf(text + len, FOLDER_NAME - len, "%%%02X", (uint8_t)name.ptr[i]);
    }
    text[len] = '\0';
    if (!changed && i == name.len)
        return text;
    uint8_t digest[SHA256_DIGEST_LENGTH];
    SHA256((const uint8_t *)name.ptr, name.len, digest);
    snprintf(text + len, FOLDER_NAME - len, "~%02x%02x%02x%02x", digest[0], digest[1], digest[2],
             digest[3]);
    return text;
}

const char *digest_text(const uint8_t *sha256, char *text)
{
    for (unsigned i = 0; i < OUT_DIGEST; i++) {
        text[2 * i] = "0123456789abcdef"[sha256[i] >> 4];
        text[2 * i + 1] = "0123456789abcdef"[sha256[i] & 15];
    }
    text[DIGEST_TEXT - 1] = '\0';
    return text;
}
