/* MailScanner takes a message out of one queue and puts it into another under a new ID: "Requeue"
 * joins the two. Its own ID is the queue's, with a random end behind a dot. */
#include "daemon.h"

#define NOTE EVENT_NOTE
#define OF EVENT_FILTERED
#define Q FIELD_QUEUE_ID

enum { SPAM = EVENT_FILTERED | REASON_SPAM << KIND_REASON };

/* clang-format off */
/* Behind "Message ID ". */
static const struct line_kind message_kinds[] = {
    {"spam", "from %W (%A) to %W is spam, %A", SPAM,
     {FIELD_CLIENT_IP, FIELD_SENDER, FIELD_RECIPIENT, FIELD_TESTS}},
    {"spam", "from %W (%A) to %W is spam (%A)", SPAM,
     {FIELD_CLIENT_IP, FIELD_SENDER, FIELD_RECIPIENT, FIELD_DETAIL}},
    {"spam", "from %W (%A) is spam (%A)", SPAM, {FIELD_CLIENT_IP, FIELD_SENDER, FIELD_DETAIL}},
    {"not-spam", "from %W (%A) to %W is not spam, %A", OF,
     {FIELD_CLIENT_IP, FIELD_SENDER, FIELD_RECIPIENT, FIELD_TESTS}},
    {"not-spam", "from %W (%A) to %W is not spam (%A)", OF,
     {FIELD_CLIENT_IP, FIELD_SENDER, FIELD_RECIPIENT, FIELD_DETAIL}},
    {"not-spam", "from %W (%A) to %W is not spam", OF,
     {FIELD_CLIENT_IP, FIELD_SENDER, FIELD_RECIPIENT}},
    {"not-spam", "from %W (%A) is whitelisted", OF, {FIELD_CLIENT_IP, FIELD_SENDER}},
    {"not-spam", "from %W (%A) to %W is too big for spam checks (%A)",
     OF, {FIELD_CLIENT_IP, FIELD_SENDER, FIELD_RECIPIENT, FIELD_DETAIL}},
    {"not-spam", "from %W has valid watermark", OF, {FIELD_CLIENT_IP}},
    {"mcp", "from %W (%A) to %W is MCP, %A", OF,
     {FIELD_CLIENT_IP, FIELD_SENDER, FIELD_RECIPIENT, FIELD_TESTS}},
    {"mcp", "from %W (%A) to %W is not MCP, %A", OF,
     {FIELD_CLIENT_IP, FIELD_SENDER, FIELD_RECIPIENT, FIELD_TESTS}},
    {NULL, NULL, 0, {0}},
};

static const struct line_kind kinds[] = {
    {"requeued", "Requeue: %Q.%W to %Q", OF, {Q, FIELD_DETAIL, FIELD_QUEUED_AS}},
    {"requeued", "Requeue: %Q to %Q", OF, {Q, FIELD_QUEUED_AS}},
    {"spam-actions", "Spam Actions: message %Q.%W actions are %A",
     OF, {Q, FIELD_DETAIL, FIELD_ACTION}},
    {"spam-actions", "Spam Actions: message %Q actions are %A", OF, {Q, FIELD_ACTION}},
    {"spam-actions", "Non-spam Actions: message %Q.%W actions are %A",
     OF, {Q, FIELD_DETAIL, FIELD_ACTION}},
    {"delivery", "Delivery of nonspam: message %Q.%W from %W to %A with subject %A",
     OF, {Q, FIELD_DETAIL, FIELD_SENDER, FIELD_RECIPIENT, FIELD_SUBJECT}},
    {"delivery", "Delivery of nonspam: message %Q from %W to %A with subject %A", OF,
     {Q, FIELD_SENDER, FIELD_RECIPIENT, FIELD_SUBJECT}},
    {"delivery", "Delivery of spam: message %Q.%W from %W to %A with subject %A",
     OF, {Q, FIELD_DETAIL, FIELD_SENDER, FIELD_RECIPIENT, FIELD_SUBJECT}},
    {"delivery", "Delivery of spam: message %Q from %W to %A with subject %A", OF,
     {Q, FIELD_SENDER, FIELD_RECIPIENT, FIELD_SUBJECT}},
    {"non-delivery", "Non-delivery of spam: message %Q.%W from %W to %A with subject %A",
     OF, {Q, FIELD_DETAIL, FIELD_SENDER, FIELD_RECIPIENT, FIELD_SUBJECT}},
    {"non-delivery", "Non-delivery of spam: message %Q from %W to %A with subject %A", OF,
     {Q, FIELD_SENDER, FIELD_RECIPIENT, FIELD_SUBJECT}},
    {"non-delivery", "Non-delivery of nonspam: message %Q from %W to %A with subject %A", OF,
     {Q, FIELD_SENDER, FIELD_RECIPIENT, FIELD_SUBJECT}},
    {"virus", "Infected message %Q.%W came from %W", OF, {Q, FIELD_DETAIL, FIELD_CLIENT_IP}},
    {"virus", "Infected message %Q came from %W", OF, {Q, FIELD_CLIENT_IP}},
    {"virus", "Virus Scanning: %W found %D infections", NOTE, {FIELD_DETAIL, FIELD_COUNT_OF}},
    {"virus", "Virus Scanning: Found %D viruses", NOTE, {FIELD_COUNT_OF}},
    {"virus", "Virus Scanning: Denial Of Service attack is in message %Q%A", OF, {Q, FIELD_DETAIL}},
    {"virus", "Clamd::INFECTED:: %A :: %A", NOTE, {FIELD_DETAIL, FIELD_TEXT}},
    {"virus", "ClamAVModule::INFECTED:: %A :: %A", NOTE, {FIELD_DETAIL, FIELD_TEXT}},
    {"virus", "Virus and Content Scanning: Starting", NOTE, {0}},
    {"content", "Filename Checks: %A", NOTE, {FIELD_DETAIL}},
    {"content", "Filetype Checks: %A", NOTE, {FIELD_DETAIL}},
    {"content", "Content Checks: %A", NOTE, {FIELD_DETAIL}},
    {"content", "Other Checks: %A", NOTE, {FIELD_DETAIL}},
    {"content", "HTML-Form tag found in message %Q from %A", OF, {Q, FIELD_SENDER}},
    {"content", "HTML Img tag found in message %Q from %A", OF, {Q, FIELD_SENDER}},
    {"content", "HTML disarmed, tags %A", NOTE, {FIELD_DETAIL}},
    {"content", "Found phishing fraud from %A claiming to be %A in %Q%A",
     OF, {FIELD_DETAIL, FIELD_TEXT, Q, FIELD_DETAIL}},
    {"content", "Found ip-based phishing fraud from %A in %Q%A",
     OF, {FIELD_DETAIL, Q, FIELD_DETAIL}},
    {"content", "Password-protected archive (%A) in %Q%A", OF, {FIELD_DETAIL, Q, FIELD_DETAIL}},
    {"content", "Saved entire message to %A", NOTE, {FIELD_DETAIL}},
    {"content", "Saved infected \"%A\" to %A", NOTE, {FIELD_DETAIL, FIELD_DETAIL}},
    {"content", "Saved archive copies of %A", NOTE, {FIELD_DETAIL}},
    {"content", "Expanding TNEF archive at %A", NOTE, {FIELD_DETAIL}},
    {"content", "Message %Q added TNEF contents %A", OF, {Q, FIELD_DETAIL}},
    {"rbl", "RBL checks: %Q.%W found in %A", OF, {Q, FIELD_DETAIL, FIELD_DETAIL}},
    {"rbl", "RBL checks: %Q found in %A", OF, {Q, FIELD_DETAIL}},
    {"rbl", "RBL Check %W timed out and was killed, failed %d of %d", NOTE, {FIELD_DETAIL}},
    {"batch", "New Batch: Scanning %d messages, %d bytes", NOTE, {0}},
    {"batch", "New Batch: Found %d messages waiting", NOTE, {0}},
    {"batch", "New Batch: Forwarding %d unscanned messages, %d bytes", NOTE, {0}},
    {"batch", "Spam Checks: Starting", NOTE, {0}},
    {"batch", "Spam Checks: Found %d spam messages", NOTE, {0}},
    {"batch", "Spam Checks completed at %A", NOTE, {FIELD_DETAIL}},
    {"batch", "Virus Scanning completed at %A", NOTE, {FIELD_DETAIL}},
    {"batch", "Virus Processing completed at %A", NOTE, {FIELD_DETAIL}},
    {"batch", "Disinfection completed at %A", NOTE, {FIELD_DETAIL}},
    {"batch", "MCP Checks: Starting", NOTE, {0}},
    {"batch", "MCP Checks completed at %A", NOTE, {FIELD_DETAIL}},
    {"batch", "Batch (%d messages) processed in %W seconds", NOTE, {FIELD_DETAIL}},
    {"batch", "Batch (%d message) processed in %W seconds", NOTE, {FIELD_DETAIL}},
    {"batch", "Batch processed in %W seconds", NOTE, {FIELD_DETAIL}},
    {"batch", "Batch completed at %d bytes per second (%d / %d)", NOTE, {0}},
    {"batch", "Uninfected: Delivered %d messages", NOTE, {0}},
    {"batch", "Unscanned: Delivered %d messages", NOTE, {0}},
    {"batch", "Cleaned: Delivered %d cleaned messages", NOTE, {0}},
    {"batch", "Silent: Delivered %d messages containing silent viruses", NOTE, {0}},
    {"batch", "Deleted %d messages from processing-database", NOTE, {0}},
    {"batch", "Found %d messages in the processing-messages database", NOTE, {0}},
    {"batch", "Notices: Warned about %d messages", NOTE, {0}},
    {"batch", "Sender Warnings: Delivered %d warnings to virus senders", NOTE, {0}},
    {"batch", "SpamAssassin cache hit for message %Q%A", OF, {Q, FIELD_DETAIL}},
    {"batch", "SpamAssassin timed out and was killed, failure %d of %d", NOTE, {0}},
    {"batch", "Warning: skipping message %Q%A as it has been attempted too many times",
     OF, {Q, FIELD_DETAIL}},
    {"batch", "Making attempt %d at processing message %Q%A", OF, {Q, FIELD_DETAIL}},
    {"batch", "Commencing scanning by %W...", NOTE, {FIELD_DETAIL}},
    {"batch", "Completed scanning by %W", NOTE, {FIELD_DETAIL}},
    {"mailwatch", "Logging message %Q%A to SQL", OF, {Q, FIELD_DETAIL}},
    {"mailwatch", "%Q.%W: Logged to MailWatch SQL", OF, {Q, FIELD_DETAIL}},
    {"mailwatch", "%Q: Logged to MailWatch SQL", OF, {Q}},
    {"mailwatch", "MailWatch: %A", NOTE, {FIELD_TEXT}},
    {"process", "MailScanner E-Mail Virus Scanner version %W starting...", NOTE, {FIELD_VERSION}},
    {"process", "MailScanner Email Processor version %W starting...", NOTE, {FIELD_VERSION}},
    {"process", "MailScanner child dying of old age", NOTE, {0}},
    {"process", "MailScanner child caught a SIGHUP", NOTE, {0}},
    {"process", "MailScanner child waiting to start...", NOTE, {0}},
    {"process", "MailScanner child starting to scan messages.", NOTE, {0}},
    {"process", "Reading configuration file %A", NOTE, {FIELD_DETAIL}},
    {"process", "Reading response filename rules from %A", NOTE, {FIELD_DETAIL}},
    {"process", "Read %d %A", NOTE, {FIELD_DETAIL}},
    {"process", "Config: calling custom %A", NOTE, {FIELD_DETAIL}},
    {"process", "Initialising %A", NOTE, {FIELD_DETAIL}},
    {"process", "Started SQL Logging child", NOTE, {0}},
    {"process", "Closing down by-domain %A", NOTE, {FIELD_DETAIL}},
    {"process", "Using SpamAssassin results cache", NOTE, {0}},
    {"process", "Connected to SpamAssassin cache database", NOTE, {0}},
    {"process", "Connected to processing attempts database", NOTE, {0}},
    {"process", "Created processing attempts database%A", NOTE, {FIELD_DETAIL}},
    {"process", "Found %d messages in the Processing Attempts Database", NOTE, {0}},
    {"process", "Enabling SpamAssassin auto-whitelist functionality...", NOTE, {0}},
    {"process", "Using locktype = %W", NOTE, {FIELD_DETAIL}},
    {"process", "Bayes database rebuild %A", NOTE, {FIELD_DETAIL}},
    {"process", "SpamAssassin Bayes database rebuild %A", NOTE, {FIELD_DETAIL}},
    {"process", "Auto: Found virus scanners: %A", NOTE, {FIELD_DETAIL}},
    {"process", "I have found %W scanners installed, and will use them all by default.",
     NOTE, {FIELD_DETAIL}},
    {"process", "Skipping sender of precedence list", NOTE, {0}},
    {NULL, NULL, 0, {0}},
};
/* clang-format on */

/* "Message 4bsM5k4xJmz4rT6.A1B2C from 192.0.2.1 (a@b) to c is spam, ..." */
static bool about_message(struct str text, struct event *out)
{
    struct template_values values;
    bool dotted = template_match("Message %Q.%w %A", text, false, &values) == TEMPLATE_FITS;
    if (!dotted && template_match("Message %Q %A", text, false, &values) != TEMPLATE_FITS)
        return false;
    if (!template_event(message_kinds, values.items[1], false, out))
        return false;
    event_add(out, Q, values.items[0]);
    return true;
}

static const struct daemon daemons[] = {
    {"MailScanner*", NULL, {kinds}, about_message},
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

extern const struct parser mailscanner_parser;
const struct parser mailscanner_parser = {.name = "mailscanner", .owns = owns, .parse = parse};
