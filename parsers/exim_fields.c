#include "exim.h"
#include "ip.h"

/* Takes "[192.0.2.1]" and a port behind it, in the colon form or as 4.0 and older wrote it. */
static bool take_endpoint(struct str *text, struct str *ret_ip, struct str *ret_port)
{
    enum { BRACKET_MAX = 64 };
    struct str rest = *text, inside;
    struct ip ip;
    if (!str_take(&rest, STR("[")))
        return false;
    ptrdiff_t close = str_find_char(str_head(rest, BRACKET_MAX), ']');
    if (close < 0 || !ip_parse(inside = str_head(rest, (size_t)close), &ip))
        return false;
    rest = str_skip(rest, (size_t)close + 1);
    struct str digits = rest;
    uint64_t port;
    *ret_ip = inside;
    *ret_port = STR("");
    if (str_take(&digits, STR(":")) && str_take_u64(&digits, &port)) {
        *ret_port = str_between(rest.ptr + 1, digits.ptr);
        rest = digits;
    }
    *text = rest;
    return true;
}

static void add_some(struct event *out, enum field_id id, struct str value)
{
    if (value.len)
        event_add(out, id, value);
}

/* Takes "name " off *text, unless a bracket opens it. */
static struct str take_name(struct str *text)
{
    struct str name = STR("");
    if (text->len && text->ptr[0] != '[' && text->ptr[0] != '(')
        str_cut(text, STR(" "), &name);
    return name;
}

static bool ends_like(struct str text, const char *const *ends)
{
    for (; *ends; ends++)
        if (**ends ? str_starts(text, str_of(*ends)) : text.len == 0)
            return true;
    return false;
}

/* Does what stands behind a client go on as it must? */
static bool fits(const struct exim_rest *rest, struct str text)
{
    struct event scratch;
    event_begin(&scratch, EVENT_NOTE, "");
    return exim_keys(rest->keys, &text, &scratch) && !scratch.cut && ends_like(text, rest->ends) &&
           (rest->must == FIELD_COUNT || event_get(&scratch, (enum field_id)rest->must).ptr);
}

/* Length of the HELO in "helo) [ip]...", STR_NOT_FOUND without an end. */
static ptrdiff_t helo_len(const struct exim_rest *behind, struct str text)
{
    enum { TRIES_MAX = 16 };
    ptrdiff_t first = STR_NOT_FOUND;
    size_t from = 0;
    for (unsigned n = 0; n < TRIES_MAX; n++) {
        struct str ip, port, rest = str_skip(text, from);
        ptrdiff_t at = str_find(rest, STR(") ["));
        if (at < 0)
            break;
        ptrdiff_t len = (ptrdiff_t)from + at;
        rest = str_skip(rest, (size_t)at + 2);
        from += (size_t)at + 1;
        if (!take_endpoint(&rest, &ip, &port))
            continue;
        first = first < 0 ? len : first;
        bool only = first == len && str_find(rest, STR(") [")) < 0; /* nearly always */
        if (only || fits(behind, rest))
            return len;
    }
    return first;
}

bool exim_client(const struct exim_rest *behind, struct str *text, struct event *out)
{
    struct str name = take_name(text), helo = STR(""), ip, port;
    if (str_take(text, STR("("))) {
        ptrdiff_t len = helo_len(behind, *text);
        if (len < 0)
            return false;
        helo = str_head(*text, (size_t)len);
        *text = str_skip(*text, (size_t)len + 2);
    }
    if (!take_endpoint(text, &ip, &port))
        return false;
    add_some(out, FIELD_CLIENT_NAME, name);
    event_add(out, FIELD_CLIENT_IP, ip);
    add_some(out, FIELD_CLIENT_PORT, port);
    add_some(out, FIELD_HELO, helo);
    return true;
}

static bool take_relay(struct str *text, struct event *out)
{
    const char *start = text->ptr;
    struct str name = take_name(text), ip, port;
    if (!take_endpoint(text, &ip, &port))
        return false;
    event_add(out, FIELD_RELAY, str_between(start, text->ptr));
    add_some(out, FIELD_RELAY_NAME, name);
    event_add(out, FIELD_RELAY_IP, ip);
    add_some(out, FIELD_RELAY_PORT, port);
    str_take(text, STR("*"));
    return true;
}

static bool take_server(struct str *text, struct event *out)
{
    struct str ip, port;
    if (!take_endpoint(text, &ip, &port))
        return false;
    event_add(out, FIELD_SERVER_IP, ip);
    add_some(out, FIELD_SERVER_PORT, port);
    return true;
}

static struct str take_word(struct str *text)
{
    size_t len = 0;
    while (len < text->len && text->ptr[len] != ' ')
        len++;
    if (len > 0 && text->ptr[len - 1] == ':')
        len--;
    struct str word = str_head(*text, len);
    *text = str_skip(*text, len);
    return word;
}

static struct str take_quoted(struct str *text, struct event *out)
{
    size_t len = 0;
    while (len < text->len && text->ptr[len] != '"')
        len += text->ptr[len] == '\\' ? 2 : 1;
    struct str value = str_head(*text, len);
    out->cut |= len >= text->len;
    *text = str_skip(*text, len < text->len ? len + 1 : text->len);
    return value;
}

static const struct exim_key *key_at(const struct exim_key *keys, struct str text)
{
    if (text.len == 0 || text.ptr[0] != ' ')
        return NULL;
    for (; keys->word; keys++) {
        struct str word = str_of(keys->word), rest;
        if (!str_starts(text, word))
            continue;
        rest = str_skip(text, word.len);
        if (keys->form != EXIM_FLAG || rest.len == 0 || rest.ptr[0] == ' ' || rest.ptr[0] == ':')
            return keys;
    }
    return NULL;
}

static bool goes_on(const struct exim_key *later, struct str text)
{
    return key_at(later, text) || str_starts(text, STR(" rejected ")) ||
           str_starts(text, STR(" temporarily rejected "));
}

/* "plain_server:user", where the user may hold blanks: it ends where a later key begins. */
static void take_auth(const struct exim_key *later, struct str *text, struct event *out)
{
    size_t len = 0;
    while (len < text->len && !(text->ptr[len] == ' ' && goes_on(later, str_skip(*text, len))))
        len++;
    bool to_end = len == text->len;
    if (to_end) { /* nothing known behind it: words of another table */
        ptrdiff_t blank = str_find_char(*text, ' ');
        len = blank < 0 ? text->len : (size_t)blank;
    }
    struct str value = str_head(*text, len), method = value, user;
    *text = str_skip(*text, len);
    if (str_cut(&value, STR(":"), &method)) {
        user = value;
        bool sender = str_cut(&value, STR(":"), &user);
        event_add(out, FIELD_SASL_METHOD, method);
        event_add(out, FIELD_SASL_USERNAME, user);
        if (sender)
            event_add(out, FIELD_SASL_SENDER, value);
    } else {
        event_add(out, FIELD_SASL_METHOD, method);
    }
}

/* A quote that is not closed is where the line was cut. */
static struct str take_address(struct str *text, struct event *out)
{
    struct str address = address_take(text, ' ');
    size_t quotes = 0;
    for (size_t i = 0; i < address.len; i++) {
        quotes += address.ptr[i] == '"';
        i += address.ptr[i] == '\\';
    }
    out->cut |= quotes % 2;
    return address;
}

static bool take_value(const struct exim_key *key, struct str *text, struct event *out)
{
    enum field_id field = (enum field_id)key->field;
    switch ((enum exim_form)key->form) {
    case EXIM_FLAG:
        if (key->field)
            event_add(out, field, str_skip(str_of(key->word), 1));
        return true;
    case EXIM_WORD:
        event_add(out, field, take_word(text));
        return true;
    case EXIM_QUOTED:
        event_add(out, field, take_quoted(text, out));
        return true;
    case EXIM_ADDRESS:
        event_add(out, field, take_address(text, out));
        return true;
    case EXIM_ANGLE:
        event_add(out, field, address_take(text, '>'));
        out->cut |= text->len == 0;
        return text->len == 0 || str_take(text, STR(">"));
    case EXIM_RELAY:
        return take_relay(text, out);
    case EXIM_SERVER:
        return take_server(text, out);
    case EXIM_AUTH:
        take_auth(key + 1, text, out);
        return true;
    }
    return false;
}

bool exim_keys(const struct exim_key *keys, struct str *text, struct event *out)
{
    const struct exim_key *key;
    while ((key = key_at(keys, *text))) {
        *text = str_skip(*text, strlen(key->word));
        if (text->len == 0 && key->form != EXIM_FLAG) {
            out->cut = true;
            return true;
        }
        if (!take_value(key, text, out))
            return false;
        keys = key + 1;
    }
    return true;
}
