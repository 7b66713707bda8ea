#include "accepted_as.h"
#include "address.h"
#include "parser.h"
#include "template.h"

/* Lines of OpenSMTPD: smtp_session.c, mta_session.c, mda.c and queue.c of 6.4 to 7.6 (a session or
 * delivery id in front, key=value behind) and of 5.3 to 6.3 ("delivery: Ok for ..."). */

/* clang-format off */
static const struct line_kind session_kinds[] = {
    {"tls", "smtp tls ciphers=%A", EVENT_NOTE, {FIELD_TLS_CIPHER}},
    {"tls", "smtp starttls ciphers=%A", EVENT_NOTE, {FIELD_TLS_CIPHER}},
    {"tls", "smtp cert-check result=%A", EVENT_NOTE, {FIELD_STATUS}},
    {"tls", "smtp cert-check result=%W fingerprint=%A", EVENT_NOTE, {FIELD_STATUS, FIELD_DETAIL}},
    {"disconnect", "smtp disconnected reason=%A", EVENT_DISCONNECT, {FIELD_DETAIL}},
    {"disconnect", "smtp disconnected", EVENT_DISCONNECT, {0}},
    {"bad-input", "smtp bad-input result=\"%A\"", EVENT_NOTE, {FIELD_TEXT}},
    {"error", "smtp error reason=%A", EVENT_NOTE, {FIELD_TEXT}},
    {"proxied", "smtp proxy address=%W port=%W", EVENT_NOTE, {FIELD_DETAIL, FIELD_PEER}},
    {"mta", "mta connecting address=%W host=%A", EVENT_NOTE, {FIELD_RELAY, FIELD_RELAY_NAME}},
    {"mta", "mta connected", EVENT_NOTE, {0}},
    {"mta", "mta tls ciphers=%A", EVENT_NOTE, {FIELD_TLS_CIPHER}},
    {"mta", "mta starttls ciphers=%A", EVENT_NOTE, {FIELD_TLS_CIPHER}},
    {"mta", "mta cert-check result=%A", EVENT_NOTE, {FIELD_STATUS}},
    {"mta", "mta auth result=%A", EVENT_NOTE, {FIELD_STATUS}},
    {"mta", "mta server-cert-check result=%A", EVENT_NOTE, {FIELD_STATUS}},
    {"mta", "mta disconnected reason=%W messages=%D", EVENT_NOTE, {FIELD_DETAIL, FIELD_COUNT_OF}},
    {"mta", "mta disconnected messages=%D", EVENT_NOTE, {FIELD_COUNT_OF}},
    {"mta", "mta error reason=%A", EVENT_NOTE, {FIELD_TEXT}},
    {"mta", "mta host-rejects-all-mails", EVENT_NOTE, {0}},
    {NULL, NULL, 0, {0}},
};

static const struct line_kind plain_kinds[] = {
    {"starting", "info: OpenSMTPD %W starting", EVENT_NOTE, {FIELD_VERSION}},
    {"starting", "info: startup%*", EVENT_NOTE, {0}},
    {"stopping", "Exiting", EVENT_NOTE, {0}},
    {"stopping", "Terminating", EVENT_NOTE, {0}},
    {"message", "warn: %A", EVENT_NOTE, {FIELD_TEXT}},
    {"message", "warning: %A", EVENT_NOTE, {FIELD_TEXT}},
    {"message", "info: %A", EVENT_NOTE, {FIELD_TEXT}},
    {"message", "fatal: %A", EVENT_NOTE, {FIELD_TEXT}},
    {"smtp-out", "smtp-out: Error on session %W after %D messages sent: %A", EVENT_NOTE, {FIELD_SESSION, FIELD_COUNT_OF, FIELD_TEXT}},
    {"smtp-out", "smtp-out: Error on session %W after %D message sent: %A", EVENT_NOTE, {FIELD_SESSION, FIELD_COUNT_OF, FIELD_TEXT}},
    {"smtp-out", "smtp-out: Error on session %W: %A", EVENT_NOTE, {FIELD_SESSION, FIELD_TEXT}},
    {"smtp-out", "smtp-out: Connecting to %A on session %W...", EVENT_NOTE, {FIELD_RELAY, FIELD_SESSION}},
    {"smtp-out", "smtp-out: Connected on session %W", EVENT_NOTE, {FIELD_SESSION}},
    {"smtp-out", "smtp-out: Started TLS on session %W: %A", EVENT_NOTE, {FIELD_SESSION, FIELD_TLS_CIPHER}},
    {"smtp-out", "smtp-out: Closing session %W: %A", EVENT_NOTE, {FIELD_SESSION, FIELD_TEXT}},
    {"smtp-out", "smtp-out: No valid route for %A", EVENT_NOTE, {FIELD_RELAY}},
    {"smtp-out", "smtp-out: hiwat reached on %A: holding envelopes", EVENT_NOTE, {FIELD_RELAY}},
    {"smtp-out", "smtp-out: back to lowat on %A: releasing", EVENT_NOTE, {FIELD_RELAY}},
    {"smtp-out", "smtp-out: Disabling route %A", EVENT_NOTE, {FIELD_RELAY}},
    {"smtp-out", "smtp-out: Enabling route %A", EVENT_NOTE, {FIELD_RELAY}},
    {"smtp-in", "smtp-in: Started TLS on session %W: %A", EVENT_NOTE, {FIELD_SESSION, FIELD_TLS_CIPHER}},
    {"smtp-in", "smtp-in: Closing session %W", EVENT_DISCONNECT, {FIELD_SESSION}},
    {"smtp-in", "smtp-in: Received disconnect from session %W", EVENT_DISCONNECT, {FIELD_SESSION}},
    {"smtp-in", "smtp-in: Disconnecting session %W: %A", EVENT_DISCONNECT, {FIELD_SESSION, FIELD_TEXT}},
    {"smtp-in", "smtp-in: Failed command on session %W: \"%A\" => %A", EVENT_NOTE, {FIELD_SESSION, FIELD_COMMAND, FIELD_TEXT}},
    {NULL, NULL, 0, {0}},
};
/* clang-format on */

enum { ID_LEN = 16, MESSAGE_ID_LEN = 8 };

static bool is_hex(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!char_is_digit(text.ptr[i]) && (text.ptr[i] < 'a' || text.ptr[i] > 'f'))
            return false;
    return true;
}

static bool take_hex(struct str *text, size_t len, struct str *ret)
{
    if (text->len < len || !is_hex(str_head(*text, len)) ||
        (text->len > len && char_is_alnum(text->ptr[len])))
        return false;
    *ret = str_head(*text, len);
    *text = str_skip(*text, len);
    return true;
}

/* An envelope's id begins with its message's. */
static void add_envelope(struct str envelope, struct event *out)
{
    event_add(out, FIELD_QUEUE_ID, str_head(envelope, MESSAGE_ID_LEN));
    event_add(out, FIELD_MAIL_ID, envelope);
}

static bool take_address(struct str *text, struct str key, struct str *ret)
{
    struct str rest = *text;
    if (!str_take(&rest, key) || !str_take(&rest, STR("<")))
        return false;
    *ret = address_take(&rest, '>');
    if (!str_take(&rest, STR(">")))
        return false;
    *text = rest;
    return true;
}

/* "address=192.0.2.1 host=name", "address=[2001:db8::1] host=<unknown>", "address=local host=mx1"
 */
static bool connected(struct str text, struct event *out)
{
    struct str address, port;
    event_begin(out, EVENT_CONNECT, "connected");
    if (!str_take(&text, STR("address=")) || !str_cut(&text, STR(" host="), &address))
        return false;
    if (str_eq(address, STR("local"))) {
        event_add(out, FIELD_CLIENT_NAME, address);
        event_add(out, FIELD_DETAIL, text);
        return true;
    }
    if (str_take(&address, STR("["))) {
        struct str inside;
        if (!str_cut(&address, STR("]"), &inside))
            return false;
        port = address;
        address = inside;
        if (str_take(&port, STR(":")))
            event_add(out, FIELD_CLIENT_PORT, port);
    }
    event_add(out, FIELD_CLIENT_IP, address);
    if (!str_eq(text, STR("<unknown>")))
        event_add(out, FIELD_CLIENT_NAME, text);
    return str_eq(text, STR("<unknown>")) || text.len == 0 || text.ptr[0] != '<';
}

/* "user=name result=ok": the name is the client's, the last result= the server's. */
static bool authenticated(struct str text, struct event *out)
{
    ptrdiff_t at = str_find_last(text, STR(" result="));
    if (!str_take(&text, STR("user=")) || at < 5)
        return false;
    struct str user = str_head(text, (size_t)at - 5), result = str_skip(text, (size_t)at + 3);
    bool ok = str_eq(result, STR("ok"));
    if (!ok && !str_eq(result, STR("permfail")) && !str_eq(result, STR("tempfail")))
        return false;
    event_begin(out, ok ? EVENT_AUTHENTICATED : EVENT_AUTH_FAILED,
                ok ? "authenticated" : "auth-failed");
    event_add(out, FIELD_SASL_USERNAME, user);
    event_add(out, FIELD_STATUS, result);
    return true;
}

static bool take_word(struct str *text, struct str key, enum field_id id, struct event *out)
{
    struct str rest = *text;
    if (!str_take(&rest, key))
        return false;
    size_t len = 0;
    while (len < rest.len && rest.ptr[len] != ' ' && rest.ptr[len] != ',')
        len++;
    event_add(out, id, str_head(rest, len));
    *text = str_skip(rest, len);
    return true;
}

/* "msgid=46983aee size=4877 nrcpt=1 proto=ESMTP": taken and queued. */
static bool message(struct str text, struct event *out)
{
    event_begin(out, EVENT_ACCEPTED, "message");
    return take_word(&text, STR("msgid="), FIELD_QUEUE_ID, out) &&
           take_word(&text, STR(" size="), FIELD_SIZE, out) &&
           take_word(&text, STR(" nrcpt="), FIELD_NRCPT, out) &&
           take_word(&text, STR(" proto="), FIELD_PROTO, out) && text.len == 0;
}

/* "evpid=46983aee61d78fd5 from=<a@b> to=<c@d>": one for each recipient. */
static bool envelope(struct str text, struct event *out)
{
    struct str id, sender, recipient;
    event_begin(out, EVENT_QUEUED, "envelope");
    if (!str_take(&text, STR("evpid=")) || !take_hex(&text, ID_LEN, &id) ||
        !take_address(&text, STR(" from="), &sender) ||
        !take_address(&text, STR(" to="), &recipient))
        return false;
    add_envelope(id, out);
    event_add(out, FIELD_SENDER, sender);
    event_add(out, FIELD_RECIPIENT, recipient);
    return text.len == 0;
}

/* "command="rcpt TO:<a@b>" result="550 ..."": the command is the client's. */
static bool failed_command(struct str text, struct event *out)
{
    static const struct {
        const char *word, *stage;
        uint16_t field;
    } commands[] = {{"rcpt to:", "RCPT", FIELD_RECIPIENT}, {"mail from:", "MAIL", FIELD_SENDER}};
    struct str command, result;
    ptrdiff_t at = str_find_last(text, STR("\" result=\""));
    if (at < 0 || !str_take(&text, STR("command=\"")) || at < 9 || !str_take_end(&text, STR("\"")))
        return false;
    if (text.len < (size_t)at + 1) /* cut behind the first quote of the result */
        return false;
    command = str_head(text, (size_t)at - 9);
    result = str_skip(text, (size_t)at + 1);
    bool clear = str_find(command, STR("\" result=\"")) < 0;
    event_begin(out, EVENT_NOTE, clear ? "failed-command" : "failed-command-unclear");
    event_add(out, FIELD_COMMAND, command);
    if (result.len > 3 && result.ptr[3] == ' ') {
        event_add(out, FIELD_CODE, str_head(result, 3));
        result = str_skip(result, 4);
    }
    event_add(out, FIELD_TEXT, result);
    out->free_text = result;
    if (command.len == 0) {
        out->kind = EVENT_REJECT;
        event_add(out, FIELD_STAGE, STR("CONNECT"));
        return true;
    }
    for (unsigned i = 0; i < 2; i++) {
        if (!str_starts_nocase(command, str_of(commands[i].word)))
            continue;
        command = str_trim(str_skip(command, strlen(commands[i].word)));
        (void)str_take(&command, STR("<"));
        out->kind = EVENT_REJECT;
        event_add(out, FIELD_STAGE, str_of(commands[i].stage));
        event_add(out, (enum field_id)commands[i].field, address_take(&command, '>'));
        return true;
    }
    return true;
}

static const struct {
    const char *word;
    uint8_t outcome;
} results[] = {{"Ok", OUTCOME_SENT},          {"TempFail", OUTCOME_DEFERRED},
               {"PermFail", OUTCOME_BOUNCED}, {"Loop", OUTCOME_BOUNCED},
               {"Expire", OUTCOME_EXPIRED},   {"Remove", OUTCOME_NONE}};

static bool take_result(struct str *text, struct event *out)
{
    for (unsigned i = 0; i < sizeof results / sizeof *results; i++) {
        struct str rest = *text;
        if (!str_take(&rest, str_of(results[i].word)) || (rest.len && char_is_alnum(rest.ptr[0])))
            continue;
        event_add(out, FIELD_STATUS, str_of(results[i].word));
        out->outcome = results[i].outcome;
        if (out->outcome == OUTCOME_NONE) { /* an operator did it */
            out->kind = EVENT_DELETED;
            event_add(out, FIELD_ACTION, STR("removed"));
        }
        *text = rest;
        return true;
    }
    return false;
}

static void add_recipient(struct str to, struct str asked, struct event *out)
{
    event_add(out, FIELD_RECIPIENT, to);
    if (asked.len && !str_eq(asked, STR("-")) && !str_eq(asked, to))
        event_add(out, FIELD_ORIG_RECIPIENT, asked);
}

static void add_answer(struct str answer, struct event *out)
{
    event_add(out, FIELD_TEXT, answer);
    if (out->outcome != OUTCOME_SENT) {
        out->free_text = answer;
        return;
    }
    struct str id = accepted_as(answer);
    if (id.len)
        event_add(out, FIELD_QUEUED_AS, id);
}

/* "192.0.2.52 (mx.example)" */
static void add_relay(struct str relay, struct event *out)
{
    event_add(out, FIELD_RELAY, relay);
    struct str ip = relay;
    if (str_cut(&relay, STR(" ("), &ip)) {
        (void)str_take_end(&relay, STR(")"));
        event_add(out, FIELD_RELAY_NAME, relay);
    }
    (void)(str_take(&ip, STR("[")) && str_take_end(&ip, STR("]")));
    event_add(out, FIELD_RELAY_IP, ip);
}

/* "evpid=... from=<> to=<> rcpt=<-> source="..." relay="..." delay=0s result="Ok" stat="..."", for
 * mda user=... result=Ok stat=Delivered */
static bool delivery(struct str text, bool local, struct event *out)
{
    struct str id, sender, to, asked = STR(""), value;
    event_begin(out, EVENT_DELIVERY, local ? "mda-delivery" : "mta-delivery");
    if (!str_take(&text, STR("evpid=")) || !take_hex(&text, ID_LEN, &id) ||
        !take_address(&text, STR(" from="), &sender) || !take_address(&text, STR(" to="), &to))
        return false;
    (void)take_address(&text, STR(" rcpt="), &asked);
    add_envelope(id, out);
    event_add(out, FIELD_SENDER, sender);
    add_recipient(to, asked, out);
    if (str_take(&text, STR(" source=\"")) && str_cut(&text, STR("\""), &value))
        event_add(out, FIELD_DETAIL, value);
    if (str_take(&text, STR(" relay=\"")) && str_cut(&text, STR("\""), &value))
        add_relay(value, out);
    else
        event_add(out, FIELD_RELAY, local ? STR("mda") : STR("none"));
    take_word(&text, STR(" user="), FIELD_PEER, out);
    take_word(&text, STR(" delay="), FIELD_DELAY, out);
    if (!str_take(&text, STR(" result=")))
        return false;
    bool quoted = str_take(&text, STR("\""));
    if (!take_result(&text, out) || (quoted && !str_take(&text, STR("\""))) ||
        !str_take(&text, STR(" stat=")))
        return false;
    if (str_take(&text, STR("\"")))
        (void)str_take_end(&text, STR("\""));
    add_answer(text, out);
    return true;
}

static bool session_line(struct str session, struct str text, struct event *out)
{
    static const struct {
        const char *word;
        bool (*parse)(struct str text, struct event *out);
    } kinds[] = {{"smtp connected ", connected},
                 {"smtp authentication ", authenticated},
                 {"smtp message ", message},
                 {"smtp envelope ", envelope},
                 {"smtp failed-command ", failed_command}};
    bool known = false;
    for (unsigned i = 0; i < sizeof kinds / sizeof *kinds && !known; i++) {
        struct str rest = text;
        if (str_take(&rest, str_of(kinds[i].word)) && !(known = kinds[i].parse(rest, out)))
            return false;
    }
    if (!known && str_take(&text, STR("mta delivery ")))
        known = delivery(text, false, out);
    else if (!known && str_take(&text, STR("mda delivery ")))
        known = delivery(text, true, out);
    else if (!known)
        known = template_event(session_kinds, text, false, out);
    if (known)
        event_add(out, FIELD_SESSION, session);
    return known;
}

/* ", key=value" with no comma in the value */
static bool take_old(struct str *text, const char *key, struct str *ret)
{
    struct str rest = *text;
    (void)str_take(&rest, STR(", "));
    if (!str_take(&rest, str_of(key)))
        return false;
    ptrdiff_t end = str_find(rest, STR(", "));
    *ret = end < 0 ? rest : str_head(rest, (size_t)end);
    *text = str_skip(rest, ret->len);
    return true;
}

/* "relay: Ok for 0574cdb5b3b18341: [session=..., ]from=<>, to=<>, [rcpt=<>, ][user=, method=, ]
 * [source=, relay=, ]delay=10s, stat=..." */
static bool old_delivery(struct str text, struct event *out)
{
    static const char *const agents[] = {"delivery: ", "relay: ", "mda: ", "bounce: ", "mta: "};
    struct str id, sender, to, asked = STR(""), value;
    unsigned i = 0;
    while (i < 5 && !str_take(&text, str_of(agents[i])))
        i++;
    event_begin(out, EVENT_DELIVERY, "delivery");
    if (i == 5 || !take_result(&text, out) || !str_take(&text, STR(" for ")) ||
        !take_hex(&text, ID_LEN, &id) || !str_take(&text, STR(": ")))
        return false;
    if (take_old(&text, "session=", &value))
        event_add(out, FIELD_SESSION, value);
    (void)str_take(&text, STR(", "));
    if (!take_address(&text, STR("from="), &sender) || !take_address(&text, STR(", to="), &to))
        return false;
    (void)take_address(&text, STR(", rcpt="), &asked);
    add_envelope(id, out);
    event_add(out, FIELD_SENDER, sender);
    add_recipient(to, asked, out);
    if (take_old(&text, "user=", &value))
        event_add(out, FIELD_PEER, value);
    bool local = take_old(&text, "method=", &value);
    if (local)
        event_add(out, FIELD_SERVICE, value);
    if (take_old(&text, "source=", &value))
        event_add(out, FIELD_DETAIL, value);
    if (take_old(&text, "relay=", &value))
        add_relay(value, out);
    else
        event_add(out, FIELD_RELAY, local ? STR("mda") : STR("none"));
    if (take_old(&text, "delay=", &value))
        event_add(out, FIELD_DELAY, value);
    if (!str_take(&text, STR(", stat=")))
        return false;
    add_answer(text, out);
    return true;
}

/* "smtp-in: New session S from host name [192.0.2.1]", "smtp-in: Accepted message M on session S:
 * from=<>, to=<>, size=, ndest=, proto=", "smtp-in: Accepted authentication for user U on session
 * S" */
static bool old_session(struct str text, struct event *out)
{
    struct str value, sender, to;
    if (!str_take(&text, STR("smtp-in: ")))
        return false;
    if (str_take(&text, STR("New session "))) {
        event_begin(out, EVENT_CONNECT, "connected");
        struct str session, name;
        if (!str_cut(&text, STR(" from host "), &session) || !str_cut(&text, STR(" ["), &name) ||
            !str_take_end(&text, STR("]")))
            return false;
        event_add(out, FIELD_SESSION, session);
        event_add(out, FIELD_CLIENT_NAME, name);
        if (!str_eq(text, STR("local")))
            event_add(out, FIELD_CLIENT_IP, text);
        return true;
    }
    if (str_take(&text, STR("Accepted authentication for user "))) {
        ptrdiff_t at = str_find_last(text, STR(" on session "));
        event_begin(out, EVENT_AUTHENTICATED, "authenticated");
        if (at < 0)
            return false;
        event_add(out, FIELD_SASL_USERNAME, str_head(text, (size_t)at));
        event_add(out, FIELD_SESSION, str_skip(text, (size_t)at + 12));
        return true;
    }
    if (!str_take(&text, STR("Accepted message ")))
        return false;
    event_begin(out, EVENT_ACCEPTED, "message");
    struct str id, session;
    if (!take_hex(&text, MESSAGE_ID_LEN, &id) || !str_take(&text, STR(" on session ")) ||
        !str_cut(&text, STR(": "), &session) || !take_address(&text, STR("from="), &sender) ||
        !take_address(&text, STR(", to="), &to))
        return false;
    event_add(out, FIELD_QUEUE_ID, id);
    event_add(out, FIELD_SESSION, session);
    event_add(out, FIELD_SENDER, sender);
    event_add(out, FIELD_RECIPIENT, to);
    if (take_old(&text, "size=", &value))
        event_add(out, FIELD_SIZE, value);
    if (take_old(&text, "ndest=", &value))
        event_add(out, FIELD_NRCPT, value);
    if (take_old(&text, "proto=", &value))
        event_add(out, FIELD_PROTO, value);
    return text.len == 0;
}

static bool parse(struct str text, const struct context *context, struct event *out)
{
    (void)context;
    struct str session, rest = text;
    if (take_hex(&rest, ID_LEN, &session) && str_take(&rest, STR(" ")))
        return session_line(session, rest, out);
    return old_delivery(text, out) || old_session(text, out) ||
           template_event(plain_kinds, text, false, out);
}

/* "smtpd" alone is what exports leave of "postfix/smtpd", too: the lines tell. */
static enum ownership owns(struct str program, uint16_t *ret_daemon)
{
    *ret_daemon = 0;
    return str_eq(program, STR("smtpd")) || str_eq(program, STR("opensmtpd")) ? OWNS : OWNS_NOT;
}

extern const struct parser opensmtpd_parser;
const struct parser opensmtpd_parser = {.name = "opensmtpd", .owns = owns, .parse = parse};
