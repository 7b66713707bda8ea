#include "exim.h"

/* What may stand between a client and the end of a line about it: host_and_ident, s_tlslog and
 * smtp_log_no_mail of smtp_in.c. */
/* clang-format off */
static const struct exim_key keys[] = {
    {" I=", EXIM_SERVER, 0},
    {" Ci=", EXIM_WORD, FIELD_SESSION},
    {" U=", EXIM_WORD, FIELD_PEER},
    {" X=", EXIM_WORD, FIELD_TLS_PROTOCOL},
    {" CV=", EXIM_WORD, FIELD_TLS_LEVEL},
    {" DN=\"", EXIM_QUOTED, FIELD_PEER},
    {" SNI=", EXIM_WORD, FIELD_DETAIL},
    {" PRX=", EXIM_WORD, FIELD_DETAIL},
    {" F=<", EXIM_ANGLE, FIELD_SENDER},
    {" A=", EXIM_AUTH, 0},
    {" D=", EXIM_WORD, FIELD_SECONDS},
    {" A=", EXIM_AUTH, 0},
    {" X=", EXIM_WORD, FIELD_TLS_PROTOCOL},
    {" CV=", EXIM_WORD, FIELD_TLS_LEVEL},
    {" DN=\"", EXIM_QUOTED, FIELD_PEER},
    {" SNI=", EXIM_WORD, FIELD_DETAIL},
    {" K", EXIM_FLAG, 0},
    {" L", EXIM_FLAG, 0},
    {" L-", EXIM_FLAG, 0},
    {" C=", EXIM_WORD, FIELD_COMMAND},
    {NULL, 0, 0},
};

/* How a line goes on behind the client and its keys. */
static const struct line_kind tails[] = {
    {"connection", " (TCP/IP connection count = %D)", EVENT_NOTE, {FIELD_COUNT_OF}},
    {"connection-ended", " closed by %A", EVENT_DISCONNECT, {FIELD_DETAIL}},
    {"connection-ended", " lost while reading message data%A", EVENT_DISCONNECT, {FIELD_DETAIL}},
    {"connection-ended", " lost%A", EVENT_DISCONNECT, {FIELD_DETAIL}},
    {"connection-ended", " dropped: %A", EVENT_DISCONNECT, {FIELD_DETAIL}},
    {"sender-verify", " sender verify fail for <%A>: %A", EVENT_NOTE, {FIELD_SENDER, FIELD_TEXT}},
    {"sender-verify", " sender verify fail for <%A>", EVENT_NOTE, {FIELD_SENDER}},
    {"sender-verify", " sender verify defer for <%A>: %A", EVENT_NOTE, {FIELD_SENDER, FIELD_TEXT}},
    {"sender-verify", " sender verify defer for <%A>", EVENT_NOTE, {FIELD_SENDER}},
    {"recipient-verify", " recipient verify fail for <%A>: %A", EVENT_NOTE, {FIELD_RECIPIENT, FIELD_TEXT}},
    {"recipient-verify", " recipient verify defer for <%A>: %A", EVENT_NOTE, {FIELD_RECIPIENT, FIELD_TEXT}},
    {"incomplete", " incomplete transaction (%A) from <%A> for %A", EVENT_NOTE, {FIELD_DETAIL, FIELD_SENDER, FIELD_RECIPIENT}},
    {"incomplete", " incomplete transaction (%A) from <%A>", EVENT_NOTE, {FIELD_DETAIL, FIELD_SENDER}},
    {"incomplete", " incomplete transaction (%A)", EVENT_NOTE, {FIELD_DETAIL}},
    {"warning", " Warning: %A", EVENT_NOTE, {FIELD_TEXT}},
    {"tls-error", " (%A): %A", EVENT_NOTE, {FIELD_STAGE, FIELD_TEXT}},
    {"refused", " refused: %A", EVENT_NOTE, {FIELD_TEXT}},
    {"remote-refused", " Connection refused", EVENT_NOTE, {0}},
    {"remote-refused", " Connection timed out", EVENT_NOTE, {0}},
    {"remote-refused", " No route to host", EVENT_NOTE, {0}},
    {"remote-refused", " Network is unreachable", EVENT_NOTE, {0}},
    {"remote-reply", ": SMTP error from remote mail server after %A: %A", EVENT_NOTE, {FIELD_STAGE, FIELD_TEXT}},
    {"remote-reply", ": SMTP timeout after %A", EVENT_NOTE, {FIELD_STAGE}},
    {"remote-reply", ": Remote host closed connection %A", EVENT_NOTE, {FIELD_STAGE}},
    {"remote-reply", " Remote host closed connection %A", EVENT_NOTE, {FIELD_STAGE}},
    {"remote-reply", " SMTP error from remote mail server after %A: %A", EVENT_NOTE, {FIELD_STAGE, FIELD_TEXT}},
    {"remote-reply", ": Malformed SMTP reply %A", EVENT_NOTE, {FIELD_TEXT}},
    {"remote-tls", " TLS error on connection: %A", EVENT_NOTE, {FIELD_TEXT}},
    {"remote-tls", " TLS error on connection %A", EVENT_NOTE, {FIELD_TEXT}},
    {"remote-tls", ": a TLS session is required, but %A", EVENT_NOTE, {FIELD_TEXT}},
    {"command", " unrecognized command", EVENT_NOTE, {0}},
    {"command", " AUTH command used when not advertised", EVENT_NOTE, {0}},
    {"command", " STARTTLS command used when not advertised", EVENT_NOTE, {0}},
    {"command", " NULL character(s) present (shown as '?')", EVENT_NOTE, {0}},
    {"command", " unrecognized command or %A", EVENT_NOTE, {FIELD_TEXT}},
    {"command", " sequence error (%A)", EVENT_NOTE, {FIELD_TEXT}},
    {"command", " %W argument(s) %A", EVENT_NOTE, {FIELD_DETAIL, FIELD_TEXT}},
    {"command", " input=\"%A\"", EVENT_NOTE, {FIELD_COMMAND}},
    {"command", " next input=\"%A\"", EVENT_NOTE, {FIELD_COMMAND}},
    {NULL, NULL, 0, {0}},
};

/* Lines whose client does not stand in front. Commands in them are the client's own words. */
static const struct { const char *words; const char *what; uint8_t kind; } openings[] = {
    {"SMTP connection from ", "connection", EVENT_NOTE},
    {"no MAIL in SMTP connection from ", "no-mail", EVENT_NOTE},
    {"no MAIL in early-EHLO SMTP connection from ", "no-mail", EVENT_NOTE},
    {"unexpected disconnection while reading SMTP command from ", "connection-ended", EVENT_DISCONNECT},
    {"SMTP command timeout on connection from ", "connection-ended", EVENT_DISCONNECT},
    {"SMTP command timeout on TLS connection from ", "connection-ended", EVENT_DISCONNECT},
    {"SMTP data timeout (message abandoned) on connection from ", "connection-ended", EVENT_DISCONNECT},
    {"SMTP data timeout (message abandoned) on TLS connection from ", "connection-ended", EVENT_DISCONNECT},
    {"TLS error on connection from ", "tls-error", EVENT_NOTE},
    {"TLS client disconnected cleanly (rejected our certificate?) ", "tls-error", EVENT_NOTE},
    {"Connection from ", "refused", EVENT_NOTE},
    {"refused connection from ", "refused", EVENT_NOTE},
    {"SMTP call from ", "connection-ended", EVENT_DISCONNECT},
    {"rejected EHLO from ", "rejected-command", EVENT_NOTE},
    {"rejected HELO from ", "rejected-command", EVENT_NOTE},
    {"rejected MAIL from ", "rejected-command", EVENT_NOTE},
    {"rejected STARTTLS from ", "rejected-command", EVENT_NOTE},
    {"too many connections from ", "refused", EVENT_NOTE},
    {"Unexpected EOF on connection from ", "connection-ended", EVENT_DISCONNECT},
};

/* Commands that the client wrote stand between the quotes; the client behind the last of them. */
static const char *const quoted_openings[] = {"SMTP syntax error in \"", "SMTP protocol error in \"",
                                              "SMTP protocol synchronization error ("};

static const struct { const char *words; const char *stage; bool ends; } stages[] = {
    {"RCPT ", "RCPT", false},
    {"MAIL ", "MAIL", false},
    {"MAIL", "MAIL", false},
    {"after DATA PRDR", "END-OF-MESSAGE", true},
    {"after DATA", "END-OF-MESSAGE", true},
    {"during MIME ACL checks", "END-OF-MESSAGE", true},
    {"by local_scan()", "END-OF-MESSAGE", true},
    {"by DKIM ACL", "END-OF-MESSAGE", true},
    {"by non-SMTP ACL", "END-OF-MESSAGE", true},
    {"PRDR", "END-OF-MESSAGE", true},
    {"DATA", "DATA", false},
    {"predata", "DATA", false},
    {"PREDATA", "DATA", false},
    {"DKIM", "END-OF-MESSAGE", true},
    {"EHLO or HELO", "HELO", false},
    {"EHLO", "HELO", false},
    {"HELO", "HELO", false},
    {"connection", "CONNECT", false},
    {"AUTH", "AUTH", false},
    {"\"AUTH", "AUTH", false},
    {"STARTTLS", "STARTTLS", false},
    {"VRFY", "VRFY", false},
    {"EXPN", "EXPN", false},
    {"ETRN", "ETRN", false},
    {"QUIT", "QUIT", false},
    {"non-SMTP", "END-OF-MESSAGE", true},
};
/* clang-format on */

static const char *const refusal_ends[] = {" rejected ", " temporarily rejected ",
                                           " sender verify ", NULL};
static const char *const session_ends[] = {"", " ", ": ", NULL};
static const char *const failure_ends[] = {": 5", ": 4", NULL};
static const struct exim_rest refusal = {keys, refusal_ends, FIELD_COUNT},
                              session = {keys, session_ends, FIELD_COUNT},
                              failure = {keys, failure_ends, FIELD_COUNT};

static bool fixed(struct str *text, const char *word)
{
    return str_take(text, str_of(word));
}

/* "RCPT <address>: reason"; the reason may be missing. */
static bool take_refusal(struct str text, struct event *out)
{
    unsigned i = 0, count = sizeof stages / sizeof *stages;
    while (i < count && !fixed(&text, stages[i].words))
        i++;
    if (i == count)
        return false;
    out->what = "reject";
    out->kind = EVENT_REJECT;
    out->generation = stages[i].ends ? GENERATION_END : GENERATION_BODY;
    event_add(out, FIELD_STAGE, str_of(stages[i].stage));
    if (i == 0 || (i == 1 && str_starts(text, STR("<")))) {
        struct str address;
        bool angle = str_take(&text, STR("<"));
        address = address_take(&text, angle ? '>' : ':');
        out->cut |= text.len == 0;
        if (angle && !out->cut && !str_take(&text, STR(">")))
            return false;
        if (i == 0)
            event_add(out, FIELD_RECIPIENT, address);
        else if (!event_get(out, FIELD_SENDER).ptr)
            event_add(out, FIELD_SENDER, address);
    }
    struct str argument;
    if (str_starts(text, STR(": "))) {
        text = str_skip(text, 2);
    } else if (text.len == 0) {
        return true;
    } else if (str_cut(&text, STR(": "), &argument)) {
        event_add(out, FIELD_DETAIL, str_trim(argument));
    } else {
        event_add(out, FIELD_DETAIL, str_trim(text));
        return true;
    }
    event_add(out, FIELD_TEXT, text);
    out->free_text = text;
    return true;
}

/* The line was about the next server, not about a client. */
static void make_relay(struct event *out)
{
    for (unsigned i = 0; i < out->field_count; i++) {
        uint16_t *id = &out->fields[i].id;
        *id = *id == FIELD_CLIENT_NAME   ? FIELD_RELAY_NAME
              : *id == FIELD_CLIENT_IP   ? FIELD_RELAY_IP
              : *id == FIELD_CLIENT_PORT ? FIELD_RELAY_PORT
                                         : *id;
    }
}

/* The rest of the line behind client and keys. */
static bool take_tail(struct str text, struct event *out)
{
    struct event tail;
    if (!template_event(tails, text, false, &tail))
        return false;
    out->what = tail.what;
    out->kind = tail.kind;
    out->cut |= tail.cut;
    for (unsigned i = 0; i < tail.field_count; i++)
        event_add(out, (enum field_id)tail.fields[i].id,
                  (struct str){tail.fields[i].ptr, tail.fields[i].len});
    if (str_starts(str_of(out->what), STR("remote-")))
        make_relay(out);
    return true;
}

/* "H=client keys rejected ...", "H=relay [ip]: SMTP error ..." */
static bool host_in_front(struct str text, struct event *out)
{
    event_begin(out, EVENT_NOTE, "reject");
    if (fixed(&text, "H=")) {
        if (!exim_client(&refusal, &text, out) || !exim_keys(keys, &text, out))
            return false;
    } else if (fixed(&text, "F=<")) { /* handed in by a local program */
        event_add(out, FIELD_SENDER, address_take(&text, '>'));
        if (!fixed(&text, ">"))
            return false;
    } else {
        return false;
    }
    struct str refused = text;
    (void)fixed(&refused, " temporarily");
    if (fixed(&refused, " rejected "))
        return take_refusal(refused, out);
    return out->cut || take_tail(text, out);
}

/* A login that sent nothing has its name here: the log says so, nobody has to be guessed. */
static bool take_session(struct str text, const char *what, enum event_kind kind, struct event *out)
{
    event_begin(out, kind, what);
    (void)fixed(&text, "H=");
    if (!exim_client(&session, &text, out) || !exim_keys(keys, &text, out))
        return false;
    if (text.len == 0)
        return true;
    if (str_starts(text, STR(": ")) || str_starts(text, STR(" ("))) {
        event_add(out, FIELD_TEXT, str_skip(text, text.ptr[0] == ':' ? 2 : 1));
        return true;
    }
    return take_tail(text, out);
}

static bool session_first(struct str text, struct event *out)
{
    for (unsigned i = 0; i < sizeof openings / sizeof *openings; i++) {
        struct str rest = text;
        if (fixed(&rest, openings[i].words))
            return take_session(rest, openings[i].what, (enum event_kind)openings[i].kind, out);
    }
    return false;
}

/* "SMTP syntax error in "GET / HTTP/1.1" H=[192.0.2.1] unrecognized command" */
static bool quoted_first(struct str text, struct event *out)
{
    for (unsigned i = 0; i < sizeof quoted_openings / sizeof *quoted_openings; i++) {
        struct str rest = text;
        if (!fixed(&rest, quoted_openings[i]))
            continue;
        ptrdiff_t at = str_find_last(rest, STR(" H="));
        if (at < 0)
            return false;
        struct str command = str_head(rest, (size_t)at);
        if (!take_session(str_skip(rest, (size_t)at + 1), "command", EVENT_NOTE, out))
            return false;
        bool reason = str_take_end(&command, STR("): rejected connection from"));
        if (!reason && str_ends(str_of(quoted_openings[i]), STR("(")))
            return false;
        (void)str_take_end(&command, STR("\""));
        event_add(out, reason ? FIELD_DETAIL : FIELD_COMMAND, command);
        return true;
    }
    return false;
}

/* "plain_server authenticator failed for (helo) [192.0.2.1]: 535 Incorrect authentication data
 * (set_id=user)" */
static bool failed_login(struct str text, struct event *out)
{
    struct str mechanism, code, user;
    if (!str_cut(&text, STR(" authenticator failed for "), &mechanism) ||
        str_find_char(mechanism, ' ') >= 0)
        return false;
    event_begin(out, EVENT_AUTH_FAILED, "auth-failed");
    (void)fixed(&text, "H=");
    if (!exim_client(&failure, &text, out) || !exim_keys(keys, &text, out))
        return false;
    event_add(out, FIELD_MECHANISM, mechanism);
    if (out->cut)
        return true;
    if (!fixed(&text, ": "))
        return false;
    if (text.len > 3 && text.ptr[3] == ' ') {
        code = str_head(text, 3);
        event_add(out, FIELD_CODE, code);
        text = str_skip(text, 4);
    }
    struct str reason = text;
    if (str_cut(&text, STR(" (set_id="), &reason)) {
        ptrdiff_t close = str_find_last_char(text, ')');
        out->cut |= close < 0;
        user = close < 0 ? text : str_head(text, (size_t)close);
        event_add(out, FIELD_SASL_USERNAME, user);
        text = str_skip(text, close < 0 ? text.len : (size_t)close + 1);
        if (str_take(&text, STR(": ")))
            event_add(out, FIELD_DETAIL, text);
    }
    event_add(out, FIELD_TEXT, reason);
    if (str_find(reason, STR("_id=")) >= 0)
        return false;
    return !str_starts(reason, STR("Incorrect authentication data")) || reason.len == 29;
}

/* Who logged in and sent nothing is named by its session alone. */
static void find_login(struct event *out)
{
    if (out->kind == EVENT_NOTE && event_get(out, FIELD_SASL_USERNAME).len &&
        str_eq(str_of(out->what), STR("no-mail")))
        out->kind = EVENT_LOGIN;
}

bool exim_session(struct str text, struct event *out)
{
    if (host_in_front(text, out) || failed_login(text, out) || quoted_first(text, out))
        return true;
    if (!session_first(text, out))
        return false;
    find_login(out);
    return true;
}
