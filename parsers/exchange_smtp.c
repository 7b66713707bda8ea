#include "exchange.h"
#include "template.h"

/* SMTP receive and send protocol logs: a row for each command, reply or remark of a session. */

static const char *const commands[] = {"EHLO",
                                       "HELO",
                                       "MAIL FROM:",
                                       "RCPT TO:",
                                       "DATA",
                                       "BDAT ",
                                       "RSET",
                                       "NOOP",
                                       "QUIT",
                                       "HELP",
                                       "VRFY ",
                                       "EXPN ",
                                       "STARTTLS",
                                       "AUTH ",
                                       "X-ANONYMOUSTLS",
                                       "X-EXPS ",
                                       "XEXCH50 ",
                                       "XSHADOW",
                                       "XSHADOWREQUEST",
                                       "XQDISCARD",
                                       "XPROXY ",
                                       "XPROXYFROM ",
                                       "XPROXYTO ",
                                       "XSESSIONPARAMS ",
                                       "XRDST ",
                                       "XSYSPROBE",
                                       "XHEADERS",
                                       "XORIGFROM",
                                       "TURN",
                                       "ETRN",
                                       "*"};

/* What the server remarks, beside the few that say something of a login. */
static const struct line_kind remarks[] = {
    {"permissions-set", "Set Session Permissions", EVENT_NOTE, {0}},
    {"connecting", "attempting to connect", EVENT_NOTE, {0}},
    {"connect-failed", "Failed to connect. %A", EVENT_NOTE, {FIELD_TEXT}},
    {"certificate", "Sending certificate%A", EVENT_NOTE, {FIELD_TEXT}},
    {"certificate", "Remote certificate%A", EVENT_NOTE, {FIELD_TEXT}},
    {"certificate", "Received certificate%A", EVENT_NOTE, {FIELD_TEXT}},
    {"certificate", "Certificate%A", EVENT_NOTE, {FIELD_TEXT}},
    {"certificate-chain",
     "Client certificate chain validation status: %A",
     EVENT_NOTE,
     {FIELD_STATUS}},
    {"tls-domain", "TlsDomainCapabilities=%A", EVENT_NOTE, {FIELD_TEXT}},
    {"tls-established",
     "TLS protocol %W negotiation succeeded using bulk encryption algorithm %W with strength %D "
     "bits%A",
     EVENT_NOTE,
     {FIELD_TLS_PROTOCOL, FIELD_TLS_CIPHER, FIELD_TLS_BITS, FIELD_TEXT}},
    {"tls-failed", "TLS negotiation failed with error %A", EVENT_NOTE, {FIELD_TEXT}},
    {"tarpit", "Tarpit for %A", EVENT_NOTE, {FIELD_DELAY}},
    {"login-refused",
     "Inbound AUTH %W failed because of %A",
     EVENT_NOTE,
     {FIELD_MECHANISM, FIELD_TEXT}},
    {"login-refused", "Inbound authentication failed because %A", EVENT_NOTE, {FIELD_TEXT}},
    {"login-refused", "Outbound AUTH %W failed %A", EVENT_NOTE, {FIELD_MECHANISM, FIELD_TEXT}},
    {"proxied", "Proxy session was successfully set up%A", EVENT_NOTE, {FIELD_TEXT}},
    {"proxied", "Proxy session successfully set up for %A", EVENT_NOTE, {FIELD_TEXT}},
    {"proxy-failed",
     "Setting up client proxy session failed with error: %A",
     EVENT_NOTE,
     {FIELD_TEXT}},
    {"proxy-failed", "Proxy session failed%A", EVENT_NOTE, {FIELD_TEXT}},
    {"message-failed", "Message or connection acked with status %A", EVENT_NOTE, {FIELD_TEXT}},
    {"sending", "sending message%A", EVENT_NOTE, {FIELD_TEXT}},
    {"limit", "Maximum %A", EVENT_NOTE, {FIELD_TEXT}},
    {NULL, NULL, 0, {0}},
};

/* Replies that refuse a recipient or a message; what another reply refuses is not said. */
static const struct {
    const char *words, *stage;
} refusals[] = {
    {"Unable to relay", "RCPT"},
    {"RESOLVER.ADR.", "RCPT"},
    {"User unknown", "RCPT"},
    {"Recipient not authorized", "RCPT"},
    {"Recipient address rejected", "RCPT"},
    {"RESOLVER.RST.", "RCPT"},
    {"Too many recipients", "RCPT"},
    {"Client was not authenticated", "MAIL"},
    {"Client does not have permissions to send as this sender", "DATA"},
    {"Client does not have permissions to submit mail", "MAIL"},
    {"Sender denied", "MAIL"},
    {"Message rejected", "DATA"},
    {"Message exceeds submission rate", "MAIL"},
    {"Submission quota exceeded", "MAIL"},
    {"exceeded the maximum", "DATA"},
    {"Message size exceeds", "MAIL"},
};

static void add_ends(const struct row *row, struct event *out)
{
    exchange_endpoint(out, FIELD_CLIENT_IP, FIELD_CLIENT_PORT, row->values[COLUMN_REMOTE_ENDPOINT]);
    exchange_endpoint(out, FIELD_SERVER_IP, FIELD_SERVER_PORT, row->values[COLUMN_LOCAL_ENDPOINT]);
}

static void add_session(const struct row *row, struct event *out)
{
    /* A failed login with a session is one that its server counts itself; this one is told twice.
     */
    exchange_add(out, out->kind == EVENT_AUTH_FAILED ? FIELD_MAIL_ID : FIELD_SESSION,
                 row->values[COLUMN_SESSION]);
    exchange_add(out, FIELD_RELAY_NAME, row->values[COLUMN_CONNECTOR_ID]);
}

static bool is_base64(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!char_is_alnum(text.ptr[i]) && text.ptr[i] != '+' && text.ptr[i] != '/' &&
            text.ptr[i] != '=')
            return false;
    return text.len > 0;
}

/* "XPROXY SID=08D06729BA48D0C9 IP=192.0.2.7 PORT=49213 ...": the session goes on behind a front
   end, which says whose it is. */
static bool fronted(struct str data, struct event *out)
{
    struct str session, ip, rest = data;
    if (!str_take(&rest, STR("XPROXY SID=")) && !str_take(&rest, STR("XPROXYFROM SID=")))
        return false;
    if (!str_cut(&rest, STR(" IP="), &session) || str_find_char(session, ' ') >= 0)
        return false;
    if (!str_cut(&rest, STR(" "), &ip)) {
        ip = rest;
        rest.len = 0;
    }
    event_begin(out, EVENT_FRONTED, "fronted");
    event_add(out, FIELD_SESSION, session);
    event_add(out, FIELD_ORIG_CLIENT_IP, ip);
    exchange_add(out, FIELD_TEXT, rest);
    return true;
}

static bool command(struct str data, struct event *out)
{
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        struct str name = str_of(commands[i]), rest = data;
        if (!str_starts_nocase(rest, name))
            continue;
        event_begin(out, EVENT_NOTE, "command");
        event_add(out, FIELD_COMMAND, str_trim(str_head(data, name.len)));
        exchange_add(out, FIELD_TEXT, str_trim(str_skip(rest, name.len)));
        return true;
    }
    if (!is_base64(data))
        return false;
    event_begin(out, EVENT_NOTE, "login-answer"); /* may be a password: not shown */
    return true;
}

static void refused(struct event *out)
{
    struct str text = event_get(out, FIELD_TEXT);
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        if (str_find(text, str_of(refusals[i].words)) < 0)
            continue;
        out->kind = EVENT_REJECT;
        out->what = "reject";
        out->free_text = text;
        event_add(out, FIELD_STAGE, str_of(refusals[i].stage));
        return;
    }
}

static void accepted(struct event *out)
{
    struct str id = exchange_accepted_as(event_get(out, FIELD_TEXT));
    if (id.len == 0)
        return;
    out->kind = EVENT_PROXIED;
    out->what = "accepted";
    event_add(out, FIELD_QUEUED_AS, id);
}

static bool reply(struct str data, struct event *out)
{
    event_begin(out, EVENT_NOTE, "reply");
    return exchange_reply(data, out);
}

static bool answered(struct str data, struct event *out)
{
    if (!reply(data, out))
        return false;
    struct str code = event_get(out, FIELD_CODE);
    if (str_eq(code, STR("535"))) {
        out->kind = EVENT_AUTH_FAILED;
        out->what = "login-failed";
    } else if (code.ptr[0] == '5') {
        refused(out);
    } else {
        accepted(out);
    }
    return true;
}

/* A session's id, a time and a number: what message tracking calls the session of the message. */
static bool remarked(const struct row *row, struct event *out)
{
    struct str data = row->values[COLUMN_DATA], context = row->values[COLUMN_CONTEXT];
    if (context.len == 0) { /* "Tarpit for '0.00:00:05'," */
        context = data;
        data = STR("");
    }
    if (str_eq(context, STR("authenticated")) &&
        (str_ends(data, STR("$")) || str_starts(data, STR("NT AUTHORITY\\")))) {
        event_begin(out, EVENT_NOTE, "server-authenticated");
        event_add(out, FIELD_PEER, data);
        return true;
    }
    if (str_eq(context, STR("authenticated"))) {
        event_begin(out, EVENT_AUTHENTICATED, "authenticated");
        exchange_user(out, data);
        return data.len > 0;
    }
    if (str_eq(context, STR("receiving message")) || str_starts(context, STR("sending message"))) {
        event_begin(out, EVENT_NOTE, "message");
        exchange_add(out, FIELD_MAIL_ID, data);
        return true;
    }
    if (str_take(&context, STR("User Name: "))) { /* of the failed login that 535 follows */
        event_begin(out, EVENT_AUTH_FAILED, "login-failed-name");
        exchange_user(out, context);
        event_add(out, FIELD_SERVICE, STR("auth"));
        return context.len > 0;
    }
    if (!template_event(remarks, context, false, out))
        return false;
    exchange_add(out, FIELD_DETAIL, data);
    return true;
}

static bool connection(const struct row *row, struct event *out)
{
    struct str event = row->values[COLUMN_EVENT];
    if (str_eq(event, STR("+")))
        event_begin(out, EVENT_CONNECT, "connect");
    else if (str_eq(event, STR("-")))
        event_begin(out, EVENT_DISCONNECT, "disconnect");
    else
        return false;
    exchange_add(out, FIELD_DETAIL, row->values[COLUMN_CONTEXT]);
    return true;
}

bool exchange_receive(const struct row *row, struct event *out)
{
    struct str event = row->values[COLUMN_EVENT], data = row->values[COLUMN_DATA];
    bool known = connection(row, out);
    if (!known && str_eq(event, STR("<")))
        known = fronted(data, out) || command(data, out);
    else if (!known && str_eq(event, STR(">")))
        known = answered(data, out);
    else if (!known && (str_eq(event, STR("*")) || event.len == 0))
        known = remarked(row, out);
    if (!known)
        return false;
    add_ends(row, out);
    add_session(row, out);
    return true;
}

/* What we said and what remote servers answered: message tracking tells what came of it. */
bool exchange_send(const struct row *row, struct event *out)
{
    struct str event = row->values[COLUMN_EVENT], data = row->values[COLUMN_DATA];
    bool known = connection(row, out);
    if (!known && str_eq(event, STR(">")))
        known = command(data, out);
    else if (!known && str_eq(event, STR("<")))
        known = reply(data, out);
    else if (!known && (str_eq(event, STR("*")) || event.len == 0))
        known = remarked(row, out);
    if (!known)
        return false;
    out->kind = EVENT_NOTE;
    exchange_endpoint(out, FIELD_RELAY_IP, FIELD_RELAY_PORT, row->values[COLUMN_REMOTE_ENDPOINT]);
    add_session(row, out);
    return true;
}
