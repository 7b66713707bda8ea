/* The mail proxy of nginx (ngx_mail_*; Zimbra, Carbonio and Mailu have one in front):
 *
 *     [info] 8#8: *24790 client logged in, client: 192.0.2.1:5678, server: 0.0.0.0:993,
 *     login: "a@b", upstream: 10.0.0.1:7993 (10.0.0.1:41->10.0.0.1:7993) <=> (...)
 *
 * The login stands between quotes, and is the client's: what follows it is read from the right. */
#include "address_list.h"
#include "parser.h"
#include "template.h"

struct session {
    struct str connection, message;
    struct str client, client_port, server, login, upstream;
    bool has_login;
};

static const struct line_kind kinds[] = {
    {"logged-in", "client logged in", EVENT_LOGIN, {0}},
    {"login-failed",
     "client login failed: \"%A\" while in http auth state",
     EVENT_AUTH_FAILED,
     {FIELD_TEXT}},
    {"login-failed", "client login failed: \"%A\"", EVENT_AUTH_FAILED, {FIELD_TEXT}},
    {"session-done", "proxied session done", EVENT_NOTE, {0}},
    {"client-closed", "client closed connection", EVENT_NOTE, {0}},
    {"client-closed", "client closed connection while %A", EVENT_NOTE, {FIELD_DETAIL}},
    {"client-closed", "client %W closed keepalive connection", EVENT_NOTE, {FIELD_PEER}},
    {"timeout", "client timed out (%d: %A) while %A", EVENT_NOTE, {FIELD_TEXT, FIELD_DETAIL}},
    {"timeout", "upstream timed out (%d: %A) while %A", EVENT_NOTE, {FIELD_TEXT, FIELD_DETAIL}},
    {"timeout", "auth http server timed out%A", EVENT_NOTE, {FIELD_DETAIL}},
    {"refused", "client was rejected: \"%A\"%A", EVENT_NOTE, {FIELD_COMMAND, FIELD_DETAIL}},
    {"invalid-command",
     "client sent invalid command: \"%A\"%A",
     EVENT_NOTE,
     {FIELD_COMMAND, FIELD_DETAIL}},
    {"invalid-command",
     "client sent too long command \"%A\"%A",
     EVENT_NOTE,
     {FIELD_COMMAND, FIELD_DETAIL}},
    {"invalid-command", "client sent invalid base64 encoding%A", EVENT_NOTE, {FIELD_DETAIL}},
    {"upstream",
     "upstream sent invalid response: \"%A\" while %A",
     EVENT_NOTE,
     {FIELD_TEXT, FIELD_DETAIL}},
    {"upstream", "connect() failed (%d: %A) while %A", EVENT_NOTE, {FIELD_TEXT, FIELD_DETAIL}},
    {"network", "recv() failed (%d: %A) while %A", EVENT_NOTE, {FIELD_TEXT, FIELD_DETAIL}},
    {"network", "send() failed (%d: %A) while %A", EVENT_NOTE, {FIELD_TEXT, FIELD_DETAIL}},
    {"network", "recv() failed (%d: %A)", EVENT_NOTE, {FIELD_TEXT}},
    {"network", "peer closed connection in SSL handshake%A", EVENT_NOTE, {FIELD_DETAIL}},
    {"tls", "SSL_do_handshake() failed (SSL: %A) while %A", EVENT_NOTE, {FIELD_TEXT, FIELD_DETAIL}},
    {"tls", "SSL_read() failed (SSL: %A) while %A", EVENT_NOTE, {FIELD_TEXT, FIELD_DETAIL}},
    {"unresolved",
     "%W could not be resolved (%d: %A) while in resolving client address",
     EVENT_NOTE,
     {FIELD_PEER, FIELD_TEXT}},
    {"auth-server", "auth http server %A", EVENT_NOTE, {FIELD_TEXT}},
    {NULL, NULL, 0, {0}},
};

/* Lines that name no session: "client 10.0.0.1:53044 connected to 0.0.0.0:25". */
static const struct line_kind plain_kinds[] = {
    {"connected", "client %W connected to %W", EVENT_NOTE, {FIELD_PEER, FIELD_DETAIL}},
    {"signal", "signal process started", EVENT_NOTE, {0}},
    {"signal", "signal %d (SIG%W) received%A", EVENT_NOTE, {FIELD_DETAIL, FIELD_DETAIL}},
    {"process", "start worker processes", EVENT_NOTE, {0}},
    {"process", "start worker process %d", EVENT_NOTE, {0}},
    {"process", "worker process %d exited with code %d", EVENT_NOTE, {0}},
    {"process", "gracefully shutting down", EVENT_NOTE, {0}},
    {"process", "exiting", EVENT_NOTE, {0}},
    {"process", "exit", EVENT_NOTE, {0}},
    {"process", "reconfiguring", EVENT_NOTE, {0}},
    {"process", "nginx/%W", EVENT_NOTE, {FIELD_VERSION}},
    {"process", "using the \"%W\" event method", EVENT_NOTE, {FIELD_DETAIL}},
    {"process", "built by %A", EVENT_NOTE, {FIELD_DETAIL}},
    {"process", "OS: %A", EVENT_NOTE, {FIELD_DETAIL}},
    {"process", "getrlimit(RLIMIT_NOFILE): %d:%d", EVENT_NOTE, {0}},
    {"network", "client closed connection", EVENT_NOTE, {0}},
    {NULL, NULL, 0, {0}},
};

/* "[info] 8#8: *24790 " */
static bool take_head(struct str *text, struct str *ret_connection)
{
    static const char *const levels[] = {"debug", "info", "notice", "warn",
                                         "error", "crit", "alert",  "emerg"};
    struct str level;
    uint64_t number;
    bool known = false;
    if (!str_take(text, STR("[")) || !str_cut(text, STR("] "), &level))
        return false;
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
        known |= str_eq(level, str_of(levels[i]));
    if (!known || !str_take_u64(text, &number) || !str_take(text, STR("#")) ||
        !str_take_u64(text, &number) || !str_take(text, STR(": ")))
        return false;
    struct str rest = *text;
    if (str_take(&rest, STR("*")) && str_take_u64(&rest, &number)) {
        *ret_connection = str_between(text->ptr + 1, rest.ptr);
        *text = rest;
        return str_take(text, STR(" "));
    }
    return true;
}

/* "a@b\", upstream: 10.0.0.1:993" behind "login: \"" */
static bool take_login(struct str text, struct session *ret)
{
    ptrdiff_t end = str_find_last(text, STR("\", upstream: "));
    ret->has_login = true;
    if (end >= 0) {
        ret->login = str_head(text, (size_t)end);
        ret->upstream = str_skip(text, (size_t)end + STR("\", upstream: ").len);
        return true;
    }
    ret->login = text;
    return str_take_end(&ret->login, STR("\""));
}

/* ", client: 192.0.2.1 using starttls, server: 0.0.0.0:587, login: ..." behind the message. */
static bool take_session(struct str text, struct session *ret)
{
    struct str client, server;
    if (!str_cut(&text, STR(", client: "), &ret->message) ||
        !str_cut(&text, STR(", server: "), &client))
        return false;
    (void)str_take_end(&client, STR(" using starttls"));
    if (str_find_char(client, ' ') >= 0)
        return false;
    ret->client = address_without_port(client, &ret->client_port);
    if (!str_cut(&text, STR(", "), &server)) {
        ret->server = text;
        return true;
    }
    ret->server = server;
    return str_take(&text, STR("login: \"")) && take_login(text, ret);
}

static struct str service_of_port(struct str port)
{
    uint64_t number;
    if (!str_take_u64(&port, &number))
        return (struct str){NULL, 0};
    switch (number % 1000) { /* 11587, 7143 and 10025 stand behind or before 587, 143 and 25 */
    case 25:
    case 465:
    case 525:
    case 587:
        return STR("smtp");
    case 143:
    case 993:
        return STR("imap");
    case 110:
    case 995:
        return STR("pop3");
    }
    return (struct str){NULL, 0};
}

static struct str service_of(const struct session *session)
{
    struct str port, upstream = session->upstream;
    ptrdiff_t blank = str_find_char(upstream, ' ');
    (void)address_without_port(session->server, &port);
    struct str service = service_of_port(port);
    if (service.ptr)
        return service;
    (void)address_without_port(blank < 0 ? upstream : str_head(upstream, (size_t)blank), &port);
    service = service_of_port(port);
    return service.ptr ? service : STR("other");
}

static void add_session(const struct session *session, struct event *out)
{
    if (session->login.len)
        event_add(out, FIELD_SASL_USERNAME, session->login);
    event_add(out, FIELD_CLIENT_IP, session->client);
    if (session->client_port.len)
        event_add(out, FIELD_CLIENT_PORT, session->client_port);
    event_add(out, FIELD_SERVICE, service_of(session));
    event_add(out, FIELD_DETAIL, session->server);
    if (session->upstream.len)
        event_add(out, FIELD_RELAY, session->upstream);
    if (session->connection.len)
        event_add(out, FIELD_SESSION, session->connection);
    /* Who relays without a login is let through by name of no account. */
    if (out->kind == EVENT_LOGIN && !session->login.len) {
        out->kind = EVENT_NOTE;
        out->what = "let-through";
    }
}

static enum ownership owns(struct str program, uint16_t *ret_daemon)
{
    *ret_daemon = 0;
    return str_eq(program, STR("nginx-mail")) ? OWNS : OWNS_NOT;
}

static bool parse(struct str text, const struct context *context, struct event *out)
{
    struct session session = {.has_login = false};
    (void)context;
    if (!take_head(&text, &session.connection))
        return false;
    if (!take_session(text, &session))
        return template_event(plain_kinds, text, false, out);
    if (!template_event(kinds, session.message, false, out))
        return false;
    add_session(&session, out);
    return true;
}

extern const struct parser nginx_mail_parser;
const struct parser nginx_mail_parser = {.name = "nginx", .owns = owns, .parse = parse};
