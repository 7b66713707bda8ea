/* Milters that sign and check: OpenDKIM, OpenDMARC, OpenARC, dkim-milter, sid-milter. Behind the
 * queue ID stands what they found; opendmarc names the domain of the From header. */
#include "daemon.h"

#define NOTE EVENT_NOTE
#define OF EVENT_FILTERED
#define Q FIELD_QUEUE_ID

/* clang-format off */
static const struct line_kind dkim_kinds[] = {
    {"dkim-signed", "%Q: DKIM-Signature field added (s=%A, d=%A)", OF,
     {Q, FIELD_DKIM, FIELD_DETAIL}},
    {"dkim-signed", "%Q: DKIM-Signature header added (s=%A, d=%A)", OF,
     {Q, FIELD_DKIM, FIELD_DETAIL}},
    {"dkim-signed", "%Q \"DKIM-Signature\" header added", OF, {Q}},
    {"dkim-checked", "%Q: s=%A d=%A a=%W SSL %A", OF,
     {Q, FIELD_DKIM, FIELD_DETAIL, FIELD_MECHANISM, FIELD_TEXT}},
    {"dkim-checked", "%Q: s=%A d=%A SSL %A", OF, {Q, FIELD_DKIM, FIELD_DETAIL, FIELD_TEXT}},
    {"dkim-checked", "%Q: s=%A d=%A a=%W SSL", OF, {Q, FIELD_DKIM, FIELD_DETAIL, FIELD_MECHANISM}},
    {"dkim-checked", "%Q: s=%A d=%A SSL", OF, {Q, FIELD_DKIM, FIELD_DETAIL}},
    {"dkim-checked", "%Q: SSL %A", OF, {Q, FIELD_TEXT}},
    {"dkim-valid", "%Q: DKIM verification successful", OF, {Q}},
    {"dkim-valid", "%Q: DKIM verification (%A) successful", OF, {Q, FIELD_DETAIL}},
    {"dkim-bad", "%Q: bad signature data", OF, {Q}},
    {"dkim-none", "%Q: no signature data", OF, {Q}},
    {"dkim-none", "%Q no signature data", OF, {Q}},
    {"dkim-none", "%Q: message has signatures from %A", OF, {Q, FIELD_DETAIL}},
    {"dkim-none", "%Q: ignoring %d signature%A", OF, {Q, FIELD_DETAIL}},
    {"dkim-none", "%Q: ignoring signature from %A", OF, {Q, FIELD_DETAIL}},
    {"dkim-key", "%Q: key retrieval failed%A", OF, {Q, FIELD_TEXT}},
    {"dkim-key", "%Q: key revoked (s=%A, d=%A, a=%A)", OF,
     {Q, FIELD_DKIM, FIELD_DETAIL, FIELD_MECHANISM}},
    {"dkim-key", "%Q: key is not %A", OF, {Q, FIELD_TEXT}},
    {"dkim-key", "%Q: error loading key '%A'", OF, {Q, FIELD_DETAIL}},
    {"dkim-failed", "%Q: signature processing failed: %A", OF, {Q, FIELD_TEXT}},
    {"dkim-failed", "%Q: signature generation error: %A", OF, {Q, FIELD_TEXT}},
    {"dkim-failed", "%Q: %Ainternal error from libopendkim: %A", OF, {Q, FIELD_DETAIL, FIELD_TEXT}},
    {"dkim-failed", "%Q: %Aresource unavailable: %A", OF, {Q, FIELD_DETAIL, FIELD_TEXT}},
    {"dkim-failed", "%Q: syntax error: %A", OF, {Q, FIELD_TEXT}},
    {"dkim-failed", "%Q: RFC5322 header requirement error: %A", OF, {Q, FIELD_TEXT}},
    {"dkim-failed", "%Q: failed to parse %W header field", OF, {Q, FIELD_HEADER_NAME}},
    {"dkim-failed", "%Q: can't parse %W header", OF, {Q, FIELD_HEADER_NAME}},
    {"dkim-failed", "%Q: can't parse %W header value '%A'", OF,
     {Q, FIELD_HEADER_NAME, FIELD_HEADER_VALUE}},
    {"dkim-failed", "%Q: can't determine message sender; accepting", OF, {Q}},
    {"dkim-failed", "%Q: smfi_%W failed", OF, {Q, FIELD_DETAIL}},
    {"dkim-failed", "%Q: dkim_%W failed%A", OF, {Q, FIELD_DETAIL, FIELD_TEXT}},
    {"dkim-failed", "%Q: dkim_%W: %A", OF, {Q, FIELD_DETAIL, FIELD_TEXT}},
    {"dkim-not-internal", "%Q: %W [%W] not internal", OF, {Q, FIELD_CLIENT_NAME, FIELD_CLIENT_IP}},
    {"dkim-not-internal", "%Q: [%W] [%W] not internal", OF,
     {Q, FIELD_CLIENT_NAME, FIELD_CLIENT_IP}},
    {"dkim-not-authenticated", "%Q: not authenticated", OF, {Q}},
    {"dkim-external", "%Q: external host %A attempted to send as %A", OF,
     {Q, FIELD_CLIENT_NAME, FIELD_DETAIL}},
    {"dkim-no-table", "%Q: no signing table match for '%A'", OF, {Q, FIELD_FROM_HEADER}},
    {"dkim-no-table", "%Q: no signing domain match for '%A'", OF, {Q, FIELD_DETAIL}},
    {"dkim-no-table", "%Q: no signing subdomain match for '%A'", OF, {Q, FIELD_DETAIL}},
    {"dkim-no-table", "%Q: no signing keylist match for '%A'", OF, {Q, FIELD_FROM_HEADER}},
    {"dkim-no-table", "%Q: no MTA name match (host=%A, MTA=%A)", OF,
     {Q, FIELD_CLIENT_NAME, FIELD_DETAIL}},
    {"dkim-no-table", "%Q: no macros match", OF, {Q}},
    {"dkim-no-table", "%Q: signing table references unknown key '%A'", OF, {Q, FIELD_DETAIL}},
    {"dkim-exempt", "%Q: domain '%A' exempted, accepting", OF, {Q, FIELD_DETAIL}},
    {"dkim-exempt", "%Q: skipping signing of mail to '%A'", OF, {Q, FIELD_RECIPIENT}},
    {"dkim-header", "%Q: %W field added (s=%A, d=%A)", OF,
     {Q, FIELD_HEADER_NAME, FIELD_DKIM, FIELD_DETAIL}},
    {"dkim-header", "%Q: %W header add failed", OF, {Q, FIELD_HEADER_NAME}},
    {"dkim-header", "%Q: removed Authentication-Results header%A", OF, {Q, FIELD_DETAIL}},
    {"process", "ignoring header field '%A'", NOTE, {FIELD_DETAIL}},
    {"process", "key data is not secure: %A", NOTE, {FIELD_DETAIL}},
    {"process", "%A: key data is not secure: %A", NOTE, {FIELD_DETAIL, FIELD_DETAIL}},
    {"process", "can't load key from %A: %A", NOTE, {FIELD_DETAIL, FIELD_DETAIL}},
    {"process", "error looking up \"%A\" in database: %A", NOTE, {FIELD_DETAIL, FIELD_DETAIL}},
    {"process", "mode select: %W", NOTE, {FIELD_DETAIL}},
    {"process", "trusting %W", NOTE, {FIELD_DETAIL}},
    {"process", "cache: %d quer%A", NOTE, {FIELD_DETAIL}},
    {"process", "%W is not owned by the executing uid %A", NOTE, {FIELD_DETAIL, FIELD_DETAIL}},
    {"process", "%W can be read or written by other users", NOTE, {FIELD_DETAIL}},
    {"process", "%W is in group %d which has multiple users %A",
     NOTE, {FIELD_DETAIL, FIELD_DETAIL}},
    {NULL, NULL, 0, {0}},
};

static const struct line_kind dmarc_kinds[] = {
    {"dmarc-verdict", "%Q: %W pass", OF, {Q, FIELD_FROM_HEADER}},
    {"dmarc-verdict", "%Q: %W fail", OF, {Q, FIELD_FROM_HEADER}},
    {"dmarc-verdict", "%Q: %W none", OF, {Q, FIELD_FROM_HEADER}},
    {"dmarc-verdict", "%Q: %W temperror", OF, {Q, FIELD_FROM_HEADER}},
    {"dmarc-spf", "%Q: SPF(%W): %A pass", OF, {Q, FIELD_DETAIL, FIELD_SENDER}},
    {"dmarc-spf", "%Q: SPF(%W): %A fail", OF, {Q, FIELD_DETAIL, FIELD_SENDER}},
    {"dmarc-spf", "%Q: SPF(%W): %A none", OF, {Q, FIELD_DETAIL, FIELD_SENDER}},
    {"dmarc-spf", "%Q: SPF(%W): %A neutral", OF, {Q, FIELD_DETAIL, FIELD_SENDER}},
    {"dmarc-spf", "%Q: SPF(%W): %A softfail", OF, {Q, FIELD_DETAIL, FIELD_SENDER}},
    {"dmarc-spf", "%Q: SPF(%W): %A tempfail", OF, {Q, FIELD_DETAIL, FIELD_SENDER}},
    {"dmarc-spf", "%Q: SPF(%W): %A temperror", OF, {Q, FIELD_DETAIL, FIELD_SENDER}},
    {"dmarc-spf", "%Q: SPF(%W): %A permerror", OF, {Q, FIELD_DETAIL, FIELD_SENDER}},
    {"dmarc-ignored", "%Q ignoring Authentication-Results at %d from %W", OF, {Q, FIELD_PEER}},
    {"dmarc-ignored", "%Q: ignoring invalid %W header \"%A\"", OF,
     {Q, FIELD_HEADER_NAME, FIELD_HEADER_VALUE}},
    {"dmarc-ignored", "%Q: ignoring mail from %A", OF, {Q, FIELD_PEER}},
    {"dmarc-failed", "%Q: RFC5322 requirement error: %A", OF, {Q, FIELD_TEXT}},
    {"dmarc-failed", "%Q: unable to parse From header field", OF, {Q}},
    {"dmarc-failed", "%Q: unable to parse validated SPF address <%A>", OF, {Q, FIELD_SENDER}},
    {"dmarc-failed", "%Q: multi-valued From field detected", OF, {Q}},
    {"dmarc-failed", "%Q: can't extract SPF address from Authentication-Results", OF, {Q}},
    {"dmarc-failed", "%Q: opendmarc_policy_%W returned status %d", OF, {Q, FIELD_DETAIL}},
    {"dmarc-failed", "%Q: smfi_%W failed", OF, {Q, FIELD_DETAIL}},
    {"dmarc-arc", "%Q: ARC pass, policy fail > continuing DMARC eval", OF, {Q}},
    {"dmarc-arc", "%Q: ARC pass, policy pass > overriding DMARC fail", OF, {Q}},
    {"dmarc-header", "%Q: %W header add failed", OF, {Q, FIELD_HEADER_NAME}},
    {"process", "implicit authentication service: %W", NOTE, {FIELD_PEER}},
    {"process", "ignoring connection from %A", NOTE, {FIELD_PEER}},
    {"process", "trusted authentication services: %A", NOTE, {FIELD_DETAIL}},
    {NULL, NULL, 0, {0}},
};

static const struct line_kind arc_kinds[] = {
    {"arc", "%Q: ARC-Seal field added%A", OF, {Q, FIELD_DETAIL}},
    {"arc", "%Q: chain state %W%A", OF, {Q, FIELD_STATUS, FIELD_TEXT}},
    {"arc", "%Q: no signature data", OF, {Q}},
    {"arc", "%Q: %A not internal", OF, {Q, FIELD_PEER}},
    {"arc", "%Q: not authenticated", OF, {Q}},
    {"arc", "%Q: arc=%A", OF, {Q, FIELD_TEXT}},
    {NULL, NULL, 0, {0}},
};

/* Of every program built on the same bones. */
static const struct line_kind shared_kinds[] = {
    {"starting", "Open%W Filter v%W starting%A", NOTE, {FIELD_DETAIL, FIELD_VERSION, FIELD_DETAIL}},
    {"starting", "Open%W Filter v%W starting (%A)",
     NOTE, {FIELD_DETAIL, FIELD_VERSION, FIELD_DETAIL}},
    {"starting", "Sendmail DKIM Filter v%W starting%A", NOTE, {FIELD_VERSION, FIELD_DETAIL}},
    {"stopping", "Open%W Filter v%W terminating with status %d, errno = %d",
     NOTE, {FIELD_DETAIL, FIELD_VERSION}},
    {"stopping", "Open%W Filter: mi_stop=%d", NOTE, {FIELD_DETAIL}},
    {"process", "Open%W Filter: %A", NOTE, {FIELD_DETAIL, FIELD_TEXT}},
    {"process", "configuration reloaded from %A", NOTE, {FIELD_DETAIL}},
    {"process", "terminated with signal %d, restarting", NOTE, {0}},
    {"process", "exited with status %d, restarting", NOTE, {0}},
    {"process", "additional trusted authentication services: %A", NOTE, {FIELD_DETAIL}},
    {"process", "smfi_%W failed", NOTE, {FIELD_DETAIL}},
    {"process", "pthread_create(): %A", NOTE, {FIELD_DETAIL}},
    {"process", "fork(): %A", NOTE, {FIELD_DETAIL}},
    {NULL, NULL, 0, {0}},
};
/* clang-format on */

static const struct daemon daemons[] = {
    {"opendkim*", NULL, {dkim_kinds, shared_kinds}, NULL},
    {"dkim-filter*", NULL, {dkim_kinds, shared_kinds}, NULL},
    {"dkim-milter*", NULL, {dkim_kinds, shared_kinds}, NULL},
    {"opendmarc*", NULL, {dmarc_kinds, shared_kinds}, NULL},
    {"openarc*", NULL, {arc_kinds, dkim_kinds, shared_kinds}, NULL},
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

extern const struct parser dkim_parser;
const struct parser dkim_parser = {.name = "dkim", .owns = owns, .parse = parse};
