#include "sendmail.h"

#include "address.h"
#include "parser.h"

/* Eight digits of time and sequence, then the process in at least five (queue.c, assign_queueid);
 * releases before 8.12 wrote letters and digits of another kind, always with the process behind. */
static size_t id_len(struct str text)
{
    enum { ID_MIN = 12, ID_MAX = 20, PREFIX = 8 };
    size_t len = 0;
    while (len < text.len && char_is_alnum(text.ptr[len]))
        len++;
    if (len < ID_MIN || len > ID_MAX)
        return 0;
    for (size_t i = PREFIX; i < len; i++)
        if (!char_is_digit(text.ptr[i]))
            return 0;
    return len;
}

static bool take_id(struct str *text, struct str *ret_id)
{
    size_t len = id_len(*text);
    struct str rest = str_skip(*text, len);
    if (len == 0 || !str_take(&rest, STR(": ")))
        return false;
    *ret_id = str_head(*text, len);
    *text = rest;
    return true;
}

/* "AUTH=server, relay=name [ip], authid=user, mech=PLAIN, bits=0": of the connection, before any
 * message. The user is let in; the host name is the client's. */
static bool login(struct str text, struct event *out)
{
    struct str relay, rest;
    event_begin(out, EVENT_CONNECT, "login");
    if (!str_take(&text, STR("AUTH=server, relay=")) || !str_cut(&text, STR(", authid="), &relay) ||
        !sendmail_client(relay, false, out))
        return false;
    ptrdiff_t mech = str_find_last(text, STR(", mech="));
    event_add(out, FIELD_SASL_USERNAME, mech < 0 ? text : str_head(text, (size_t)mech));
    if (mech < 0) {
        out->cut = true;
        return str_find_char(text, '=') < 0;
    }
    rest = str_skip(text, (size_t)mech + 7);
    struct str mechanism = rest;
    if (str_cut(&rest, STR(", bits="), &mechanism))
        event_add(out, FIELD_TLS_BITS, rest);
    event_add(out, FIELD_SASL_METHOD, mechanism);
    return str_find_char(mechanism, '=') < 0;
}

/* "AUTH failure (LOGIN): reason, user=name, relay=name [ip]": the client chose the name, so that
 * the last relay= is the true one. */
static bool failed_login(struct str text, struct event *out)
{
    struct str mechanism, user;
    if (!str_take(&text, STR("AUTH failure (")) || !str_cut(&text, STR("): "), &mechanism))
        return false;
    event_add(out, FIELD_MECHANISM, mechanism);
    ptrdiff_t relay = str_find_last(text, STR(", relay="));
    if (relay >= 0 && !sendmail_client(str_skip(text, (size_t)relay + 8), false, out))
        return false;
    out->cut |= relay < 0;
    text = relay < 0 ? text : str_head(text, (size_t)relay);
    struct str reason = text;
    if (str_cut(&text, STR(", user="), &reason))
        user = text;
    else
        user = STR("");
    if (str_find_char(relay < 0 && user.len ? user : reason, '=') >= 0)
        return false;
    if (user.len)
        event_add(out, FIELD_SASL_USERNAME, user);
    event_add(out, FIELD_TEXT, reason);
    out->what = "auth-failed";
    out->kind = EVENT_AUTH_FAILED;
    return true;
}

static const struct {
    const char *ruleset, *stage;
    bool ends;
} rulesets[] = {
    {"check_rcpt", "RCPT", false},         {"check_mail", "MAIL", false},
    {"check_relay", "CONNECT", false},     {"check_data", "DATA", false},
    {"check_eoh", "END-OF-MESSAGE", true}, {"check_eom", "END-OF-MESSAGE", true},
    {"check_compat", "RCPT", false},       {"check_vrfy", "VRFY", false},
    {"check_expn", "EXPN", false},         {"check_etrn", "ETRN", false},
    {"trust_auth", "AUTH", false},         {"tls_server", "STARTTLS", false},
    {"tls_client", "STARTTLS", false},     {"tls_rcpt", "STARTTLS", false},
    {"greet_pause", "CONNECT", false},
};

/* "550 5.7.1 text" */
static void take_reply(struct str text, struct event *out)
{
    struct str code;
    if (text.len > 3 && text.ptr[3] == ' ' && char_is_digit(text.ptr[0])) {
        event_add(out, FIELD_CODE, str_head(text, 3));
        text = str_skip(text, 4);
    }
    struct str rest = text;
    if (str_cut(&rest, STR(" "), &code) && code.len >= 5 && char_is_digit(code.ptr[0]) &&
        code.ptr[1] == '.') {
        event_add(out, FIELD_DSN, code);
        text = rest;
    }
    event_add(out, FIELD_TEXT, text);
    out->free_text = text;
}

static void refuse(struct event *out, const char *stage, bool ends)
{
    out->what = "reject";
    out->kind = EVENT_REJECT;
    out->generation = ends ? GENERATION_END : GENERATION_BODY;
    event_add(out, FIELD_STAGE, str_of(stage));
}

/* "arg1=<address>, arg2=..., " */
static bool take_arguments(struct str *text, enum field_id id, struct event *out)
{
    struct str argument;
    if (!str_take(text, STR(", arg1=")))
        return true;
    if (str_take(text, STR("<"))) {
        argument = address_take(text, '>');
        if (!str_take(text, STR(">")))
            return false;
    } else {
        ptrdiff_t end = str_find(*text, STR(", "));
        argument = str_head(*text, end < 0 ? text->len : (size_t)end);
        *text = str_skip(*text, argument.len);
    }
    event_add(out, id, argument);
    if (str_take(text, STR(", arg2="))) {
        ptrdiff_t end = str_find(*text, STR(", "));
        argument = str_head(*text, end < 0 ? text->len : (size_t)end);
        event_add(out, FIELD_DETAIL, argument);
        *text = str_skip(*text, argument.len);
    }
    return true;
}

/* "ruleset=check_rcpt, arg1=<a@b>, relay=name [ip], reject=550 5.7.1 text" */
static bool ruleset(struct str text, struct event *out)
{
    struct str relay, reply = {NULL, 0};
    unsigned i = 0, count = sizeof rulesets / sizeof *rulesets;
    if (!str_take(&text, STR("ruleset=")))
        return false;
    while (i < count && !str_take(&text, str_of(rulesets[i].ruleset)))
        i++;
    if (i == count)
        return false;
    enum field_id id = i == 0 ? FIELD_RECIPIENT : i == 1 ? FIELD_SENDER : FIELD_DETAIL;
    if (!take_arguments(&text, id, out) || !str_take(&text, STR(", relay=")))
        return false;
    if (str_cut(&text, STR(", reject="), &relay)) {
        reply = text;
    } else if (!str_cut(&text, STR(", "), &relay)) {
        out->cut = true;
        relay = text;
    }
    if (!sendmail_client(relay, false, out))
        return false;
    if (!reply.ptr) { /* ", discard", ", quarantine=..." */
        out->what = "ruleset";
        event_add(out, FIELD_ACTION, text);
        return true;
    }
    refuse(out, rulesets[i].stage, rulesets[i].ends);
    take_reply(reply, out);
    return true;
}

/* "Milter: data, reject=550 ...", "Milter: to=<a@b>, reject=...", "Milter: from=<a@b>, reject=..."
 */
static bool milter(struct str text, struct event *out)
{
    static const struct {
        const char *words, *stage;
        uint16_t field;
        bool ends;
    } steps[] = {{"to=", "RCPT", FIELD_RECIPIENT, false},
                 {"from=", "MAIL", FIELD_SENDER, false},
                 {"data", "END-OF-MESSAGE", FIELD_COUNT, true},
                 {"helo=", "HELO", FIELD_HELO, false},
                 {"connect: ", "CONNECT", FIELD_DETAIL, false}};
    if (!str_take(&text, STR("Milter: ")))
        return false;
    for (unsigned i = 0; i < sizeof steps / sizeof *steps; i++) {
        struct str rest = text, value;
        if (!str_take(&rest, str_of(steps[i].words)))
            continue;
        bool angle = str_take(&rest, STR("<"));
        value = address_take(&rest, angle ? '>' : ',');
        if (angle)
            (void)str_take(&rest, STR(">"));
        if (steps[i].field != FIELD_COUNT)
            event_add(out, (enum field_id)steps[i].field, value);
        if (str_take(&rest, STR(", discard"))) {
            out->what = "milter-discard";
            out->kind = steps[i].ends ? EVENT_DISCARDED : EVENT_NOTE;
            return true;
        }
        if (!str_take(&rest, STR(", reject=")))
            return false;
        refuse(out, steps[i].stage, steps[i].ends);
        take_reply(rest, out);
        return true;
    }
    return false;
}

/* "<a@b>... User unknown": what the client was told about a recipient. */
static bool unknown_recipient(struct str text, struct event *out)
{
    struct str address;
    if (!str_take(&text, STR("<")))
        return false;
    address = address_take(&text, '>');
    if (!str_take(&text, STR(">... ")))
        return false;
    event_add(out, FIELD_RECIPIENT, address);
    refuse(out, "RCPT", false);
    event_add(out, FIELD_TEXT, text);
    out->free_text = text;
    return true;
}

/* "PARENT: CHILD: DSN: User unknown": the child is the server's own message. */
static bool notification(struct str parent, struct str text, struct event *out)
{
    static const struct {
        const char *words;
        bool given_up;
    } kinds[] = {{"DSN: ", false},
                 {"sender notify: Cannot send ", true},
                 {"sender notify: ", false},
                 {"return to sender: ", false},
                 {"postmaster notify: ", false},
                 {"return receipt", false}};
    struct str child;
    if (!take_id(&text, &child))
        return false;
    for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (!str_take(&text, str_of(kinds[i].words)))
            continue;
        if (kinds[i].given_up)
            event_begin(out, EVENT_EXPIRED, "gave-up");
        else
            event_begin(out, EVENT_NOTIFICATION, "notification");
        event_add(out, FIELD_QUEUE_ID, kinds[i].given_up ? parent : child);
        event_add(out, kinds[i].given_up ? FIELD_CHILD : FIELD_ORIG_QUEUE_ID,
                  kinds[i].given_up ? child : parent);
        event_add(out, FIELD_TEXT, text);
        return true;
    }
    event_add(out, FIELD_CHILD, child);
    out->what = "cloned";
    return str_starts(text, STR("clone: "));
}

static bool message_line(struct str id, struct str text, struct event *out)
{
    event_begin(out, EVENT_NOTE, "");
    event_add(out, FIELD_QUEUE_ID, id);
    if (str_take(&text, STR("from=")))
        return sendmail_from(text, out);
    if (str_take(&text, STR("to=")))
        return sendmail_to(text, out);
    if (failed_login(text, out) || ruleset(text, out) || milter(text, out) ||
        unknown_recipient(text, out) || notification(id, text, out))
        return true;
    if (!template_event(sendmail_message_kinds, text, false, out))
        return false;
    if (out->kind == EVENT_REMOVED)
        out->generation = GENERATION_END;
    event_add(out, FIELD_QUEUE_ID, id);
    return true;
}

static bool plain_line(struct str text, struct event *out)
{
    (void)str_take(&text, STR("NOQUEUE: "));
    if (login(text, out))
        return true;
    event_begin(out, EVENT_NOTE, "");
    if (failed_login(text, out) || ruleset(text, out))
        return true;
    if (str_take(&text, STR("connect from "))) {
        event_begin(out, EVENT_CONNECT, "connect");
        return sendmail_client(text, false, out);
    }
    return template_event(sendmail_kinds, text, false, out);
}

static bool parse(struct str text, const struct context *context, struct event *out)
{
    (void)context;
    struct str id;
    if (take_id(&text, &id))
        return message_line(id, text, out);
    return plain_line(text, out);
}

static enum ownership owns(struct str program, uint16_t *ret_daemon)
{
    ptrdiff_t slash =
        str_find_last_char(program, '/'); /* "/usr/sbin/sendmail", "postfix/sendmail" */
    *ret_daemon = 0;
    if (slash > 0 && program.ptr[0] != '/')
        return OWNS_NOT;
    program = str_skip(program, (size_t)(slash + 1));
    return str_starts(program, STR("sm-")) || str_starts(program, STR("sendmail")) ? OWNS
                                                                                   : OWNS_NOT;
}

extern const struct parser sendmail_parser;
const struct parser sendmail_parser = {.name = "sendmail", .owns = owns, .parse = parse};
