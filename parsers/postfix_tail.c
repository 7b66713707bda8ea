#include "postfix_tail.h"

#include "postfix.h"

/* Only that many places where a tail may begin are looked at, from the end of the line: a hostile
 * line has thousands. */
enum { TAIL_TRIES = 16 };

struct tail_key {
    struct str word;
    uint8_t slot;
    bool address; /* its value ends at the ">" that something known follows */
};

enum { SENDER, RECIPIENT, PROTO, HELO, USERNAME, TAIL_KEYS };

static const struct tail_key tail_keys[TAIL_KEYS] = {
    {{"from=<", 6}, SENDER, true},
    {{"to=<", 4}, RECIPIENT, true},
    {{"proto=", 6}, PROTO, false},
    {{"helo=<", 6}, HELO, true},
    {{"sasl_username=<", 15}, USERNAME, true},
};

/* How a tail is read: by its separator, with free text behind it or not, and whether it may be cut
 * short. */
struct tail_form {
    struct str separator;
    bool with_text;
    bool may_be_cut;
};

/* Where key number `key` may go on: the text behind its value is empty, a separator and a later
 * key, or ": text". */
static bool tail_goes_on(struct str rest, unsigned key, const struct tail_form *form)
{
    if (rest.len == 0 || (form->with_text && str_starts(rest, STR(": "))))
        return true;
    if (!str_take(&rest, form->separator))
        return form->may_be_cut && rest.len < form->separator.len;
    for (unsigned next = key + 1; next < TAIL_KEYS; next++) {
        struct str word = tail_keys[next].word;
        if (postfix_starts(rest, word) ||
            (form->may_be_cut && rest.len < word.len && memcmp(word.ptr, rest.ptr, rest.len) == 0))
            return true;
    }
    return false;
}

/* Takes the value of a key that ends in ">". */
static bool tail_bracketed(struct str *text, unsigned key, const struct tail_form *form,
                           struct str *ret, bool *ret_cut)
{
    size_t from = 0;
    if (text->len > 0 && text->ptr[0] == '"') { /* a quoted local part may hold anything */
        size_t i = 1;
        while (i < text->len && text->ptr[i] != '"')
            i += text->ptr[i] == '\\' ? 2 : 1;
        if (i + 1 < text->len && text->ptr[i + 1] == '@')
            from = i;
    }
    bool closed = false;
    for (ptrdiff_t at; (at = str_find_char(str_skip(*text, from), '>')) >= 0; closed = true) {
        size_t end = from + (size_t)at;
        if (tail_goes_on(str_skip(*text, end + 1), key, form)) {
            *ret = str_head(*text, end);
            *text = str_skip(*text, end + 1);
            return true;
        }
        struct str behind = str_skip(*text, end + 1);
        if (str_starts(behind, form->separator) && postfix_key_follows(behind))
            return false;
        from = end + 1;
    }
    if (closed || !form->may_be_cut)
        return false;
    *ret = *text;
    *text = str_skip(*text, text->len);
    *ret_cut = true;
    return true;
}

/* "SMTP", "ESMTP" ...: a line that ends before the P is cut. */
static struct str take_proto(struct str *text, bool *ret_cut)
{
    size_t len = 0;
    while (len < text->len && (char_is_alnum(text->ptr[len]) || text->ptr[len] == '-'))
        len++;
    struct str proto = str_head(*text, len);
    *text = str_skip(*text, len);
    *ret_cut = *ret_cut || (text->len == 0 && !str_ends(proto, STR("P")));
    return proto;
}

/* Reads text, which begins with the first key, as a tail that reaches to its end. */
static bool tail_parse(struct str text, const struct tail_form *form, struct postfix_tail *ret)
{
    struct str *slots[TAIL_KEYS] = {&ret->sender, &ret->recipient, &ret->proto, &ret->helo,
                                    &ret->username};
    bool any = false;
    memset(ret, 0, sizeof *ret);
    for (unsigned key = 0; key < TAIL_KEYS; key++) {
        struct str rest = text;
        if (any && !str_take(&rest, form->separator))
            break;
        if (!postfix_starts(rest, tail_keys[key].word))
            continue;
        rest = str_skip(rest, tail_keys[key].word.len);
        if (!tail_keys[key].address)
            *slots[key] = take_proto(&rest, &ret->cut);
        else if (!tail_bracketed(&rest, key, form, slots[key], &ret->cut))
            return false;
        if (!tail_goes_on(rest, key, form))
            return false;
        text = rest;
        any = true;
    }
    if (any && text.len > 0 && form->with_text && postfix_take(&text, STR(": "))) {
        ret->behind = text;
        return !postfix_tail_traces(
            text); /* else this one is an imitation, and that the true one */
    }
    /* What is left can only be the beginning of a key. */
    ret->cut = ret->cut || text.len > 0;
    return any && (text.len == 0 || form->may_be_cut);
}

/* Does the tail at best stand inside a quoted address of this earlier one? */
static bool tail_covers(const struct postfix_tail *earlier, struct str text, size_t best)
{
    const char *inner = text.ptr + best;
    const struct str addresses[] = {earlier->sender, earlier->recipient};
    for (unsigned i = 0; i < 2; i++)
        if (addresses[i].len > 0 && addresses[i].ptr[0] == '"' && addresses[i].ptr <= inner &&
            inner < addresses[i].ptr + addresses[i].len)
            return true;
    return false;
}

/* Without text behind it a tail reaches to the end of the line, so the leftmost that does is the
   whole of it. With such text the rightmost is the true one (what a Subject imitates stands before
   it), unless it is part of an address of the one before. */
static bool tail_search(struct str text, const struct tail_form *form, struct postfix_tail *ret)
{
    bool found = false;
    struct str head = text;
    for (unsigned tries = 0; tries < TAIL_TRIES;) {
        ptrdiff_t at = str_find_last_char(head, ';');
        if (at < 0)
            break;
        head.len = (size_t)at;
        struct str candidate = str_skip(text, (size_t)at + 1);
        struct postfix_tail tail;
        if (!str_take(&candidate, STR(" ")))
            continue;
        char first = candidate.len > 0 ? candidate.ptr[0] : ' ';
        if (first != 'f' && first != 't' && first != 'p' && first != 'h')
            continue;
        tries++;
        if (!tail_parse(candidate, form, &tail))
            continue;
        if (!found || !form->with_text || tail_covers(&tail, text, ret->begin)) {
            *ret = tail;
            ret->begin = (size_t)at;
            found = true;
        }
    }
    return found;
}

bool postfix_tail_find(struct str text, struct str separator, bool with_text,
                       struct postfix_tail *ret)
{
    struct tail_form form = {separator, with_text, false};
    if (tail_search(text, &form, ret))
        return true;
    form.may_be_cut = true;
    return tail_search(text, &form, ret);
}

void postfix_tail_add(const struct postfix_tail *tail, struct event *out)
{
    if (tail->sender.ptr)
        event_add(out, FIELD_SENDER, tail->sender);
    if (tail->recipient.ptr)
        event_add(out, FIELD_RECIPIENT, tail->recipient);
    if (tail->proto.ptr)
        event_add(out, FIELD_PROTO, tail->proto);
    if (tail->helo.ptr)
        event_add(out, FIELD_HELO, tail->helo);
    if (tail->username.ptr)
        event_add(out, FIELD_SASL_USERNAME, tail->username);
    if (tail->behind.ptr)
        event_add(out, FIELD_DETAIL, tail->behind);
    if (tail->cut)
        out->cut = true;
}

bool postfix_tail_traces(struct str text)
{
    static const struct str traces[] = {
        {"from=<", 6}, {" to=<", 5}, {"proto=", 6}, {"helo=<", 6}, {"sasl_username=<", 15},
    };
    for (unsigned i = 0; i < sizeof traces / sizeof *traces; i++)
        if (str_find(text, traces[i]) >= 0)
            return true;
    ptrdiff_t last = str_find_last_char(text, ';');
    return last >= 0 && postfix_key_follows(str_skip(text, (size_t)last + 1));
}
