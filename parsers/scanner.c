/* Content scanners that speak of a message by its Message-ID or not at all: SpamAssassin's spamd,
 * spampd, clamsmtpd, clamav-milter, spamass-milter. */
#include "daemon.h"
#include "pairs.h"

#define NOTE EVENT_NOTE
#define OF EVENT_FILTERED

/* clang-format off */
static const struct line_kind spamd_kinds[] = {
    {"spam-verdict", "spamd: identified spam (%W/%W) for %A:%d in %W seconds, %D bytes.",
     NOTE, {FIELD_SCORE, FIELD_DETAIL, FIELD_DETAIL, FIELD_SECONDS, FIELD_SIZE}},
    {"spam-verdict", "spamd: clean message (%W/%W) for %A:%d in %W seconds, %D bytes.",
     NOTE, {FIELD_SCORE, FIELD_DETAIL, FIELD_DETAIL, FIELD_SECONDS, FIELD_SIZE}},
    {"spam-checking", "spamd: processing message %A for %A:%d", NOTE,
     {FIELD_MESSAGE_ID, FIELD_DETAIL}},
    {"spam-checking", "spamd: checking message %A for %A:%d", NOTE,
     {FIELD_MESSAGE_ID, FIELD_DETAIL}},
    {"connect", "spamd: connection from %W [%W]:%D to port %d, fd %d%A",
     NOTE, {FIELD_CLIENT_NAME, FIELD_CLIENT_IP, FIELD_CLIENT_PORT, FIELD_DETAIL}},
    {"connect", "spamd: connection from %W [%W] at port %D%A",
     NOTE, {FIELD_CLIENT_NAME, FIELD_CLIENT_IP, FIELD_CLIENT_PORT, FIELD_DETAIL}},
    {"connect", "spamd: unauthorized connection from %W [%W]:%D to port %d, fd %d%A",
     NOTE, {FIELD_CLIENT_NAME, FIELD_CLIENT_IP, FIELD_CLIENT_PORT, FIELD_DETAIL}},
    {"connect", "spamd: got connection over %W", NOTE, {FIELD_PEER}},
    {"spam-learnt", "spamd: Tell:%A for %A:%d in %W seconds, %D bytes",
     NOTE, {FIELD_DETAIL, FIELD_DETAIL, FIELD_SECONDS, FIELD_SIZE}},
    {"process", "spamd: skipped large message in %W seconds", NOTE, {FIELD_SECONDS}},
    {"process", "spamd: setuid to %A succeeded", NOTE, {FIELD_DETAIL}},
    {"process", "spamd: setuid to %A succeeded, reading scores from %W",
     NOTE, {FIELD_DETAIL, FIELD_DETAIL}},
    {"process", "spamd: handle_user%Aunable to find user: %A", NOTE, {FIELD_DETAIL, FIELD_DETAIL}},
    {"process", "spamd: handle_user unable to find user: %A", NOTE, {FIELD_DETAIL}},
    {"process", "spamd: still running as root: user not specified with -u, %A",
     NOTE, {FIELD_DETAIL}},
    {"process", "spamd: using default config for %A: %A", NOTE, {FIELD_DETAIL, FIELD_DETAIL}},
    {"process", "spamd: creating default_prefs: %A", NOTE, {FIELD_DETAIL}},
    {"process", "spamd: failed to create readable default_prefs: %A", NOTE, {FIELD_DETAIL}},
    {"process", "spamd: created %W for %A", NOTE, {FIELD_DETAIL, FIELD_DETAIL}},
    {"process", "spamd: server started on %A", NOTE, {FIELD_DETAIL}},
    {"process", "spamd: server pid: %d", NOTE, {0}},
    {"process", "spamd: server killed by SIG%W shutting down", NOTE, {FIELD_DETAIL}},
    {"process", "spamd: server hit by SIG%W restarting", NOTE, {FIELD_DETAIL}},
    {"process", "spamd: server socket closed, type %A", NOTE, {FIELD_DETAIL}},
    {"process", "spamd: server successfully spawned child process, pid %d", NOTE, {0}},
    {"process", "spamd: handled cleanup of child pid %A", NOTE, {FIELD_DETAIL}},
    {"process", "spamd: child [%d] killed successfully%A", NOTE, {FIELD_DETAIL}},
    {"process", "spamd: child got SIG%W exiting", NOTE, {FIELD_DETAIL}},
    {"process", "spamd: copy_config timeout, %A", NOTE, {FIELD_DETAIL}},
    {"process", "spamd: bad protocol: header error: %A", NOTE, {FIELD_DETAIL}},
    {"process", "spamd: service unavailable: %A", NOTE, {FIELD_DETAIL}},
    {"process", "spamd: timeout: %A", NOTE, {FIELD_DETAIL}},
    {"process", "spamd: error: %A, continuing%A", NOTE, {FIELD_DETAIL, FIELD_DETAIL}},
    {"process", "prefork: child states: %W", NOTE, {FIELD_DETAIL}},
    {"process", "prefork: %W reached --max-children setting, %A",
     NOTE, {FIELD_DETAIL, FIELD_DETAIL}},
    {"process", "prefork: server reached --max-children setting, %A", NOTE, {FIELD_DETAIL}},
    {"process", "prefork: adjust: %A", NOTE, {FIELD_DETAIL}},
    {"process", "util: setuid: ruid=%A", NOTE, {FIELD_DETAIL}},
    {"process", "logger: %A", NOTE, {FIELD_DETAIL}},
    {"process", "zoom: %A", NOTE, {FIELD_DETAIL}},
    {"process", "config: %A", NOTE, {FIELD_DETAIL}},
    {"process", "rules: %A", NOTE, {FIELD_DETAIL}},
    {"process", "plugin: %A", NOTE, {FIELD_DETAIL}},
    {"process", "bayes: %A", NOTE, {FIELD_DETAIL}},
    {"process", "dns: %A", NOTE, {FIELD_DETAIL}},
    {"process", "pyzor: %A", NOTE, {FIELD_DETAIL}},
    {"process", "razor2: %A", NOTE, {FIELD_DETAIL}},
    {"process", "dcc: %A", NOTE, {FIELD_DETAIL}},
    {"process", "auto-whitelist: %A", NOTE, {FIELD_DETAIL}},
    {"process", "timing: total %d ms %A", NOTE, {FIELD_DETAIL}},
    {NULL, NULL, 0, {0}},
};

static const struct line_kind spampd_kinds[] = {
    {"spam-verdict", "identified spam %A (%W/%W) from %A for %A in %Ws, %D bytes.",
     NOTE, {FIELD_MESSAGE_ID, FIELD_SCORE, FIELD_DETAIL, FIELD_SENDER, FIELD_RECIPIENT, FIELD_SECONDS, FIELD_SIZE}},
    {"spam-verdict", "clean message %A (%W/%W) from %A for %A in %Ws, %D bytes.",
     NOTE, {FIELD_MESSAGE_ID, FIELD_SCORE, FIELD_DETAIL, FIELD_SENDER, FIELD_RECIPIENT, FIELD_SECONDS, FIELD_SIZE}},
    {"spam-checking", "processing message %A for %A", NOTE, {FIELD_MESSAGE_ID, FIELD_RECIPIENT}},
    {"spam-tests", "rules hit for %A: %A", NOTE, {FIELD_MESSAGE_ID, FIELD_TESTS}},
    {"process", "skipped large message (%WKB)", NOTE, {FIELD_DETAIL}},
    {"process", "WARNING!! %A", NOTE, {FIELD_TEXT}},
    {"process", "Process Backgrounded", NOTE, {0}},
    {"process", "%W (type Net::Server::%W) starting! pid(%d)", NOTE, {FIELD_DETAIL, FIELD_DETAIL}},
    {"process", "Binding to %A", NOTE, {FIELD_DETAIL}},
    {"process", "Setting gid to \"%A\"", NOTE, {FIELD_DETAIL}},
    {"process", "Setting uid to \"%A\"", NOTE, {FIELD_DETAIL}},
    {"process", "%W Server closing!", NOTE, {FIELD_DETAIL}},
    {"process", "Beginning prefork (%d processes)", NOTE, {0}},
    {"process", "Starting \"%d\" children", NOTE, {0}},
    {NULL, NULL, 0, {0}},
};

static const struct line_kind clamav_kinds[] = {
    {"virus", "Message %Q from <%A> to <%A> with subject '%A' message-id '%A' date '%A' infected by %A",
     OF, {FIELD_QUEUE_ID, FIELD_SENDER, FIELD_RECIPIENT, FIELD_SUBJECT, FIELD_MESSAGE_ID, FIELD_DETAIL, FIELD_DETAIL}},
    {"virus", "Message from <%A> to <%A> infected by %A", NOTE,
     {FIELD_SENDER, FIELD_RECIPIENT, FIELD_DETAIL}},
    {"virus-none", "Clean message %Q from <%A> to <%A> with subject '%A' message-id '%A' date '%A'",
     OF, {FIELD_QUEUE_ID, FIELD_SENDER, FIELD_RECIPIENT, FIELD_SUBJECT, FIELD_MESSAGE_ID, FIELD_DETAIL}},
    {"virus-none", "Clean message from <%A> to <%A>", NOTE, {FIELD_SENDER, FIELD_RECIPIENT}},
    {"virus", "ClamAV: %Q: %A", OF, {FIELD_QUEUE_ID, FIELD_DETAIL}},
    {"skipped", "Skipping scan for authenticated user %A", NOTE, {FIELD_SASL_USERNAME}},
    {"skipped", "Skipping scan for %A (in LocalNet)", NOTE, {FIELD_PEER}},
    {"skipped", "Skipping scan for %A (allowed from)", NOTE, {FIELD_SENDER}},
    {"process", "+++ Started at %A", NOTE, {FIELD_DETAIL}},
    {"process", "Probe for slot %d returned: %W", NOTE, {FIELD_DETAIL}},
    {"process", "Probe for socket %A", NOTE, {FIELD_DETAIL}},
    {"process", "%W socket tcp:%A", NOTE, {FIELD_DETAIL, FIELD_DETAIL}},
    {"process", "Local socket unix:%A added to the pool (slot %d)", NOTE, {FIELD_DETAIL}},
    {"process", "No clamd server appears to be available", NOTE, {0}},
    {"process", "connect failed: %A", NOTE, {FIELD_DETAIL}},
    {"process", "VirusEvent: %A", NOTE, {FIELD_DETAIL}},
    {"process", "ERROR: %A", NOTE, {FIELD_TEXT}},
    {"process", "WARNING: %A", NOTE, {FIELD_TEXT}},
    {NULL, NULL, 0, {0}},
};

static const struct line_kind clamsmtp_kinds[] = {
    {"virus-none", "%W: from=%A, to=%A, status=CLEAN", NOTE,
     {FIELD_SESSION, FIELD_SENDER, FIELD_RECIPIENT}},
    {"virus", "%W: from=%A, to=%A, status=VIRUS:%A", NOTE,
     {FIELD_SESSION, FIELD_SENDER, FIELD_RECIPIENT, FIELD_DETAIL}},
    {"virus", "%W: from=%A, to=%A, status=%A", NOTE,
     {FIELD_SESSION, FIELD_SENDER, FIELD_RECIPIENT, FIELD_STATUS}},
    {"connect", "%W: accepted connection from: %W", NOTE, {FIELD_SESSION, FIELD_PEER}},
    {"process", "%W: server connected to: %W", NOTE, {FIELD_SESSION, FIELD_PEER}},
    {"process", "%W: clamd connected to: %W", NOTE, {FIELD_SESSION, FIELD_PEER}},
    {"process", "%W: %W connection closed", NOTE, {FIELD_SESSION, FIELD_DETAIL}},
    {"process", "%W: found virus: %A", NOTE, {FIELD_SESSION, FIELD_DETAIL}},
    {"process", "%W: quarantined virus file as: %A", NOTE, {FIELD_SESSION, FIELD_DETAIL}},
    {"process", "%W: clamav error: %A", NOTE, {FIELD_SESSION, FIELD_TEXT}},
    {"process", "%W: couldn't %A", NOTE, {FIELD_SESSION, FIELD_TEXT}},
    {"process", "%W: filtered ESMTP feature: %A", NOTE, {FIELD_SESSION, FIELD_DETAIL}},
    {"process", "%W: network read operation timed out", NOTE, {FIELD_SESSION}},
    {"process", "starting up (%A)...", NOTE, {FIELD_DETAIL}},
    {"process", "configuration file not found: %A", NOTE, {FIELD_DETAIL}},
    {"process", "too many connections open (max %d). sent busy response", NOTE, {0}},
    {"process", "couldn't %A", NOTE, {FIELD_TEXT}},
    {NULL, NULL, 0, {0}},
};

static const struct line_kind spamass_kinds[] = {
    {"process", "Could not retrieve sendmail macro %A", NOTE, {FIELD_DETAIL}},
    {"process", "spamass-milter %W starting", NOTE, {FIELD_DETAIL}},
    {"process", "spamass-milter %W exiting", NOTE, {FIELD_DETAIL}},
    {"process", "Could not extract score from <%A>", NOTE, {FIELD_DETAIL}},
    {"process", "SpamAssassin, mi_rd_cmd: read returned %A", NOTE, {FIELD_DETAIL}},
    {"process", "SpamAssassin: accept() returned invalid socket %A", NOTE, {FIELD_DETAIL}},
    {"process", "SpamAssassin: %A", NOTE, {FIELD_TEXT}},
    {"process", "%Q: smfi_addrcpt %A", OF, {FIELD_QUEUE_ID, FIELD_TEXT}},
    {NULL, NULL, 0, {0}},
};

static const struct pair result_pairs[] = {
    {"scantime=", "", FIELD_SECONDS}, {"size=", "", FIELD_SIZE}, {"user=", "", FIELD_DETAIL},
    {"uid=", "", PAIRS_DROP},
    {"required_score=", "", PAIRS_DROP}, {"rhost=", "", FIELD_CLIENT_NAME}, {"raddr=", "",
     FIELD_CLIENT_IP},
    {"rport=", "", FIELD_CLIENT_PORT}, {"mid=", "", FIELD_MESSAGE_ID}, {"rmid=", "",
     FIELD_RESENT_MESSAGE_ID},
    {"bayes=", "", PAIRS_DROP}, {"autolearn=", "", PAIRS_DROP}, {"shortcircuit=", "", PAIRS_DROP},
    {"autolearnscore=", "", PAIRS_DROP}, {"autolearn_force=", "", PAIRS_DROP}, {NULL, NULL, 0}};
/* clang-format on */

/* "spamd: result: Y 12 - TEST_A,TEST_B scantime=1.2,size=3,...,mid=<a>,autolearn=no" */
static bool result(struct str text, struct event *out)
{
    struct str mark, score, tests;
    event_begin(out, NOTE, "spam-result");
    if (!str_take(&text, STR("spamd: result: ")) || !str_cut(&text, STR(" "), &mark))
        return false;
    if (!str_eq(mark, STR("Y")) && !str_eq(mark, STR(".")))
        return false;
    text = str_trim(text);
    if (!str_cut(&text, STR(" - "), &score) || !str_cut(&text, STR(" "), &tests))
        return false;
    event_add(out, FIELD_STATUS, mark);
    event_add(out, FIELD_SCORE, score);
    event_add(out, FIELD_TESTS, tests);
    return pairs_take(text, STR(","), result_pairs, out);
}

static const struct daemon daemons[] = {
    {"spamd*", NULL, {spamd_kinds}, result},          {"spampd*", NULL, {spampd_kinds}, NULL},
    {"clamav-milter*", NULL, {clamav_kinds}, NULL},   {"clamsmtpd*", NULL, {clamsmtp_kinds}, NULL},
    {"spamass-milter*", NULL, {spamass_kinds}, NULL}, {NULL, NULL, {NULL}, NULL},
};

static enum ownership owns(struct str program, uint16_t *ret_daemon)
{
    return daemon_owns(daemons, program, ret_daemon);
}

static bool parse(struct str text, const struct context *context, struct event *out)
{
    return daemon_parse(&daemons[context->daemon], text, out);
}

extern const struct parser scanner_parser;
const struct parser scanner_parser = {.name = "scanner", .owns = owns, .parse = parse};
