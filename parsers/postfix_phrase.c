#include "postfix_phrase.h"
#include "ip.h"
#include "postfix.h"

/* Syslog cuts lines at 1 KiB; one at least this long may end before its phrase does. */
enum { CUT_BYTES = 700, CUT_WORDS = 10 };

struct part {
    char directive;   /* behind "%"; 0: none, the form ends with the fixed words */
    struct str fixed; /* the words before it, without "%%" */
    const char *rest; /* of the form */
};

/* Splits the front of a form: fixed words up to a directive or the end. "%%" ends a part of its own
 * kind. */
static struct part next_part(const char *form)
{
    const char *percent = strchr(form, '%');
    if (!percent)
        return (struct part){0, str_of(form), ""};
    return (struct part){percent[1], str_between(form, percent), percent + 2};
}

static bool is_number(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!char_is_digit(text.ptr[i]) && text.ptr[i] != '-' && text.ptr[i] != '.')
            return false;
    return text.len > 0;
}

/* "56/60s" */
static bool is_rate(struct str text)
{
    uint64_t number;
    return str_take_u64(&text, &number) && postfix_take(&text, STR("/")) &&
           str_take_u64(&text, &number) && text.len == 1 && char_is_lower(text.ptr[0]);
}

/* "smtpd:192.0.2.1", "127.0.0.1:2525:::1": a service may hold colons and an address too, so the
 * longest address wins. */
static bool add_service(struct str text, struct event *out)
{
    struct ip ip;
    for (size_t from = 0;;) {
        ptrdiff_t colon = str_find_char(str_skip(text, from), ':');
        if (colon < 0)
            return false;
        from += (size_t)colon;
        struct str address = str_skip(text, from + 1);
        if (ip_parse(address, &ip) || str_eq(address, STR("unknown"))) {
            event_add(out, FIELD_SERVICE, str_head(text, from));
            event_add(out, FIELD_CLIENT_IP, address);
            return true;
        }
        from++;
    }
}

/* Stages are fixed words too: a damaged one is no stage. */
static bool add_checked(char directive, struct str value, struct event *out)
{
    bool fits = false;
    enum field_id id = FIELD_DETAIL;
    switch (directive) {
    case 'd':
        fits = is_number(value);
        break;
    case 'n':
        fits = is_number(value);
        id = FIELD_COUNT_OF;
        break;
    case 'r':
        fits = is_rate(value);
        id = FIELD_RATE;
        break;
    case 'w':
        fits = value.len > 0 && str_find_char(value, ' ') < 0;
        break;
    case 'q':
        fits = postfix_queue_id_is(value);
        id = FIELD_QUEUE_ID;
        break;
    case 'g':
        fits = postfix_stage_is(value);
        id = FIELD_STAGE;
        break;
    default:
        break;
    }
    if (fits)
        event_add(out, id, value);
    return fits;
}

static enum field_id unchecked_id(char directive)
{
    switch (directive) {
    case 't':
        return FIELD_TEXT;
    case 'p':
        return FIELD_PEER;
    case 'm':
        return FIELD_MECHANISM;
    case 'k':
        return FIELD_COMMAND;
    case 'v':
        return FIELD_VERSION;
    case 's':
        return FIELD_DETAIL;
    default:
        return FIELD_COUNT;
    }
}

static bool add_value(char directive, struct str value, struct event *out)
{
    if (directive == 'c')
        return postfix_client(value, FIELD_CLIENT_NAME, out);
    if (directive == 'e')
        return postfix_endpoint(value, out);
    if (directive == 'a')
        return add_service(value, out);
    enum field_id id = unchecked_id(directive);
    if (id == FIELD_COUNT)
        return add_checked(directive, value, out);
    event_add(out, id, value);
    if (id == FIELD_PEER)
        postfix_server(value, out);
    return true;
}

/* Where the value at the front of text ends: at the first place of the words behind it, or so that
 * they end the line. */
static ptrdiff_t value_len(struct str text, const struct part *next)
{
    if (next->fixed.len == 0 && next->directive == 0)
        return (ptrdiff_t)text.len;
    if (next->directive == 0)
        return str_ends(text, next->fixed) ? (ptrdiff_t)(text.len - next->fixed.len)
                                           : STR_NOT_FOUND;
    return str_find(text, next->fixed);
}

static bool phrase_fits(const char *form, struct str text, struct event *out)
{
    size_t whole = text.len, words = 0;
    struct part part = next_part(form);
    if (!str_take(&text, part.fixed))
        return false;
    while (part.directive) {
        words += part.fixed.len;
        struct part next = next_part(part.rest);
        if (part.directive == '%') { /* a percent sign is a fixed word like the others */
            if (!postfix_take(&text, STR("%")) || !str_take(&text, next.fixed))
                return false;
            part = next;
            continue;
        }
        ptrdiff_t len = next.directive == '%' && next.fixed.len == 0 ? str_find_char(text, '%')
                                                                     : value_len(text, &next);
        if (len < 0) {
            out->cut = true;
            return whole >= CUT_BYTES && words >= CUT_WORDS && add_value('s', text, out);
        }
        if (!add_value(part.directive, str_head(text, (size_t)len), out))
            return false;
        text = str_skip(text, (size_t)len + next.fixed.len);
        part = next;
    }
    return text.len == 0;
}

bool postfix_phrase(const struct phrase *table, struct str text, struct event *out)
{
    uint16_t kept = out->field_count > 0 && out->fields[0].id == FIELD_QUEUE_ID;
    for (; table->what; table++) {
        /* Most forms differ in their first byte. */
        if (table->form[0] != '%' && (text.len == 0 || table->form[0] != text.ptr[0]))
            continue;
        event_begin(out, table->kind, table->what);
        out->field_count = kept;
        if (!phrase_fits(table->form, text, out))
            continue;
        if (table->action)
            event_add(out, FIELD_ACTION, str_of(table->action));
        return true;
    }
    return false;
}

/* What a form begins with, most telling first: fixed words, a queue ID, anything. */
enum front { FRONT_FIXED, FRONT_ID, FRONT_ANY, FRONTS };

static bool front_fits(const char *form, enum front front, struct str text)
{
    if (form[0] != '%')
        return front == FRONT_FIXED && form[0] == text.ptr[0];
    return front == (form[1] == 'q' ? FRONT_ID : FRONT_ANY);
}

static bool complain(const struct complaint *list, enum front front, struct str text,
                     struct event *out)
{
    for (; list->what; list++)
        for (const char *const *form = list->forms; *form; form++) {
            if (!front_fits(*form, front, text))
                continue;
            event_begin(out, EVENT_NOTE, list->what);
            if (phrase_fits(*form, text, out))
                return true;
        }
    return false;
}

static bool warns(struct str text, struct event *out)
{
    static const struct complaint *const lists[] = {postfix_daemon_warnings, postfix_mail_warnings,
                                                    postfix_table_warnings,
                                                    postfix_library_warnings};
    for (unsigned front = FRONT_FIXED; front < FRONTS; front++)
        for (unsigned i = 0; i < sizeof lists / sizeof *lists; i++)
            if (complain(lists[i], (enum front)front, text, out))
                return true;
    return false;
}

bool postfix_complaint(struct str text, struct event *out)
{
    if (postfix_take(&text, STR("warning: ")))
        return text.len > 0 && warns(text, out);
    if (postfix_take(&text, STR("fatal: ")) || postfix_take(&text, STR("error: ")) ||
        postfix_take(&text, STR("panic: ")))
        return text.len > 0 && (complain(postfix_failures, FRONT_FIXED, text, out) ||
                                complain(postfix_failures, FRONT_ANY, text, out));
    return false;
}
