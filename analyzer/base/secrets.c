#include "secrets.h"

#include <stdio.h>

/* Where a secret ends. */
enum extent {
    TO_LAST_PARENTHESIS, /* Dovecot: the password may hold parentheses itself, so rather too much
                            than too little */
    TO_BLANK,            /* base64 and what follows it */
    TO_END,
};

/* Case is not looked at. */
static const struct mark {
    struct str before;
    enum extent extent;
} marks[] = {
    {{"given password: ", 16}, TO_LAST_PARENTHESIS}, /* "SHA1 of given password: " too */
    {{"): credentials: ", 16}, TO_BLANK},            /* Dovecot's auth_debug_passwords */
    {{"auth plain ", 11}, TO_BLANK},
    {{"auth login ", 11}, TO_BLANK},
    {{"auth xoauth2 ", 13}, TO_BLANK},
    {{"auth oauthbearer ", 17}, TO_BLANK},
    {{"authenticate plain ", 19}, TO_BLANK},
    {{"authenticate xoauth2 ", 21}, TO_BLANK},
    {{"auth=plain ", 11}, TO_BLANK},
    {{"init_response ", 14}, TO_BLANK}, /* Postfix with -v, here to the end of the table */
    {{"decoded initial response ", 25}, TO_END},
    {{"decoded response: ", 18}, TO_END},
    {{"uncoded initial reply: ", 23}, TO_END},
    {{"uncoded client response ", 24}, TO_END},
    {{"maps_find: smtp_sasl_passw", 26}, TO_END},
};

/* Names whose value is secret, as "name=value", "name: 'value'", "name 'value'", a member of JSON
 * or an element of XML. Case is not looked at. */
static const struct name {
    struct str text;
    bool whole; /* not the end of a longer word */
} names[] = {
    {{"password", 8}, false},  {{"passwd", 6}, false},      {{"bindpw", 6}, false},
    {{"authtoken", 9}, false}, {{"auth_token", 10}, false}, {{"access_token", 12}, false},
    {{"pass", 4}, true},       {{"resp", 4}, true},
};

/* A stretch of the line. */
struct secret {
    size_t at, len;
};

static bool is_one_of(char c, const char *chars)
{
    return c && strchr(chars, c);
}

static bool is_letter(char c)
{
    return char_is_lower(c) || char_is_upper(c);
}

static size_t until(struct str text, const char *ends)
{
    size_t n = 0;
    while (n < text.len && !is_one_of(text.ptr[n], ends))
        n++;
    return n;
}

/* The line from the place on, "" behind its end. */
static struct str from(struct str line, size_t at)
{
    return str_skip(line, at < line.len ? at : line.len);
}

static char char_at(struct str line, size_t at)
{
    return at < line.len ? line.ptr[at] : 0;
}

/* What servers write in place of a secret, and what is masked already. */
static bool is_masked(struct str rest)
{
    static const char *const instead[] = {"<hidden>", "<authentication information>", /* Exchange */
                                          "(username)", "(password)", "(...)"}; /* OpenSMTPD */
    uint64_t bytes;
    for (size_t i = 0; i < sizeof instead / sizeof instead[0]; i++)
        if (str_starts(rest, str_of(instead[i])))
            return true;
    size_t stars = 0;
    while (char_at(rest, stars) == '*')
        stars++;
    if (stars && (stars == rest.len || is_one_of(rest.ptr[stars], " \t,;'\"&)>`\\")))
        return true;
    return str_take(&rest, STR("[secret, ")) && str_take_u64(&rest, &bytes) &&
           str_starts(rest, STR(" bytes]"));
}

/* A quote inside a password is not followed by what follows a value. */
static size_t quoted_len(struct str rest, char close)
{
    for (size_t n = 0; n < rest.len; n++) {
        bool ends = rest.ptr[n] == close &&
                    (n + 1 == rest.len || is_one_of(rest.ptr[n + 1], " \t,;:.&\"'\\)]}>"));
        if (ends)
            return n && rest.ptr[n - 1] == '\\' ? n - 1 : n;
    }
    return rest.len;
}

/* "name=", the next of a list of values. */
static bool is_next_value(struct str rest)
{
    size_t n = 0;
    while (n < rest.len &&
           (is_letter(rest.ptr[n]) || char_is_digit(rest.ptr[n]) || is_one_of(rest.ptr[n], "_-.")))
        n++;
    return n && char_at(rest, n) == '=';
}

/* A comma inside a password is not followed by a blank or the next value. */
static size_t word_len(struct str rest)
{
    for (size_t n = 0; n < rest.len; n++) {
        char c = rest.ptr[n];
        if (is_one_of(c, " \t\"'<"))
            return n;
        struct str next = from(rest, n + 1);
        if (is_one_of(c, ",;&>)]}") &&
            (next.len == 0 || is_one_of(next.ptr[0], " \t,;)]}\"'<") || is_next_value(next)))
            return n;
        if (c == '#' && str_starts(next, STR("011"))) /* a tab, by syslog */
            return n;
    }
    return rest.len;
}

static char closing(char open)
{
    switch (open) {
    case '"':
    case '\'':
        return open;
    case '`':
        return '\'';
    case '<':
        return '>';
    default:
        return 0;
    }
}

/* What separates a name from its value; false: it has none. */
static bool take_separator(struct str line, size_t *at, bool *ret_bare)
{
    size_t i = *at, blanks;
    if (char_at(line, i) == '\\')
        i++;
    if (is_one_of(char_at(line, i), "\"'"))
        i++;
    for (blanks = 0; char_at(line, i) == ' '; i++)
        blanks++;
    bool equals = char_at(line, i) == '=', colon = char_at(line, i) == ':';
    i += equals || colon;
    *ret_bare = equals && !blanks;
    for (; char_at(line, i) == ' '; i++) {
        blanks++;
        *ret_bare = false;
    }
    /* Zimbra's SOAP as JSON */
    struct str rest = from(line, i);
    str_take(&rest, STR("["));
    if (str_take(&rest, STR("{\"_content\":")))
        i = line.len - rest.len;
    *at = i;
    return equals || colon || blanks;
}

static bool value_at(struct str line, size_t at, struct secret *ret)
{
    bool bare;
    if (!take_separator(line, &at, &bare) || is_masked(from(line, at)))
        return false;
    size_t open = at + (char_at(line, at) == '\\');
    char close = closing(char_at(line, open));
    if (close && (bare || close != '>'))
        *ret = (struct secret){open + 1, quoted_len(from(line, open + 1), close)};
    else if (bare)
        *ret = (struct secret){at, word_len(from(line, at))};
    else
        return false;
    return true;
}

/* The text of <name>, <ns:name> or <name with="attributes">. */
static bool element_at(struct str line, size_t name, size_t at, struct secret *ret)
{
    enum { TAG_MAX = 400, NAME_MAX_LEN = 60 };
    for (int i = 0; i < NAME_MAX_LEN && name; i++, name--)
        if (!is_letter(line.ptr[name - 1]) && !char_is_digit(line.ptr[name - 1]) &&
            !is_one_of(line.ptr[name - 1], ":_-"))
            break;
    struct str rest = str_head(from(line, at), TAG_MAX);
    size_t end = until(rest, ">");
    if (!name || line.ptr[name - 1] != '<' || end == rest.len || until(rest, "<") < end ||
        (end && rest.ptr[end - 1] == '/') || !is_one_of(rest.ptr[0], "> "))
        return false;
    *ret = (struct secret){at + end + 1, until(from(line, at + end + 1), "<")};
    return true;
}

static bool named_at(struct str line, size_t at, struct secret *ret)
{
    struct str rest = from(line, at);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (!str_starts_nocase(rest, names[i].text) ||
            (names[i].whole && at && is_letter(line.ptr[at - 1])))
            continue;
        size_t end = at + names[i].text.len;
        return element_at(line, at, end, ret) || value_at(line, end, ret);
    }
    return false;
}

static size_t marked_len(struct str value, enum extent extent)
{
    if (extent == TO_BLANK)
        return until(value, " \t\"'");
    ptrdiff_t last = extent == TO_LAST_PARENTHESIS ? str_find_last_char(value, ')') : STR_NOT_FOUND;
    return last == STR_NOT_FOUND ? value.len : (size_t)last;
}

static bool marked_at(struct str line, size_t at, struct secret *ret)
{
    struct str rest = from(line, at);
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (!str_starts_nocase(rest, marks[i].before))
            continue;
        struct str value = str_skip(rest, marks[i].before.len);
        if (is_masked(value))
            return false;
        *ret = (struct secret){at + marks[i].before.len, marked_len(value, marks[i].extent)};
        return true;
    }
    return false;
}

/* Length of base64 at the head of a text, 0 if it is none. */
static size_t base64_len(struct str text)
{
    size_t n = 0;
    while (n < text.len &&
           (is_letter(text.ptr[n]) || char_is_digit(text.ptr[n]) || is_one_of(text.ptr[n], "+/")))
        n++;
    while (n < text.len && text.ptr[n] == '=')
        n++;
    return n % 4 == 0 ? n : 0;
}

/* Postfix with -v, an answer in a login's dialogue: "< mx.example[192.0.2.1]: c2VjcmV0". */
static bool dialogue_at(struct str line, size_t at, struct secret *ret)
{
    enum { PEER_MAX = 400 };
    static const char *const verbs[] = {"data", "quit", "rset", "noop", "help",
                                        "ehlo", "helo", "vrfy", "etrn", "starttls"};
    struct str rest = from(line, at), head;
    if (!str_take(&rest, STR("< ")) && !str_take(&rest, STR("> ")))
        return false;
    head = str_head(rest, until(str_head(rest, PEER_MAX), " "));
    ptrdiff_t end = str_find(head, STR("]:"));
    if (end == STR_NOT_FOUND)
        return false;
    rest = str_skip(rest, (size_t)end);
    rest = str_skip(rest, until(rest, " "));
    size_t begin = line.len - rest.len + 1, len = base64_len(from(line, begin));
    struct str word = str_head(from(line, begin), len);
    if (len == 0 || begin + len != line.len)
        return false;
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        if (str_eq_nocase(word, str_of(verbs[i])))
            return false;
    *ret = (struct secret){begin, len};
    return true;
}

/* A tab as it is, as syslog writes it, or a blank in its place. */
static bool take_tab(struct str *rest)
{
    return str_take(rest, STR("\t")) || str_take(rest, STR("#011")) || str_take(rest, STR(" "));
}

/* Dovecot's auth_debug: "client in: CONT<tab>1<tab>c2VjcmV0 (previous base64 data ...)". */
static bool continued_at(struct str line, size_t at, struct secret *ret)
{
    struct str rest = from(line, at);
    uint64_t id;
    if (!str_take(&rest, STR("CONT")) || !take_tab(&rest) || !str_take_u64(&rest, &id) ||
        !take_tab(&rest))
        return false;
    *ret = (struct secret){line.len - rest.len, base64_len(rest)};
    return true;
}

/* Dovecot's auth_debug_passwords: "SHA1(password) != 'hash'"; masked up to the last quote. */
static bool compared_at(struct str line, size_t at, struct secret *ret)
{
    enum { PASSWORD_MAX = 400 };
    bool scheme = at >= 3 && line.ptr[at] == '(';
    for (size_t i = 1; scheme && i <= 3; i++)
        scheme = char_is_digit(line.ptr[at - i]) || is_one_of(line.ptr[at - i], "-.") ||
                 (line.ptr[at - i] >= 'A' && line.ptr[at - i] <= 'Z');
    struct str rest = str_head(from(line, at), PASSWORD_MAX);
    ptrdiff_t end = scheme ? str_find(rest, STR(") != '")) : STR_NOT_FOUND;
    if (end == STR_NOT_FOUND)
        return false;
    struct str hash = from(line, at + (size_t)end + 6);
    ptrdiff_t last = str_find_last_char(hash, '\'');
    size_t stop = last == STR_NOT_FOUND ? line.len : line.len - hash.len + (size_t)last;
    *ret = (struct secret){at + 1, stop - at - 1};
    return true;
}

/* Next secret at or behind the place. */
static bool next_secret(struct str line, size_t at, struct secret *ret)
{
    for (size_t i = at; i < line.len; i++) {
        bool found = false;
        switch (line.ptr[i]) {
        case '(':
            found = compared_at(line, i, ret);
            break;
        case '<':
        case '>':
            found = dialogue_at(line, i, ret);
            break;
        case 'C':
            found = continued_at(line, i, ret);
            break;
        default:
            found = is_one_of(line.ptr[i], "gaidumGAIDUM)") && marked_at(line, i, ret);
            found = found || (is_one_of(line.ptr[i], "pbarPBAR") && named_at(line, i, ret));
        }
        if (found && ret->len && !is_masked(from(line, ret->at)))
            return true;
    }
    return false;
}

struct str mask_secrets_of_part(struct str line, struct str part, struct arena *arena)
{
    enum { MASK_MAX = 40 };
    bool inside = part.len && part.ptr >= line.ptr && part.ptr < line.ptr + line.len &&
                  part.len <= line.len - (size_t)(part.ptr - line.ptr);
    size_t begin = inside ? (size_t)(part.ptr - line.ptr) : 0, end = begin + part.len;
    size_t done = begin, used = 0, capacity = 0;
    char *text = NULL;
    struct secret secret;
    if (!inside)
        line = part;
    for (size_t at = 0; at < end && next_secret(line, at, &secret); at = secret.at + secret.len) {
        size_t first = secret.at > begin ? secret.at : begin;
        size_t last = secret.at + secret.len < end ? secret.at + secret.len : end;
        if (first >= last)
            continue;
        if (!text) {
            /* A secret has a mark of at least four bytes in front of it. */
            capacity = part.len + (part.len / 4 + 2) * MASK_MAX;
            text = arena_chars(arena, capacity);
        }
        memcpy(text + used, line.ptr + done, first - done);
        used += first - done;
        used += (size_t)snprintf(text + used, capacity - used, "[secret, %zu bytes]", last - first);
        done = last;
    }
    if (!text)
        return part;
    memcpy(text + used, line.ptr + done, end - done);
    return (struct str){text, used + end - done};
}

struct str mask_secrets(struct str line, struct arena *arena)
{
    return mask_secrets_of_part(line, line, arena);
}
