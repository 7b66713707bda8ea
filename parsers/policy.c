/* Policy servers that an MTA asks about a client or a recipient: greylisting, SPF, rate limits.
 * What they refuse the MTA logs as refused; their own lines say why. */
#include "daemon.h"
#include "pairs.h"

#define NOTE EVENT_NOTE
#define OF EVENT_FILTERED

/* clang-format off */
static const struct pair spf_pairs[] = {
    {"identity=", "", FIELD_DETAIL}, {"client-ip=", "", FIELD_CLIENT_IP}, {"helo=", "", FIELD_HELO},
    {"envelope-from=", "", FIELD_SENDER}, {"receiver=", "", FIELD_RECIPIENT}, {"mechanism=", "",
    PAIRS_DROP},
    {"x-software=", "", PAIRS_DROP}, {"problem=", "", FIELD_TEXT}, {NULL, NULL, 0}};

static const struct line_kind spf_kinds[] = {
    {"spf-refused", "%D %W Message rejected due to: %A", NOTE, {FIELD_CODE, FIELD_DSN, FIELD_TEXT}},
    {"spf-deferred", "defer_if_permit Message deferred due to: %A", NOTE, {FIELD_TEXT}},
    {"spf", "Per user configuration data in use for: %A", NOTE, {FIELD_RECIPIENT}},
    {"spf", "spfcheck: %A", NOTE, {FIELD_TEXT}},
    {"spf", "Config: {%A", NOTE, {FIELD_DETAIL}},
    {"spf", "Action: %A: Text: %A Reject action: %A",
     NOTE, {FIELD_DETAIL, FIELD_TEXT, FIELD_DETAIL}},
    {"spf", "Cached data for this instance: %A", NOTE, {FIELD_DETAIL}},
    {"spf-skipped", "prepend X-Comment: SPF %A", NOTE, {FIELD_TEXT}},
    {"spf", "Starting", NOTE, {0}},
    {"spf", "Normal exit", NOTE, {0}},
    {"spf", "ERROR: %A", NOTE, {FIELD_TEXT}},
    {"spf", "ERROR %A", NOTE, {FIELD_TEXT}},
    {"spf", "Read line: \"%A\"", NOTE, {FIELD_DETAIL}},
    {"spf", "Found the end of entry", NOTE, {0}},
    {"spf-policy", "handler %W: is decisive.", NOTE, {FIELD_DETAIL}},
    {"spf-policy", "handler %W: %A", NOTE, {FIELD_DETAIL, FIELD_TEXT}},
    {"spf-policy", ": Policy action=%A", NOTE, {FIELD_ACTION}},
    {"spf-policy", "Policy action=%A", NOTE, {FIELD_ACTION}},
    {"spf-policy", ": SPF %W: HELO/EHLO%A", NOTE, {FIELD_STATUS, FIELD_TEXT}},
    {"spf-policy", ": SPF %W: Envelope-from: %A", NOTE, {FIELD_STATUS, FIELD_SENDER}},
    {"spf-policy", "Attribute: %A", NOTE, {FIELD_DETAIL}},
    {NULL, NULL, 0, {0}},
};

static const struct pair grey_pairs[] = {
    {"action=", "", FIELD_ACTION}, {"reason=", "", FIELD_TEXT}, {"delay=", "", FIELD_SECONDS},
    {"client_name=", "", FIELD_CLIENT_NAME}, {"client_address=", "", FIELD_CLIENT_IP},
    {"sender=", "", FIELD_SENDER}, {"recipient=", "", FIELD_RECIPIENT}, {NULL, NULL, 0}};

static const struct line_kind postgrey_kinds[] = {
    {"greylist-cleaned", "cleaning up old logs...", NOTE, {0}},
    {"greylist-cleaned", "cleaning up old entries...", NOTE, {0}},
    {"greylist-cleaned", "cleaning %W database finished. before: %d, after: %d",
     NOTE, {FIELD_DETAIL}},
    {"greylist-cleaned", "cleaning main database finished. before: %d, after: %d", NOTE, {0}},
    {"greylist-cleaned", "rm %A", NOTE, {FIELD_DETAIL}},
    {"whitelisted", "whitelisted: %A", NOTE, {FIELD_CLIENT_NAME}},
    {"process", "Process Backgrounded", NOTE, {0}},
    {"process", "%W postgrey::server (type Net::Server::%W) starting! pid(%d)",
     NOTE, {FIELD_DETAIL, FIELD_DETAIL}},
    {"process", "%W %W (type Net::Server::%W) starting! pid(%d)",
     NOTE, {FIELD_DETAIL, FIELD_DETAIL, FIELD_DETAIL}},
    {"process", "Binding to %A", NOTE, {FIELD_DETAIL}},
    {"process", "Binding open file descriptors", NOTE, {0}},
    {"process", "Setting gid to \"%A\"", NOTE, {FIELD_DETAIL}},
    {"process", "Setting uid to \"%A\"", NOTE, {FIELD_DETAIL}},
    {"process", "Using default listen value of %d", NOTE, {0}},
    {"process", "Exiting!", NOTE, {0}},
    {"process", "%W Server closing!", NOTE, {FIELD_DETAIL}},
    {"process", "HUP received: reloading whitelists...", NOTE, {0}},
    {"process", "correcting date for first seen in the future!", NOTE, {0}},
    {"process", "ignoring garbage: <%A", NOTE, {FIELD_DETAIL}},
    {"process", "unrecognized request type: '%A'", NOTE, {FIELD_DETAIL}},
    {"process", "WARNING: %A", NOTE, {FIELD_DETAIL}},
    {"process", "FATAL: %A", NOTE, {FIELD_DETAIL}},
    {NULL, NULL, 0, {0}},
};

static const struct line_kind sqlgrey_kinds[] = {
    {"greylisted", "grey: new: %W(%W), %A -> %A", NOTE,
     {FIELD_DETAIL, FIELD_CLIENT_IP, FIELD_SENDER, FIELD_RECIPIENT}},
    {"greylisted", "grey: early reconnect: %W(%W), %A -> %A", NOTE,
     {FIELD_DETAIL, FIELD_CLIENT_IP, FIELD_SENDER, FIELD_RECIPIENT}},
    {"greylisted", "grey: throttling: %W(%W), %A -> %A", NOTE,
     {FIELD_DETAIL, FIELD_CLIENT_IP, FIELD_SENDER, FIELD_RECIPIENT}},
    {"greylist-passed", "grey: reconnect ok: %W(%W), %A -> %A (%W)", NOTE,
     {FIELD_DETAIL, FIELD_CLIENT_IP, FIELD_SENDER, FIELD_RECIPIENT, FIELD_DELAY}},
    {"greylist-passed", "grey: domain awl match: updating %W(%W), %A", NOTE,
     {FIELD_DETAIL, FIELD_CLIENT_IP, FIELD_SENDER}},
    {"greylist-passed", "grey: from awl match: updating %W(%W), %A(%A)",
     NOTE, {FIELD_DETAIL, FIELD_CLIENT_IP, FIELD_SENDER, FIELD_DETAIL}},
    {"whitelisted", "grey: domain awl: %W, %A added", NOTE, {FIELD_CLIENT_IP, FIELD_SENDER}},
    {"whitelisted", "grey: from awl: %W, %A added", NOTE, {FIELD_CLIENT_IP, FIELD_SENDER}},
    {"whitelisted", "whitelist: %A", NOTE, {FIELD_TEXT}},
    {"greylist-spam", "spam: %W: %A -> %A at %A", NOTE,
     {FIELD_CLIENT_IP, FIELD_SENDER, FIELD_RECIPIENT, FIELD_DETAIL}},
    {"process", "optin: %A", NOTE, {FIELD_TEXT}},
    {"process", "perf: spent %Ws cleaning: from_awl (%A) domain_awl (%A) connect (%A)",
     NOTE, {FIELD_DETAIL, FIELD_DETAIL, FIELD_DETAIL, FIELD_DETAIL}},
    {"process", "dbaccess: %A", NOTE, {FIELD_TEXT}},
    {"process", "conf: %A", NOTE, {FIELD_TEXT}},
    {"process", "system: %A", NOTE, {FIELD_TEXT}},
    {"process", "martians: %A", NOTE, {FIELD_TEXT}},
    {"process", "mail: %A", NOTE, {FIELD_TEXT}},
    {"process", "Process Backgrounded", NOTE, {0}},
    {NULL, NULL, 0, {0}},
};

static const struct line_kind milter_greylist_kinds[] = {
    {"greylisted", "%Q: addr %A[%W] from %A to %A delayed for %W (%A)",
     OF, {FIELD_QUEUE_ID, FIELD_CLIENT_NAME, FIELD_CLIENT_IP, FIELD_SENDER, FIELD_RECIPIENT, FIELD_DELAY, FIELD_DETAIL}},
    {"greylisted", "%Q: addr %W from %A to %A delayed for %W", OF,
     {FIELD_QUEUE_ID, FIELD_CLIENT_IP, FIELD_SENDER, FIELD_RECIPIENT, FIELD_DELAY}},
    {"greylisted", "(unknown id): addr %A[%W] from %A to %A delayed for %W (%A)",
     NOTE, {FIELD_CLIENT_NAME, FIELD_CLIENT_IP, FIELD_SENDER, FIELD_RECIPIENT, FIELD_DELAY, FIELD_DETAIL}},
    {"greylisted", "(unknown id): addr %W from %A to %A delayed for %W", NOTE,
     {FIELD_CLIENT_IP, FIELD_SENDER, FIELD_RECIPIENT, FIELD_DELAY}},
    {"greylisted", "addr %A[%W] from %A to %A delayed for %W (%A)",
     NOTE, {FIELD_CLIENT_NAME, FIELD_CLIENT_IP, FIELD_SENDER, FIELD_RECIPIENT, FIELD_DELAY, FIELD_DETAIL}},
    {"greylist-refused", "%Q: addr %A[%W] from %A to %A blacklisted (%A)",
     OF, {FIELD_QUEUE_ID, FIELD_CLIENT_NAME, FIELD_CLIENT_IP, FIELD_SENDER, FIELD_RECIPIENT, FIELD_DETAIL}},
    {"greylist-refused", "%Q: addr %A[%W] from %A rcpt %A: autowhitelisted for %A",
     OF, {FIELD_QUEUE_ID, FIELD_CLIENT_NAME, FIELD_CLIENT_IP, FIELD_SENDER, FIELD_RECIPIENT, FIELD_DETAIL}},
    {"greylist-skipped", "%Q: skipping greylist because %A", OF, {FIELD_QUEUE_ID, FIELD_TEXT}},
    {"greylist-skipped", "skipping greylist because %A", NOTE, {FIELD_TEXT}},
    {"whitelisted", "(local): addr %A from %A rcpt %A: autowhitelisted for %W", NOTE,
     {FIELD_CLIENT_IP, FIELD_SENDER, FIELD_RECIPIENT, FIELD_DELAY}},
    {"whitelisted", "addr %A from %A rcpt %A: autowhitelisted for %A", NOTE,
     {FIELD_CLIENT_IP, FIELD_SENDER, FIELD_RECIPIENT, FIELD_DELAY}},
    {"process", "reloading config file \"%A\"", NOTE, {FIELD_DETAIL}},
    {"process", "reloaded config file \"%A\" in %A", NOTE, {FIELD_DETAIL, FIELD_DETAIL}},
    {"process", "milter-greylist-%W %Astart%A", NOTE, {FIELD_VERSION, FIELD_DETAIL, FIELD_DETAIL}},
    {"process", "smfi_getsymval failed for %A", NOTE, {FIELD_DETAIL}},
    {NULL, NULL, 0, {0}},
};

static const struct pair quota_pairs[] = {
    {"module=", "", FIELD_SERVICE}, {"mode=", "", FIELD_ACTION}, {"action=", "", FIELD_ACTION},
    {"host=", "", FIELD_CLIENT_IP}, {"helo=", "", FIELD_HELO}, {"from=", "", FIELD_SENDER},
    {"to=", "", FIELD_RECIPIENT}, {"reason=", "", FIELD_TEXT}, {"policy=", "", PAIRS_DROP},
    {"limit=", "", PAIRS_DROP}, {"track=", "", FIELD_DETAIL}, {"counter=", "", FIELD_STAGE},
    {"quota=", "", FIELD_RATE}, {"sasl_username=", "", FIELD_SASL_USERNAME}, {"authenticated=", "",
    PAIRS_DROP},
    {"instance=", "", FIELD_SESSION}, {"count=", "", FIELD_COUNT_OF}, {"spf=", "", FIELD_STATUS},
    {NULL, NULL, 0}};

static const struct line_kind cbpolicyd_kinds[] = {
    {"process", "Got request #%d%A", NOTE, {FIELD_DETAIL}},
    {"process", "[CORE] %W: Starting up%A", NOTE, {FIELD_DETAIL, FIELD_DETAIL}},
    {"process", "[CORE] %W: Process Backgrounded", NOTE, {FIELD_DETAIL}},
    {"process", "[CORE] %W: Binding to %A", NOTE, {FIELD_DETAIL, FIELD_DETAIL}},
    {"process", "[CORE] %W: Setting %W to \"%A\"",
     NOTE, {FIELD_DETAIL, FIELD_DETAIL, FIELD_DETAIL}},
    {"process", "[CORE] %W: cbp (type Net::Server::PreFork) starting! pid(%d)",
     NOTE, {FIELD_DETAIL}},
    {"process", "[CORE] %W: Policyd v2%A", NOTE, {FIELD_DETAIL, FIELD_DETAIL}},
    {"process", "[CBPOLICYD] %W: Initializing system modules.", NOTE, {FIELD_DETAIL}},
    {"process", "[CBPOLICYD] %W: System modules initialized.", NOTE, {FIELD_DETAIL}},
    {"process", "[CBPOLICYD] %W: Got request #%d%A", NOTE, {FIELD_DETAIL, FIELD_DETAIL}},
    {"process", "Process Backgrounded", NOTE, {0}},
    {"process", "Policyd v2 / Cluebringer - v%W", NOTE, {FIELD_VERSION}},
    {NULL, NULL, 0, {0}},
};

static const struct pair postfwd_pairs[] = {
    {"rule=", "", PAIRS_DROP}, {"id=", "", FIELD_DETAIL}, {"queue=", "", FIELD_ORIG_QUEUE_ID},
    {"client=", "", FIELD_PEER}, {"user=", "", FIELD_SASL_USERNAME}, {"sender=<", ">",
    FIELD_SENDER},
    {"recipient=<", ">", FIELD_RECIPIENT}, {"helo=<", ">", FIELD_HELO}, {"proto=", "", FIELD_PROTO},
    {"state=", "", FIELD_STAGE}, {"delay=", "s", FIELD_SECONDS}, {"hits=", "", FIELD_TESTS},
    {"action=", "", FIELD_ACTION}, {"rate=", "", FIELD_RATE}, {"size=", "", FIELD_SIZE}, {"count=",
    "", FIELD_COUNT_OF},
    {NULL, NULL, 0}};

static const struct line_kind postfwd_kinds[] = {
    {"process", "postfwd%W %W starting%A", NOTE, {FIELD_DETAIL, FIELD_VERSION, FIELD_DETAIL}},
    {"process", "postfwd%W %W ready for input%A",
     NOTE, {FIELD_DETAIL, FIELD_VERSION, FIELD_DETAIL}},
    {"process", "ready for input", NOTE, {0}},
    {"process", "[STATS] %A", NOTE, {FIELD_DETAIL}},
    {"process", "[CLEANUP] %A", NOTE, {FIELD_DETAIL}},
    {"process", "[CACHE] %A", NOTE, {FIELD_DETAIL}},
    {"process", "[LOGS %W]: %A", NOTE, {FIELD_DETAIL, FIELD_DETAIL}},
    {"process", "[RATES] %A", NOTE, {FIELD_DETAIL}},
    {"process", "Counters: %A", NOTE, {FIELD_DETAIL}},
    {"process", "Requests: %A", NOTE, {FIELD_DETAIL}},
    {"process", "Hits: %A", NOTE, {FIELD_DETAIL}},
    {"process", "Averages: %A", NOTE, {FIELD_DETAIL}},
    {"process", "Contents: %A", NOTE, {FIELD_DETAIL}},
    {"process", "warning: %A", NOTE, {FIELD_TEXT}},
    {"process", "note: %A", NOTE, {FIELD_TEXT}},
    {"process", "fatal: %A", NOTE, {FIELD_TEXT}},
    {"process", "Process Backgrounded", NOTE, {0}},
    {"process", "Setting gid to \"%A\"", NOTE, {FIELD_DETAIL}},
    {"process", "Setting uid to \"%A\"", NOTE, {FIELD_DETAIL}},
    {"process", "terminating...", NOTE, {0}},
    {NULL, NULL, 0, {0}},
};

static const struct pair mtpolicyd_pairs[] = {
    {"instance=", "", FIELD_SESSION}, {"type=", "", FIELD_STAGE}, {"t=", "", PAIRS_DROP},
    {"plugin=", "", FIELD_DETAIL}, {"result=", "", FIELD_ACTION}, {NULL, NULL, 0}};

/* iRedMail's: "[1.2.3.4] RCPT, user => sender -> recipient, ACTION [plugin, ...]" */
static const struct line_kind iredapd_kinds[] = {
    {"policy", "[%W] %W, %A => %A -> %A, %A [%A]", NOTE,
     {FIELD_CLIENT_IP, FIELD_STAGE, FIELD_SASL_USERNAME, FIELD_SENDER, FIELD_RECIPIENT,
     FIELD_ACTION, FIELD_TEXT}},
    {"policy", "[%W] %W, %A -> %A, %A [%A]", NOTE,
     {FIELD_CLIENT_IP, FIELD_STAGE, FIELD_SENDER, FIELD_RECIPIENT, FIELD_ACTION, FIELD_TEXT}},
    {"policy-throttled", "[%W] %A throttle: %A", NOTE, {FIELD_CLIENT_IP, FIELD_STAGE, FIELD_TEXT}},
    {"policy-blocked", "[%W] Client has not been seen before, greylisting.", NOTE,
     {FIELD_CLIENT_IP}},
    {"policy-blocked", "[%W] Client has not been seen before.", NOTE, {FIELD_CLIENT_IP}},
    {"policy-blocked", "[%W] Client is blacklisted: %A", NOTE, {FIELD_CLIENT_IP, FIELD_TEXT}},
    {"policy-blocked", "[%W] HELO hostname %A", NOTE, {FIELD_CLIENT_IP, FIELD_TEXT}},
    {"process", "Starting iRedAPD (version: %W, backend: %W)%A",
     NOTE, {FIELD_VERSION, FIELD_DETAIL, FIELD_DETAIL}},
    {"process", "Starting iRedAPD (version %W, %W backend)%A",
     NOTE, {FIELD_VERSION, FIELD_DETAIL, FIELD_DETAIL}},
    {"process", "iRedAPD: %A", NOTE, {FIELD_TEXT}},
    {"process", "Loading plugin (priority: %d): %W", NOTE, {FIELD_DETAIL}},
    {"process", "Plugin %W loaded%A", NOTE, {FIELD_DETAIL, FIELD_DETAIL}},
    {"process", "SRS %A", NOTE, {FIELD_TEXT}},
    {"process", "%A rewritten %A", NOTE, {FIELD_SENDER, FIELD_TEXT}},
    {NULL, NULL, 0, {0}},
};

static const struct line_kind srs_kinds[] = {
    {"srs", "srs_forward: <%A> rewritten as <%A>", NOTE, {FIELD_SENDER, FIELD_DETAIL}},
    {"srs", "srs_reverse: <%A> rewritten as <%A>", NOTE, {FIELD_DETAIL, FIELD_SENDER}},
    {"srs", "srs_%W: <%A> not rewritten: %A", NOTE, {FIELD_DETAIL, FIELD_SENDER, FIELD_TEXT}},
    {"srs", "srs_%W: <%A> not reversed: %A", NOTE, {FIELD_DETAIL, FIELD_SENDER, FIELD_TEXT}},
    {"srs", "<%A> not rewritten: %A", NOTE, {FIELD_SENDER, FIELD_TEXT}},
    {"srs", "<%A> not reversed: %A", NOTE, {FIELD_SENDER, FIELD_TEXT}},
    {"srs", "<%A> forwarded as <%A>", NOTE, {FIELD_SENDER, FIELD_DETAIL}},
    {"srs", "<%A> reversed to <%A>", NOTE, {FIELD_DETAIL, FIELD_SENDER}},
    {"process", "error: %A", NOTE, {FIELD_TEXT}},
    {"process", "warning: %A", NOTE, {FIELD_TEXT}},
    {"process", "Dropped privileges%A", NOTE, {FIELD_DETAIL}},
    {NULL, NULL, 0, {0}},
};
/* clang-format on */

/* "prepend Received-SPF: Pass (mailfrom) identity=mailfrom; client-ip=1.2.3.4; helo=...;" or
 * "Softfail; identity=mailfrom; ...", also with "Message rejected due to:" in front. */
static bool spf_verdict(struct str text, struct event *out)
{
    static const char *const results[] = {"Pass",      "Fail",      "Softfail",  "SoftFail",
                                          "Neutral",   "None",      "Temperror", "TempError",
                                          "Permerror", "PermError", "Error",     NULL};
    struct str result;
    event_begin(out, NOTE, "spf-verdict");
    (void)str_take(&text, STR("prepend "));
    (void)str_take(&text, STR("Header field not prepended: "));
    (void)str_take(&text, STR("Received-SPF: "));
    (void)str_take_end(&text, STR(" "));
    size_t len = 0;
    while (len < text.len && (char_is_upper(text.ptr[len]) || char_is_lower(text.ptr[len])))
        len++;
    result = str_head(text, len);
    text = str_skip(text, len);
    bool known = false;
    for (const char *const *name = results; !known && *name; name++)
        known = str_eq_nocase(result, str_of(*name));
    if (!str_take(&text, STR(";")) && !str_take(&text, STR(" (mailfrom)")))
        (void)str_take(&text, STR(" (helo)"));
    if (!known || !str_take(&text, STR(" ")))
        return false;
    event_add(out, FIELD_STATUS, result);
    return pairs_take(text, STR(";"), spf_pairs, out);
}

/* "QUEUEID: action=..." */
static bool greylist(struct str text, struct event *out)
{
    struct template_values values;
    event_begin(out, NOTE, "greylist");
    if (template_match("%Q: action=%*", text, false, &values) == TEMPLATE_FITS) {
        out->kind = OF;
        event_add(out, FIELD_QUEUE_ID, values.items[0]);
        text = str_skip(text, values.items[0].len + 2);
    }
    return str_starts(text, STR("action=")) && pairs_take(text, STR(", "), grey_pairs, out);
}

static bool quota(struct str text, struct event *out)
{
    struct str level;
    event_begin(out, NOTE, "policy");
    if (str_take(&text, STR("[CORE] ")) && !str_cut(&text, STR(": "), &level))
        return false;
    return str_starts(text, STR("module=")) && pairs_take(text, STR(","), quota_pairs, out);
}

static bool rules(struct str text, struct event *out)
{
    event_begin(out, NOTE, "policy");
    return str_take(&text, STR("[RULES] ")) && pairs_take(text, STR(", "), postfwd_pairs, out);
}

static bool mtpolicyd(struct str text, struct event *out)
{
    struct str session;
    event_begin(out, NOTE, "policy");
    if (!str_starts(text, STR("instance=")) && !str_cut(&text, STR(": "), &session))
        return false;
    return pairs_take(text, STR(", "), mtpolicyd_pairs, out);
}

static const struct daemon daemons[] = {
    {"policyd-spf*", NULL, {spf_kinds}, spf_verdict},
    {"policy-spf", NULL, {spf_kinds}, spf_verdict},
    {"postfix-policyd-spf*", NULL, {spf_kinds}, spf_verdict},
    {"pyspf*", NULL, {spf_kinds}, spf_verdict},
    {"postgrey*", NULL, {postgrey_kinds}, greylist},
    {"sqlgrey*", NULL, {sqlgrey_kinds}, NULL},
    {"milter-greylist*", NULL, {milter_greylist_kinds}, NULL},
    {"cbpolicyd*", NULL, {cbpolicyd_kinds}, quota},
    {"postfwd*", NULL, {postfwd_kinds}, rules},
    {"mtpolicyd*", NULL, {NULL}, mtpolicyd},
    {"iredapd", NULL, {iredapd_kinds}, NULL},
    {"postsrsd*", NULL, {srs_kinds}, NULL},
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

extern const struct parser policy_parser;
const struct parser policy_parser = {.name = "policy", .owns = owns, .parse = parse};
