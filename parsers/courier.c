/* Courier's IMAP, POP3, webmail and ESMTP daemons. The user is the client's own choice of bytes,
 * and stands in front of the client's address, which is therefore the last one of the line.
 *
 *     imapd: LOGIN FAILED, user=u, ip=[::ffff:192.0.2.1], port=[51000] */
#include "daemon.h"

#define NOTE EVENT_NOTE

/* clang-format off */
/* In front of ", ip=[". */
static const struct line_kind heads[] = {
    {"login", "LOGIN, user=%A", EVENT_LOGIN, {FIELD_SASL_USERNAME}},
    {"login-failed", "LOGIN FAILED, user=%A", EVENT_AUTH_FAILED, {FIELD_SASL_USERNAME}},
    {"login-failed", "LOGIN FAILED, method=%W", EVENT_AUTH_FAILED, {FIELD_MECHANISM}},
    {"login-failed", "LOGIN FAILED", EVENT_AUTH_FAILED, {0}},
    {"logout", "LOGOUT, user=%A", EVENT_LOGOUT, {FIELD_SASL_USERNAME}},
    {"logout", "LOGOUT", EVENT_LOGOUT, {0}},
    {"logout", "DISCONNECTED, user=%A", EVENT_LOGOUT, {FIELD_SASL_USERNAME}},
    {"logout", "DISCONNECTED", EVENT_LOGOUT, {0}},
    {"logout", "TIMEOUT, user=%A", EVENT_LOGOUT, {FIELD_SASL_USERNAME}},
    {"logout", "TIMEOUT", EVENT_LOGOUT, {0}},
    {"logout", "Disconnected during shutdown by signal, user=%A", EVENT_LOGOUT,
     {FIELD_SASL_USERNAME}},
    {"logout", "Disconnected during shutdown by signal", EVENT_LOGOUT, {0}},
    {"connect", "Connection", NOTE, {0}},
    {"disconnect", "Disconnected", NOTE, {0}},
    {"client-id", "ID, user=%A", NOTE, {FIELD_SASL_USERNAME}},
    {"locked", "LOCKED, user=%A", NOTE, {FIELD_SASL_USERNAME}},
    {"login-limit", "Maximum connection limit reached for %A", NOTE, {FIELD_DETAIL}},
    {NULL, NULL, 0, {0}},
};

static const struct line_kind kinds[] = {
    {"expunged", "EXPUNGED, user=%A, ip=[%W], port=[%D], old_name=%A", NOTE,
     {FIELD_SASL_USERNAME, FIELD_CLIENT_IP, FIELD_CLIENT_PORT, FIELD_DETAIL}},
    {"auth-error", "ERR: authentication error: %A", NOTE, {FIELD_TEXT}},
    {"auth-error", "authentication error: %A", NOTE, {FIELD_TEXT}},
    {"error", "ERR: %A", NOTE, {FIELD_TEXT}},
    {"error", "chdir %A: %A", NOTE, {FIELD_DETAIL, FIELD_DETAIL}},
    {"error", "couriertls: %A", NOTE, {FIELD_TEXT}},
    {"error", "ip=[%W], couriertls: %A", NOTE, {FIELD_CLIENT_IP, FIELD_TEXT}},
    {"error", "ip=[%W], An error occurred%A", NOTE, {FIELD_CLIENT_IP, FIELD_TEXT}},
    {"error", "ip=[%W], Unexpected SSL connection shutdown.", NOTE, {FIELD_CLIENT_IP}},
    {"error", "STARTTLS failed: %A", NOTE, {FIELD_TEXT}},
    {"error", "Unexpected SSL connection shutdown.", NOTE, {0}},
    {"error", "Maximum connection limit reached for %A", NOTE, {FIELD_PEER}},
    {"error", "error sending a message, user=%A: %A", NOTE, {FIELD_SASL_USERNAME, FIELD_TEXT}},
    {"watch", "maildirwatch%A", NOTE, {FIELD_TEXT}},
    {NULL, NULL, 0, {0}},
};

static const struct line_kind esmtpd_kinds[] = {
    {"connect", "started,ip=[%W]", NOTE, {FIELD_CLIENT_IP}},
    {"connect", "started,ip=[%W],port=[%D]", NOTE, {FIELD_CLIENT_IP, FIELD_CLIENT_PORT}},
    {"auth-failed", "error,relay=%W,msg=\"535 Authentication failed.\",cmd: %A", EVENT_AUTH_FAILED,
     {FIELD_CLIENT_IP, FIELD_COMMAND}},
    {"auth-failed", "error,relay=%W,port=%D,msg=\"535 Authentication failed.\",cmd: %A",
     EVENT_AUTH_FAILED,
     {FIELD_CLIENT_IP, FIELD_CLIENT_PORT, FIELD_COMMAND}},
    {"reject", "error,relay=%W,from=<%A>,to=<%A>: %D %A", EVENT_REJECT,
     {FIELD_CLIENT_IP, FIELD_SENDER, FIELD_RECIPIENT, FIELD_CODE, FIELD_TEXT}},
    {"reject", "error,relay=%W,port=%D,from=<%A>,to=<%A>: %D %A", EVENT_REJECT,
     {FIELD_CLIENT_IP, FIELD_CLIENT_PORT, FIELD_SENDER, FIELD_RECIPIENT, FIELD_CODE, FIELD_TEXT}},
    {"reject", "error,relay=%W,from=<%A>: %D %A", EVENT_REJECT,
     {FIELD_CLIENT_IP, FIELD_SENDER, FIELD_CODE, FIELD_TEXT}},
    {"reject", "error,relay=%W,port=%D,from=<%A>: %D %A", EVENT_REJECT,
     {FIELD_CLIENT_IP, FIELD_CLIENT_PORT, FIELD_SENDER, FIELD_CODE, FIELD_TEXT}},
    {"session-error", "error,relay=%W,msg=\"%A\",cmd: %A", NOTE,
     {FIELD_CLIENT_IP, FIELD_TEXT, FIELD_COMMAND}},
    {"session-error", "error,relay=%W,port=%D,msg=\"%A\",cmd: %A", NOTE,
     {FIELD_CLIENT_IP, FIELD_CLIENT_PORT, FIELD_TEXT, FIELD_COMMAND}},
    {"session-error", "error,relay=%W: %D %A", NOTE, {FIELD_CLIENT_IP, FIELD_CODE, FIELD_TEXT}},
    {"tls", "couriertls: %A", NOTE, {FIELD_TEXT}},
    {"tls", "courieresmtpd: STARTTLS failed: %A", NOTE, {FIELD_TEXT}},
    {NULL, NULL, 0, {0}},
};

static const struct line_kind authdaemon_kinds[] = {
    {"process", "modules=\"%A\", daemons=%d", NOTE, {FIELD_DETAIL}},
    {"process", "Installing %W", NOTE, {FIELD_DETAIL}},
    {"process", "Uninstalling %W", NOTE, {FIELD_DETAIL}},
    {"process", "Installation complete: %W", NOTE, {FIELD_DETAIL}},
    {"process", "restarting authdaemond children", NOTE, {0}},
    {"process", "stopping authdaemond children", NOTE, {0}},
    {"process", "libmysqlclient%A", NOTE, {FIELD_DETAIL}},
    {"request", "received auth request, service=%W, authtype=%W", NOTE,
     {FIELD_SERVICE, FIELD_MECHANISM}},
    {"request", "received userid lookup request: %A", NOTE, {FIELD_SASL_USERNAME}},
    {"module", "%W: trying this module", NOTE, {FIELD_DETAIL}},
    {"module", "%W: REJECT - try next module", NOTE, {FIELD_DETAIL}},
    {"module", "%W: TEMPFAIL - no more modules will be tried", NOTE, {FIELD_DETAIL}},
    {"module",
     "%w: sysusername=%*, sysuserid=%*, sysgroupid=%*, homedir=%*, "
      "address=%A, fullname=%*, "
      "maildir=%*, "
     "quota=%*, options=%*", NOTE, {FIELD_SASL_USERNAME}},
    {"module", "%W: clearpasswd=%A, passwd=%A", NOTE, {FIELD_DETAIL, FIELD_DETAIL, FIELD_DETAIL}},
    {"module", "password matches successfully", NOTE, {0}},
    {"module", "password matches", NOTE, {0}},
    {"module", "supplied password %Adoes not match %A", NOTE, {FIELD_DETAIL, FIELD_DETAIL}},
    {"module", "FAIL, all modules rejected", NOTE, {0}},
    {"module", "no password available to compare", NOTE, {0}},
    {"module",
     "Authenticated: sysusername=%*, sysuserid=%*, sysgroupid=%*, homedir=%*, "
      "address=%A, fullname=%*, "
     "maildir=%*, quota=%*, options=%*", NOTE, {FIELD_SASL_USERNAME}},
    {"module", "Authenticated: clearpasswd=%A, passwd=%A", NOTE, {FIELD_DETAIL, FIELD_DETAIL}},
    {"module", "auth%W: %A", NOTE, {FIELD_DETAIL, FIELD_DETAIL}},
    {NULL, NULL, 0, {0}},
};

/* Behind the address: ", key=value" over and over. */
static const char *const figures[] = {
    "port=[%d]", "protocol=%w", "headers=%d", "body=%d", "rcvd=%d", "sent=%d", "time=%d",
    "starttls=%d", "stls=%d", "top=%d", "retr=%d", NULL};
/* clang-format on */

static void add_figure(struct str figure, struct event *out)
{
    static const struct {
        const char *key;
        uint16_t field;
    } kept[] = {{"port=[", FIELD_CLIENT_PORT},
                {"protocol=", FIELD_PROTO},
                {"rcvd=", FIELD_BYTES_IN},
                {"sent=", FIELD_BYTES_OUT},
                {"time=", FIELD_SECONDS}};
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        if (str_take(&figure, str_of(kept[i].key))) {
            (void)str_take_end(&figure, STR("]"));
            event_add(out, (enum field_id)kept[i].field, figure);
        }
}

static bool session_line(struct str text, struct event *out)
{
    static const char *const levels[] = {"INFO: ", "NOTICE: ", "DEBUG: ", "WARN: ", NULL};
    for (const char *const *level = levels; *level; level++)
        if (str_take(&text, str_of(*level)))
            break;
    ptrdiff_t at = str_find_last(text, STR(", ip=["));
    if (at < 0)
        return false;
    struct str rest = str_skip(text, (size_t)at + STR(", ip=[").len), ip, figure;
    if (!str_cut(&rest, STR("]"), &ip) ||
        !template_event(heads, str_head(text, (size_t)at), false, out) || out->cut)
        return false;
    event_add(out, FIELD_CLIENT_IP, ip);
    (void)str_take(&rest, STR(", "));
    while (rest.len) {
        if (!str_cut(&rest, STR(", "), &figure)) {
            figure = rest;
            rest.len = 0;
        }
        if (!template_any(figures, figure))
            return false;
        add_figure(figure, out);
    }
    return true;
}

static const struct daemon daemons[] = {
    {"imapd*", "imap", {kinds}, session_line},
    {"pop3d*", "pop3", {kinds}, session_line},
    {"imaplogin", "imap", {kinds}, session_line},
    {"pop3login", "pop3", {kinds}, session_line},
    {"courier-imapd", "imap", {kinds}, session_line},
    {"courier-pop3d", "pop3", {kinds}, session_line},
    {"courier-imaps", "imap", {kinds}, session_line},
    {"courieresmtpd", NULL, {esmtpd_kinds}, NULL},
    {"esmtpd*", NULL, {esmtpd_kinds}, NULL},
    {"courier-esmtpd", NULL, {esmtpd_kinds}, NULL},
    {"authdaemond*", NULL, {authdaemon_kinds}, NULL},
    {NULL, NULL, {NULL}, NULL},
};

static enum ownership owns(struct str program, uint16_t *ret_daemon)
{
    return daemon_owns(daemons, program, ret_daemon);
}

static bool parse(struct str text, const struct context *context, struct event *out)
{
    return daemon_parse(&daemons[context->daemon], text, out);
}

extern const struct parser courier_parser;
const struct parser courier_parser = {.name = "courier", .owns = owns, .parse = parse};
