#include "qmail.h"

#include "daemon.h"
#include "parser.h"

#define NOTE EVENT_NOTE

/* clang-format off */
static const struct line_kind tcp_kinds[] = {
    {"status", "status: %W", NOTE, {FIELD_COUNT_OF}},
    {"connection", "pid %D from %W", NOTE, {FIELD_SESSION, FIELD_CLIENT_IP}},
    {"allowed", "ok %D %A", NOTE, {FIELD_SESSION, FIELD_PEER}},
    {"denied", "deny %D %A", NOTE, {FIELD_SESSION, FIELD_PEER}},
    {"ended", "end %D status %W", NOTE, {FIELD_SESSION, FIELD_STATUS}},
    {"problem", "fatal: %A", NOTE, {FIELD_TEXT}},
    {"problem", "warning: dropping connection, %A", NOTE, {FIELD_TEXT}},
    {"problem", "warning: unable to %A", NOTE, {FIELD_TEXT}},
    {NULL, NULL, 0, {0}},
};

static const struct line_kind simscan_kinds[] = {
    {"scan", "[%D]:%A (%W):%Ws:%A", NOTE, {FIELD_SESSION, FIELD_ACTION, FIELD_SCORE, FIELD_SECONDS, FIELD_DETAIL}},
    {"scan", "[%D]: %A (%W):%Ws:%A", NOTE, {FIELD_SESSION, FIELD_ACTION, FIELD_SCORE, FIELD_SECONDS, FIELD_DETAIL}},
    {"scan", "%A (%W):%Ws:%A", NOTE, {FIELD_ACTION, FIELD_SCORE, FIELD_SECONDS, FIELD_DETAIL}},
    {"scan-problem", "[%D]: error %A", NOTE, {FIELD_SESSION, FIELD_TEXT}},
    {NULL, NULL, 0, {0}},
};

static const struct line_kind spamdyke_kinds[] = {
    {"problem", "ERROR: %A", NOTE, {FIELD_TEXT}},
    {"problem", "ERROR(%W): %A", NOTE, {FIELD_PEER, FIELD_TEXT}},
    {"filter", "FILTER_%W %A", NOTE, {FIELD_ACTION, FIELD_TEXT}},
    {NULL, NULL, 0, {0}},
};
/* clang-format on */

static const struct daemon daemons[] = {
    {"qmail-send", NULL, {NULL}, qmail_send},
    {"qmail", NULL, {NULL}, qmail_send},
    {"qmail-smtpd*", NULL, {NULL}, qmail_chkuser},
    {"CHKUSER", NULL, {NULL}, qmail_chkuser},
    {"vpopmail*", NULL, {NULL}, qmail_login},
    {"vchkpw*", NULL, {NULL}, qmail_login},
    {"spamdyke*", NULL, {spamdyke_kinds}, qmail_spamdyke},
    {"simscan*", NULL, {simscan_kinds}, NULL},
    {"tcpserver", NULL, {tcp_kinds}, NULL},
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

extern const struct parser qmail_parser;
const struct parser qmail_parser = {.name = "qmail", .owns = owns, .parse = parse};
