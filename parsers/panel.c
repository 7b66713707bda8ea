/* What control panels and appliances put around an MTA: Plesk's mail handlers, Proxmox Mail
 * Gateway's filter and policy server, Modoboa's policy server.
 *
 *     pmg-smtp-filter[9]: SESSION: accept mail to <r> (QUEUEID) (rule: default-accept) */
#include "daemon.h"
#include "pairs.h"

#define NOTE EVENT_NOTE
#define OF EVENT_FILTERED

/* clang-format off */
static const struct line_kind filter_kinds[] = {
    {"filter-accepted", "%Q: accept mail to <%A> (%Q) (rule: %A)", OF,
     {FIELD_QUEUE_ID, FIELD_RECIPIENT, FIELD_QUEUED_AS, FIELD_DETAIL}},
    {"filter-accepted", "%Q: accept mail to <%A> (%Q)", OF,
     {FIELD_QUEUE_ID, FIELD_RECIPIENT, FIELD_QUEUED_AS}},
    {"filter-quarantined", "%W: moved mail for <%A> to %W quarantine - %W (rule: %A)", NOTE,
     {FIELD_SESSION, FIELD_RECIPIENT, FIELD_ACTION, FIELD_MAIL_ID, FIELD_DETAIL}},
    {"filter-quarantined", "%W: moved mail for <%A> to %W quarantine - %W", NOTE,
     {FIELD_SESSION, FIELD_RECIPIENT, FIELD_ACTION, FIELD_MAIL_ID}},
    {"filter-blocked", "%W: block mail to <%A> (rule: %A)", NOTE,
     {FIELD_SESSION, FIELD_RECIPIENT, FIELD_DETAIL}},
    {"filter-blocked", "%W: block mail to <%A>", NOTE, {FIELD_SESSION, FIELD_RECIPIENT}},
    {"filter-failed", "%W: reinject mail to <%A> (rule: %A) failed", NOTE,
     {FIELD_SESSION, FIELD_RECIPIENT, FIELD_DETAIL}},
    {"filter-new", "%W: new mail message-id=%A", NOTE, {FIELD_SESSION, FIELD_MESSAGE_ID}},
    {"filter-score", "%W: SA score=%W time=%W bayes=%W %Ahits=%A",
     NOTE, {FIELD_SESSION, FIELD_SCORE, FIELD_SECONDS, FIELD_DETAIL, FIELD_DETAIL, FIELD_TESTS}},
    {"filter-done", "%W: processing time: %W seconds (%A)",
     NOTE, {FIELD_SESSION, FIELD_SECONDS, FIELD_DETAIL}},
    {"filter-virus", "%W: virus detected: %A", NOTE, {FIELD_SESSION, FIELD_DETAIL}},
    {"filter-notified", "%W: notify <%A> (rule: %A)", NOTE,
     {FIELD_SESSION, FIELD_RECIPIENT, FIELD_DETAIL}},
    {"filter-notified", "%W: bcc from <%A> to <%A> (rule: %A)", NOTE,
     {FIELD_SESSION, FIELD_SENDER, FIELD_RECIPIENT, FIELD_DETAIL}},
    {"filter-changed", "%W: removing attachment %A", NOTE, {FIELD_SESSION, FIELD_DETAIL}},
    {"filter-changed", "%W: modify field %A", NOTE, {FIELD_SESSION, FIELD_DETAIL}},
    {"filter-archive", "%W: found archive '%A'", NOTE, {FIELD_SESSION, FIELD_DETAIL}},
    {"process", "starting server%A", NOTE, {FIELD_DETAIL}},
    {"process", "Process Backgrounded", NOTE, {0}},
    {"process", "Binding to %A", NOTE, {FIELD_DETAIL}},
    {"process", "Beginning prefork (%d processes)", NOTE, {0}},
    {"process", "Starting \"%d\" children", NOTE, {0}},
    {"process", "Setting gid to \"%A\"", NOTE, {FIELD_DETAIL}},
    {"process", "Setting uid to \"%A\"", NOTE, {FIELD_DETAIL}},
    {"process", "%W (type Net::Server::%W) starting! pid(%d)", NOTE, {FIELD_DETAIL, FIELD_DETAIL}},
    {"process", "Filter daemon (re)started (max. %d processes)", NOTE, {0}},
    {"process", "starting database maintenance", NOTE, {0}},
    {"process", "end database maintenance (%A ms)", NOTE, {FIELD_DETAIL}},
    {"process", "starting policy database maintenance (greylist, rbl)", NOTE, {0}},
    {"process", "end policy database maintenance (%A)", NOTE, {FIELD_DETAIL}},
    {"process", "starting greylist database maintenance", NOTE, {0}},
    {"process", "end greylist database maintenance (%A)", NOTE, {FIELD_DETAIL}},
    {"process", "Policy daemon (re)started", NOTE, {0}},
    {"process", "SIGHUP received: %A", NOTE, {FIELD_DETAIL}},
    {"process", "%W Server closing!", NOTE, {FIELD_DETAIL}},
    {"process", "load virus info failed%A", NOTE, {FIELD_DETAIL}},
    {"process", "syncronizing %A", NOTE, {FIELD_DETAIL}},
    {NULL, NULL, 0, {0}},
};

static const struct line_kind handler_kinds[] = {
    {"handler", "%W during call '%W' handler", NOTE, {FIELD_DETAIL, FIELD_DETAIL}},
    {"handler", "%W: %W: stderr: %A", NOTE, {FIELD_ORIG_QUEUE_ID, FIELD_DETAIL, FIELD_TEXT}},
    {"handler", "handlers_stderr: %A", NOTE, {FIELD_TEXT}},
    {"handler", "Error during '%W' handler", NOTE, {FIELD_DETAIL}},
    {"handler", "Error during 'check-quota' handler", NOTE, {0}},
    {"handler", "_mh_fork(): unrecognized status code '%d'", NOTE, {0}},
    {"handler", "_mh_fork() unrecognized status code '%d'", NOTE, {0}},
    {"handler", "hook_dir = '%A'", NOTE, {FIELD_DETAIL}},
    {"handler", "handlers dir = '%A'", NOTE, {FIELD_DETAIL}},
    {"handler", "call_handlers: %A", NOTE, {FIELD_TEXT}},
    {"handler", "Message aborted.", NOTE, {0}},
    {"handler", "Unable to %A", NOTE, {FIELD_TEXT}},
    {"handler", "cannot %A", NOTE, {FIELD_TEXT}},
    {"handler", "Invalid mail address '%A'", NOTE, {FIELD_SENDER}},
    {"handler", "recipient[%d] = '%A'", NOTE, {FIELD_RECIPIENT}},
    {"handler", "to=%A", NOTE, {FIELD_RECIPIENT}},
    {"handler", "from=%A", NOTE, {FIELD_SENDER}},
    {"handler", "%W: from=<%A> to=<%A>", NOTE,
     {FIELD_ORIG_QUEUE_ID, FIELD_SENDER, FIELD_RECIPIENT}},
    {"handler", "%W: from=%A, to=%A", NOTE, {FIELD_ORIG_QUEUE_ID, FIELD_SENDER, FIELD_RECIPIENT}},
    {"handler", "Starting the %W filter...", NOTE, {FIELD_DETAIL}},
    {"handler", "filter[%d]: Starting greylisting filter...", NOTE, {0}},
    {"handler", "Starting greylisting filter...", NOTE, {0}},
    {"handler", "SPF result: %A", NOTE, {FIELD_TEXT}},
    {"handler", "SPF status: %A", NOTE, {FIELD_TEXT}},
    {"handler", "DKIM verify result: %A", NOTE, {FIELD_TEXT}},
    {"handler", "DKIM Feed: %A", NOTE, {FIELD_TEXT}},
    {"handler", "DMARC: %A", NOTE, {FIELD_TEXT}},
    {"handler", "The message was sent from a domain with %A", NOTE, {FIELD_TEXT}},
    {"handler", "Disabled for domain: %A", NOTE, {FIELD_DETAIL}},
    {"handler", "limit-out: %A", NOTE, {FIELD_TEXT}},
    {"handler", "Outgoing message limit exceeded: %A", NOTE, {FIELD_TEXT}},
    {"handler", "sendmail[%d]: %W during call '%W' handler", NOTE, {FIELD_DETAIL, FIELD_DETAIL}},
    {"handler", "sendmail[%d]: handlers_stderr: %A", NOTE, {FIELD_TEXT}},
    {"handler", "sendmail[%d]: S%W from=<%A> to=<%A>",
     NOTE, {FIELD_DETAIL, FIELD_SENDER, FIELD_RECIPIENT}},
    {"handler", "sendmail[%d]: Error during '%W' handler", NOTE, {FIELD_DETAIL}},
    {"handler", "sendmail[%d]: SKIP %A", NOTE, {FIELD_DETAIL}},
    {NULL, NULL, 0, {0}},
};

static const struct line_kind modoboa_kinds[] = {
    {"policy", "%A daily limit: %A", NOTE, {FIELD_SASL_USERNAME, FIELD_TEXT}},
    {"policy", "[%A] daily limit reached%A", NOTE, {FIELD_SASL_USERNAME, FIELD_TEXT}},
    {"login-failed", "WARNING Failed connection attempt from '%W' as user '%A'", EVENT_AUTH_FAILED,
     {FIELD_CLIENT_IP, FIELD_SASL_USERNAME}},
    {"login-failed", "WARNING: Failed connection attempt from '%W' as user '%A'", EVENT_AUTH_FAILED,
     {FIELD_CLIENT_IP, FIELD_SASL_USERNAME}},
    {"login", "INFO User '%A' successfully logged in from '%W'", NOTE,
     {FIELD_SASL_USERNAME, FIELD_CLIENT_IP}},
    {NULL, NULL, 0, {0}},
};

static const struct line_kind pmg_policy_kinds[] = {
    {"policy", "connect from %W", NOTE, {FIELD_PEER}},
    {"policy", "greylist: %A", NOTE, {FIELD_TEXT}},
    {"policy", "SPF says: %A", NOTE, {FIELD_TEXT}},
    {"policy", "reject: %A", NOTE, {FIELD_TEXT}},
    {NULL, NULL, 0, {0}},
};

/* Networks: an address, or one with "/24" behind it. */
static const struct line_kind netfilter_kinds[] = {
    {"banned", "Banning %W for %D minutes", NOTE, {FIELD_PEER, FIELD_DELAY}},
    {"banned", "Added host/network %W to denylist", NOTE, {FIELD_PEER}},
    {"banned", "Added host/network %W to blacklist", NOTE, {FIELD_PEER}},
    {"banned", "%D more attempts in the next %d seconds until %W is banned", NOTE,
     {FIELD_COUNT_OF, FIELD_PEER}},
    {"unbanned", "Unbanning %W", NOTE, {FIELD_PEER}},
    {"unbanned", "Removed host/network %W from denylist", NOTE, {FIELD_PEER}},
    {"unbanned", "Removed host/network %W from blacklist", NOTE, {FIELD_PEER}},
    {"unbanned", "%W is not banned, skipping unban and deleting from queue (if any)", NOTE,
     {FIELD_PEER}},
    {"matched", "%W matched rule id %D (%A)", NOTE, {FIELD_PEER, FIELD_COUNT_OF, FIELD_TEXT}},
    {"matched", "%W matched rule id %D", NOTE, {FIELD_PEER, FIELD_COUNT_OF}},
    {"allowed", "Address %W is allowlisted by rule %W", NOTE, {FIELD_PEER, FIELD_DETAIL}},
    {"allowed", "Address %W is whitelisted by rule %W", NOTE, {FIELD_PEER, FIELD_DETAIL}},
    {NULL, NULL, 0, {0}},
};

/* A try that was refused unheard; the name is not logged. */
static const struct line_kind mailu_kinds[] = {
    {"rate-limited", "limiter: Authentication attempt from %W has been rate-limited.",
     EVENT_AUTH_FAILED,
     {FIELD_CLIENT_IP}},
    {"rate-limited", "limiter: Authentication attempt from %W for %A has been rate-limited.",
     EVENT_AUTH_FAILED,
     {FIELD_CLIENT_IP, FIELD_SASL_USERNAME}},
    {NULL, NULL, 0, {0}},
};
/* clang-format on */

static const struct daemon daemons[] = {
    {"pmg-smtp-filter*", NULL, {filter_kinds}, NULL},
    {"pmgpolicy*", NULL, {pmg_policy_kinds, filter_kinds}, NULL},
    {"psa-pc-remote", NULL, {handler_kinds}, NULL},
    {"plesk-sendmail", NULL, {handler_kinds}, NULL},
    {"plesk", NULL, {handler_kinds}, NULL},
    {"check-quota", NULL, {handler_kinds}, NULL},
    {"limit-out", NULL, {handler_kinds}, NULL},
    {"greylisting", NULL, {handler_kinds}, NULL},
    {"dk_check", NULL, {handler_kinds}, NULL},
    {"dd51-domainkeys", NULL, {handler_kinds}, NULL},
    {"dd52-domainkeys", NULL, {handler_kinds}, NULL},
    {"dmarc", NULL, {handler_kinds}, NULL},
    {"spf", NULL, {handler_kinds}, NULL},
    {"mailcow-netfilter", NULL, {netfilter_kinds}, NULL},
    {"mailu-admin", "auth", {mailu_kinds}, NULL},
    {"modoboa*", "webmail", {modoboa_kinds}, NULL},
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

extern const struct parser panel_parser;
const struct parser panel_parser = {.name = "panel", .owns = owns, .parse = parse};
