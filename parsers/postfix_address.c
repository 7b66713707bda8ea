#include "postfix.h"

#include "ip.h"

enum {
    SHORT_ID_MIN = 6, /* five digits of microseconds and an inode */
    LONG_ID_MIN = 12, /* seconds, microseconds, "z", inode */
    LONG_ID_TIME = 10,
    ID_MAX = 32,
};

/* Classes of bytes: an upper-case hexadecimal digit; a digit of the vowel-less base 52. */
enum { UPPER_HEX = 1, BASE_52 = 2 };

static const uint8_t id_class[256] = {
    ['0'] = 3, ['1'] = 3, ['2'] = 3, ['3'] = 3, ['4'] = 3, ['5'] = 3, ['6'] = 3, ['7'] = 3,
    ['8'] = 3, ['9'] = 3, ['A'] = 1, ['B'] = 3, ['C'] = 3, ['D'] = 3, ['E'] = 1, ['F'] = 3,
    ['G'] = 2, ['H'] = 2, ['J'] = 2, ['K'] = 2, ['L'] = 2, ['M'] = 2, ['N'] = 2, ['P'] = 2,
    ['Q'] = 2, ['R'] = 2, ['S'] = 2, ['T'] = 2, ['V'] = 2, ['W'] = 2, ['X'] = 2, ['Y'] = 2,
    ['Z'] = 2, ['b'] = 2, ['c'] = 2, ['d'] = 2, ['f'] = 2, ['g'] = 2, ['h'] = 2, ['j'] = 2,
    ['k'] = 2, ['l'] = 2, ['m'] = 2, ['n'] = 2, ['p'] = 2, ['q'] = 2, ['r'] = 2, ['s'] = 2,
    ['t'] = 2, ['v'] = 2, ['w'] = 2, ['x'] = 2, ['y'] = 2, ['z'] = 2,
};

/* Length of what may be a queue ID at the front of text, and the classes all its bytes share. */
static size_t id_span(struct str text, uint8_t *ret_class)
{
    uint8_t shared = UPPER_HEX | BASE_52;
    size_t len = 0;
    for (; len < text.len && len < ID_MAX; len++) {
        uint8_t class = shared & id_class[(uint8_t)text.ptr[len]];
        if (!class)
            break;
        shared = class;
    }
    *ret_class = shared;
    return len;
}

static bool id_is_complete(struct str id, uint8_t class)
{
    if (class & UPPER_HEX && id.len >= SHORT_ID_MIN)
        return true;
    return class & BASE_52 && id.len >= LONG_ID_MIN &&
           str_find_char(str_skip(id, LONG_ID_TIME), 'z') >= 0;
}

bool postfix_queue_id_is(struct str id)
{
    uint8_t class;
    return id_span(id, &class) == id.len && id_is_complete(id, class);
}

bool postfix_queue_id_take(struct str *text, struct str *ret_id)
{
    uint8_t class;
    size_t len = id_span(*text, &class);
    if (len < SHORT_ID_MIN || len + 2 > text->len || text->ptr[len] != ':' ||
        text->ptr[len + 1] != ' ' || !id_is_complete(str_head(*text, len), class))
        return false;
    *ret_id = str_head(*text, len);
    *text = str_skip(*text, len + 2);
    return true;
}

bool postfix_word_cut(struct str *text, struct str word, struct event *out)
{
    if (memcmp(text->ptr, word.ptr, text->len) != 0)
        return false;
    *text = str_skip(*text, text->len);
    out->cut = true;
    return true;
}

/* Length of the quoted string text begins with; 0 if it does not, or if the quote ends no local
 * part. */
static size_t quoted_len(struct str text)
{
    if (text.len == 0 || text.ptr[0] != '"')
        return 0;
    for (size_t i = 1; i < text.len; i++) {
        if (text.ptr[i] == '\\')
            i++;
        else if (text.ptr[i] == '"')
            return i + 1 < text.len && (text.ptr[i + 1] == '@' || text.ptr[i + 1] == '>') ? i + 1
                                                                                          : 0;
    }
    return 0;
}

bool postfix_key_follows(struct str rest)
{
    size_t begin = str_starts(rest, STR(", ")) ? 2 : 1, len = 0;
    if (rest.len < 2 || (rest.ptr[0] != ' ' && begin == 1))
        return false;
    rest = str_skip(rest, begin);
    while (len < rest.len && (char_is_alnum(rest.ptr[len]) || rest.ptr[len] == '_'))
        len++;
    return len > 1 && len < rest.len && rest.ptr[len] == '=';
}

bool postfix_address(struct str *text, struct str after, struct str *ret, struct event *out)
{
    size_t from = quoted_len(*text);
    for (;;) {
        ptrdiff_t at = str_find_char(str_skip(*text, from), '>');
        if (at < 0)
            break;
        size_t end = from + (size_t)at;
        struct str rest = str_skip(*text, end + 1);
        bool cut_here = rest.len < after.len && memcmp(after.ptr, rest.ptr, rest.len) == 0;
        if (cut_here || str_starts(rest, after)) {
            *ret = str_head(*text, end);
            *text = rest;
            return true;
        }
        if (postfix_key_follows(rest))
            return false;
        from = end + 1;
    }
    if (from > 0 && from != quoted_len(*text))
        return false; /* it ended, but not as it should: damaged, not cut */
    *ret = *text;
    *text = str_skip(*text, text->len);
    out->cut = true;
    return true;
}

static bool is_port(struct str text)
{
    uint64_t port;
    return text.len <= 5 && str_to_u64(text, &port);
}

bool postfix_client(struct str text, enum field_id name_id, struct event *out)
{
    ptrdiff_t open = str_find_char(text, '[');
    ptrdiff_t close = open < 0 ? STR_NOT_FOUND : str_find_char(str_skip(text, (size_t)open), ']');
    if (close < 0) {
        if (!str_eq(text, STR("local")) && !str_eq(text, STR("unknown")))
            return false;
        event_add(out, name_id, text);
        return true;
    }
    struct str name = str_head(text, (size_t)open);
    struct str address = {text.ptr + open + 1, (size_t)close - 1};
    struct str port = str_skip(text, (size_t)(open + close) + 1);
    if (str_find_char(name, ' ') >= 0 || str_find_char(address, ' ') >= 0 || address.len == 0)
        return false;
    if (port.len > 0 && (!str_take(&port, STR(":")) || !is_port(port)))
        return false;
    if (name.len > 0) /* postscreen knows none */
        event_add(out, name_id, name);
    event_add(out, name_id + 1, address);
    if (port.len > 0)
        event_add(out, name_id + 2, port);
    return true;
}

bool postfix_endpoint(struct str text, struct event *out)
{
    struct ip ip;
    struct str address;
    if (!str_take(&text, STR("[")) || !str_cut(&text, STR("]"), &address) ||
        !ip_parse(address, &ip))
        return false;
    if (text.len > 0 && (!str_take(&text, STR(":")) || !is_port(text)))
        return false;
    event_add(out, FIELD_CLIENT_IP, address);
    if (text.len > 0)
        event_add(out, FIELD_CLIENT_PORT, text);
    return true;
}

static bool is_address(struct str text)
{
    bool separated = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '.' || c == ':')
            separated = true;
        else if (!char_is_digit(c) && !(char_lower(c) >= 'a' && char_lower(c) <= 'f'))
            return false;
    }
    return separated;
}

void postfix_server(struct str relay, struct event *out)
{
    ptrdiff_t open = str_find_char(relay, '[');
    ptrdiff_t close = open < 0 ? STR_NOT_FOUND : str_find_char(relay, ']');
    if (open < 0 || close < open)
        return;
    struct str address = str_head(str_skip(relay, (size_t)open + 1), (size_t)(close - open) - 1);
    struct str port = str_skip(relay, (size_t)close + 1);
    if (!is_address(address))
        return;
    event_add(out, FIELD_RELAY_NAME, str_head(relay, (size_t)open));
    event_add(out, FIELD_RELAY_IP, address);
    if (postfix_take(&port, STR(":")))
        event_add(out, FIELD_RELAY_PORT, port);
}

bool postfix_cut_client(struct str text, enum field_id name_id, struct event *out)
{
    ptrdiff_t open = str_find_char(text, '[');
    if (str_find_char(text, ' ') >= 0 || str_find_char(text, ']') >= 0)
        return false;
    event_add(out, name_id, open < 0 ? text : str_head(text, (size_t)open));
    out->cut = true;
    return true;
}

struct str postfix_id_behind(struct str text, struct str word)
{
    ptrdiff_t space = str_find_last_char(text, ' ');
    if (space >= 0 && str_ends(str_head(text, (size_t)space + 1), word) &&
        postfix_queue_id_is(str_skip(text, (size_t)space + 1)))
        return str_skip(text, (size_t)space + 1);
    return (struct str){NULL, 0};
}
