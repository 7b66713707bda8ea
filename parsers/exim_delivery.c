#include "accepted_as.h"
#include "exim.h"

/* In the order in which deliver.c writes them. */
/* clang-format off */
static const struct exim_key keys[] = {
    {" Q=", EXIM_WORD, FIELD_DETAIL},
    {" F=<", EXIM_ANGLE, FIELD_SENDER},
    {" Q=", EXIM_WORD, FIELD_DETAIL},
    {" SRS=<", EXIM_ANGLE, FIELD_DETAIL},
    {" P=<", EXIM_ANGLE, FIELD_DETAIL},
    {" R=", EXIM_WORD, FIELD_PEER},
    {" T=", EXIM_WORD, FIELD_SERVICE},
    {" S=", EXIM_WORD, FIELD_SIZE},
    {NULL, 0, 0},
};

static const struct exim_key relay_keys[] = {
    {" DS", EXIM_FLAG, 0},
    {" H=", EXIM_RELAY, 0},
    {" DS", EXIM_FLAG, 0},
    {" I=", EXIM_SERVER, 0},
    {" TFO*", EXIM_FLAG, FIELD_FLAGS},
    {" TFO", EXIM_FLAG, FIELD_FLAGS},
    {" PRX=", EXIM_WORD, FIELD_DETAIL},
    {" X=", EXIM_WORD, FIELD_TLS_PROTOCOL},
    {" CV=", EXIM_WORD, FIELD_TLS_LEVEL},
    {" DN=\"", EXIM_QUOTED, FIELD_PEER},
    {" SNI=", EXIM_WORD, FIELD_DETAIL},
    {" A=", EXIM_AUTH, 0},
    {" L", EXIM_FLAG, 0},
    {" L*", EXIM_FLAG, 0},
    {" L-", EXIM_FLAG, 0},
    {" PRDR", EXIM_FLAG, FIELD_FLAGS},
    {" K", EXIM_FLAG, 0},
    {" KT", EXIM_FLAG, 0},
    {NULL, 0, 0},
};

static const struct exim_key tail_keys[] = {
    {" C=\"", EXIM_QUOTED, FIELD_TEXT},
    {" QT=", EXIM_WORD, FIELD_DELAY},
    {" DT=", EXIM_WORD, FIELD_DELAYS},
    {NULL, 0, 0},
};

static const struct { struct str flag; uint8_t outcome; const char *what; } flags[] = {
    {{"=> ", 3}, OUTCOME_SENT, "delivery"},
    {{"-> ", 3}, OUTCOME_SENT, "delivery"},
    {{">> ", 3}, OUTCOME_SENT, "delivery"},
    {{"*> ", 3}, OUTCOME_SENT, "delivery"},
    {{"** ", 3}, OUTCOME_BOUNCED, "failure"},
    {{"== ", 3}, OUTCOME_DEFERRED, "deferral"},
};
/* clang-format on */

bool exim_delivery_flag(struct str *text, struct event *out)
{
    for (unsigned i = 0; i < sizeof flags / sizeof *flags; i++) {
        if (!str_take(text, flags[i].flag))
            continue;
        out->what = flags[i].what;
        out->kind = EVENT_DELIVERY;
        out->outcome = flags[i].outcome;
        return true;
    }
    return false;
}

/* Is `quoted` the address in front of it, with the quotes that Exim took off there? */
static bool is_unquoted(struct str plain, struct str quoted)
{
    size_t at = 0;
    for (size_t i = 0; i < quoted.len; i++) {
        if (quoted.ptr[i] == '"')
            continue;
        if (quoted.ptr[i] == '\\' && i + 1 < quoted.len)
            i++;
        if (at == plain.len || plain.ptr[at] != quoted.ptr[i])
            return false;
        at++;
    }
    return at == plain.len;
}

/* "john, doe@a.example <"john, doe"@a.example>": the only form of an address with bare blanks. */
static bool take_unquoted(struct str *text, struct str *ret_original)
{
    ptrdiff_t at = str_find(*text, STR(" <\""));
    if (at <= 0)
        return false;
    struct str rest = str_skip(*text, (size_t)at + 2), original = address_take(&rest, '>');
    if (!str_take(&rest, STR(">")) || !is_unquoted(str_head(*text, (size_t)at), original))
        return false;
    *ret_original = original;
    *text = rest;
    return true;
}

/* "|/usr/bin/vacation user", "/dev/null", ":blackhole:": a command may hold blanks and brackets. */
static struct str take_file(struct str *text)
{
    ptrdiff_t key = str_find(*text, STR(" R="));
    struct str file = str_head(*text, key < 0 ? text->len : (size_t)key);
    ptrdiff_t angle = str_find_last(file, STR(" <"));
    if (angle >= 0)
        file = str_head(file, (size_t)angle);
    *text = str_skip(*text, file.len);
    return file;
}

static void take_parents(struct str *text, struct event *out)
{
    while (str_starts(*text, STR(" ("))) {
        struct str rest = str_skip(*text, 2), parent = address_take(&rest, ')');
        if (!str_take(&rest, STR(")")))
            return;
        event_add(out, FIELD_DETAIL, parent);
        *text = rest;
    }
}

static bool is_file(struct str address)
{
    return address.len && (address.ptr[0] == '|' || address.ptr[0] == '/' || address.ptr[0] == ':');
}

/* "marta <marta@northbay.example>": delivered to, and asked for. */
static bool take_recipient(struct str *text, struct event *out)
{
    struct str original = {NULL, 0}, to;
    if (take_unquoted(text, &original)) {
        event_add(out, FIELD_RECIPIENT, original);
        return true;
    }
    to = is_file(*text) ? take_file(text) : address_take(text, ' ');
    if (to.len && to.ptr[to.len - 1] == ':' && !is_file(to)) { /* "** user@host: retry timeout" */
        to.len--;
        *text = str_between(to.ptr + to.len, text->ptr + text->len);
    }
    take_parents(text, out);
    if (to.len == 0)
        return false;
    if (str_take(text, STR(" <"))) {
        original = address_take(text, '>');
        out->cut |= text->len == 0;
        if (!str_take(text, STR(">")) && !out->cut)
            return false;
    }
    event_add(out, FIELD_RECIPIENT, to);
    if (original.len && !str_eq(original, to))
        event_add(out, FIELD_ORIG_RECIPIENT, original);
    return true;
}

static bool contains(struct str text, const char *const *words)
{
    for (; *words; words++)
        if (str_find(text, str_of(*words)) >= 0)
            return true;
    return false;
}

/* Where what has no host went: a transport that is no mailbox tells nothing of whose domain it is.
 */
static void name_transport(struct event *out)
{
    static const char *const elsewhere[] = {"reply", "vacation", "bypassed",
                                            "pipe",  "discard",  NULL};
    static const char *const agents[] = {"procmail", "maildrop", "dovecot", "cyrus",
                                         "mailman",  "deliver",  NULL};
    struct str transport = event_get(out, FIELD_SERVICE), to = event_get(out, FIELD_RECIPIENT);
    bool mailbox = transport.len && to.ptr[0] != '|' && to.ptr[0] != ':' &&
                   !str_starts(to, STR("/dev/")) &&
                   (contains(transport, agents) || !contains(transport, elsewhere));
    if (out->outcome == OUTCOME_SENT && !event_get(out, FIELD_RELAY_IP).ptr)
        event_add(out, FIELD_RELAY, mailbox ? transport : STR("none"));
}

/* "defer (111)", "routing defer (-52)" */
static bool take_defer(struct str *text, struct event *out)
{
    struct str rest = *text, code;
    (void)(str_take(&rest, STR(" routing")) || str_take(&rest, STR(" remote_smtp")));
    if (!str_take(&rest, STR(" defer (")) || !str_cut(&rest, STR(")"), &code))
        return false;
    event_add(out, FIELD_CODE, code);
    *text = rest;
    return true;
}

/* "host mx.example [192.0.2.1]: ": where Exim before 4.83 names the relay. */
static void take_old_host(struct str *text, struct event *out)
{
    struct str rest = *text, name, ip;
    if (!str_take(&rest, STR("host ")) || !str_cut(&rest, STR(" ["), &name) ||
        !str_cut(&rest, STR("]: "), &ip) || str_find_char(name, ' ') >= 0)
        return;
    event_add(out, FIELD_RELAY, str_between(name.ptr, ip.ptr + ip.len + 1));
    event_add(out, FIELD_RELAY_NAME, name);
    event_add(out, FIELD_RELAY_IP, ip);
    *text = rest;
}

/* What the next server said, without the command that it answered: that holds an address which the
 * sender chose. */
static struct str remote_answer(struct str text, struct event *out)
{
    struct str rest = text, command;
    if (!str_take(&rest, STR("SMTP error from remote mail server after ")) &&
        !str_take(&rest, STR("SMTP error from remote mailer after ")))
        return text;
    ptrdiff_t angle = str_find_char(rest, '<'), colon = str_find(rest, STR(": "));
    if (angle >= 0 && (colon < 0 || angle < colon)) {
        rest = str_skip(rest, (size_t)angle + 1);
        address_take(&rest, '>');
    }
    if (!str_cut(&rest, STR(": "), &command))
        return STR("");
    take_old_host(&rest, out);
    return rest;
}

static bool take_reason(struct str text, struct event *out)
{
    static const char *const timeouts[] = {"retry timeout exceeded",
                                           "have been failing for a long time", NULL};
    if (!str_take(&text, STR(": ")))
        return false;
    ptrdiff_t time = str_find_last(text, STR(" DT="));
    if (time >= 0 && str_find_char(str_skip(text, (size_t)time + 1), ' ') < 0) {
        event_add(out, FIELD_DELAYS, str_skip(text, (size_t)time + 4));
        text = str_head(text, (size_t)time);
    }
    event_add(out, FIELD_TEXT, text);
    out->free_text = remote_answer(text, out);
    if (out->outcome == OUTCOME_BOUNCED && contains(text, timeouts) &&
        str_find(text, STR("SMTP error from remote")) < 0)
        out->outcome = OUTCOME_EXPIRED;
    return true;
}

static bool take_end(struct str text, struct event *out)
{
    if (out->outcome == OUTCOME_SENT) {
        if (!exim_keys(tail_keys, &text, out) || (text.len && !out->cut))
            return false;
        struct str id = accepted_as(event_get(out, FIELD_TEXT));
        if (id.len)
            event_add(out, FIELD_QUEUED_AS, id);
        return event_get(out, FIELD_SERVICE).len || is_file(event_get(out, FIELD_RECIPIENT)) ||
               out->cut;
    }
    if (out->outcome == OUTCOME_DEFERRED && !take_defer(&text, out))
        return out->cut;
    return exim_keys(relay_keys, &text, out) && exim_keys(tail_keys, &text, out) &&
           (out->cut || text.len == 0 || take_reason(text, out));
}

bool exim_delivery(struct str text, struct event *out)
{
    if (!take_recipient(&text, out))
        return false;
    if (!out->cut && (!exim_keys(keys, &text, out) || !exim_keys(relay_keys, &text, out) ||
                      !take_end(text, out)))
        return false;
    name_transport(out);
    return true;
}
