/* Services that act for a user: imap, pop3, submission, managesieve, lmtp, lda, doveadm. */
#include "dovecot.h"

#include <string.h>

enum { SESSION_LEN_MIN = 12 };

/* How a session of imap or pop3 ends, in front of its figures. */
static const char *const endings[] = {
    "Logged out",
    "Disconnected",
    "Disconnected in IDLE",
    "Disconnected in %w",
    "Disconnected for inactivity",
    "Disconnected: Logged out",
    "Disconnected: Inactivity",
    "Disconnected: Inactivity - no input for %d secs",
    "Disconnected: Disconnected in %w",
    "Disconnected: Connection closed",
    "Disconnected: Connection closed: %*",
    "Disconnected: Connection closed (%*",
    "Disconnected: Disconnected",
    "Disconnected: Shutting down",
    "Disconnected: Server shutting down.",
    "Disconnected: Too many invalid IMAP commands.",
    "Disconnected: Too many bad commands.",
    "Disconnected: Internal error",
    "Disconnected: Internal error occurred. Refer to server log for more information.%*",
    "Disconnected: EOF while appending",
    "Disconnected: Remote closed connection",
    "Disconnected: Remote closed connection: %*",
    "Disconnected: Mailbox deleted%*",
    "Disconnected: IMAP session state is inconsistent, please relogin.",
    "Disconnected: Selected mailbox was deleted, have to disconnect.",
    "Disconnected: Input buffer full%*",
    "Disconnected: Too long argument%*",
    "Disconnected: Too long input line",
    "Disconnected: write(%*",
    "Disconnected: read(%*",
    "Connection closed",
    "Connection closed: %*",
    "Connection closed (%*",
    "Remote closed connection",
    "Remote closed connection: %*",
    "Inactivity",
    "Inactivity - no input for %d secs",
    "Hibernated",
    "Server shutting down.",
    "Too many invalid IMAP commands.",
    NULL,
};

/* What the delivery of a message came to, behind "msgid=...: ". */
static const struct line_kind actions[] = {
    {"sieve-forwarded", "forwarded to <%A>", EVENT_NOTE, {FIELD_RECIPIENT}},
    {"sieve-forwarded", "forwarded to <%A> %*", EVENT_NOTE, {FIELD_RECIPIENT}},
    {"sieve-stored", "stored mail into mailbox '%A'", EVENT_NOTE, {FIELD_MAILBOX}},
    {"sieve-stored", "stored mail into mailbox %A", EVENT_NOTE, {FIELD_MAILBOX}},
    {"sieve-kept", "left message in mailbox '%A'", EVENT_NOTE, {FIELD_MAILBOX}},
    {"saved", "saved mail to %A", EVENT_NOTE, {FIELD_MAILBOX}},
    {"save-failed", "save failed to open mailbox %A: %A", EVENT_NOTE, {FIELD_MAILBOX, FIELD_TEXT}},
    {"save-failed", "save failed to %A: %A", EVENT_NOTE, {FIELD_MAILBOX, FIELD_TEXT}},
    {"save-failed", "failed to store into mailbox %A: %A", EVENT_NOTE, {FIELD_MAILBOX, FIELD_TEXT}},
    {"sieve-vacation", "sent vacation response to <%A>", EVENT_NOTE, {FIELD_RECIPIENT}},
    {"sieve-vacation", "discarded vacation reply to %A", EVENT_NOTE, {FIELD_DETAIL}},
    {"sieve-vacation", "discarding vacation response to %A", EVENT_NOTE, {FIELD_DETAIL}},
    {"sieve-vacation",
     "discarding vacation response for implicitly delivered message; %*",
     EVENT_NOTE,
     {0}},
    {"sieve-vacation",
     "discarded duplicate vacation response to <%A>",
     EVENT_NOTE,
     {FIELD_RECIPIENT}},
    {"sieve-vacation", "not sending vacation re%*", EVENT_NOTE, {0}},
    {"sieve-vacation", "failed to send vacation response to %*", EVENT_NOTE, {0}},
    {"sieve-discarded",
     "marked message to be discarded if not explicitly delivered (discard action)",
     EVENT_NOTE,
     {0}},
    {"sieve-discarded",
     "Marked message to be discarded if not explicitly delivered (discard action)",
     EVENT_NOTE,
     {0}},
    {"sieve-discarded", "discarded duplicate forward to <%A>", EVENT_NOTE, {FIELD_RECIPIENT}},
    {"sieve-rejected", "rejected message from <%A> (%*)", EVENT_NOTE, {FIELD_SENDER}},
    {"sieve-rejected", "not sending reject message%*", EVENT_NOTE, {0}},
    {"sieve-rejected", "failed to send rejection message to <%*>: %*", EVENT_NOTE, {0}},
    {"sieve-notified", "sent mail notification to %A", EVENT_NOTE, {FIELD_RECIPIENT}},
    {"sieve-notified", "sent `%*' report to <%A>", EVENT_NOTE, {FIELD_RECIPIENT}},
    {"sieve-failed",
     "failed to redirect message to <%A>: %A",
     EVENT_NOTE,
     {FIELD_RECIPIENT, FIELD_TEXT}},
    {"sieve-failed",
     "not forwarding message to <%A>: %A",
     EVENT_NOTE,
     {FIELD_RECIPIENT, FIELD_TEXT}},
    {"rejected", "Return-Path missing, rejection reason: %A", EVENT_NOTE, {FIELD_TEXT}},
    {"rejected", "Auto-submitted message discarded: %A", EVENT_NOTE, {FIELD_TEXT}},
    {"rejected", "%w failed to send rejection: %A", EVENT_NOTE, {FIELD_TEXT}},
    {NULL, NULL, 0, {0}},
};

static const struct line_kind kinds[] = {
    {"connect", "Connect from %W", EVENT_NOTE, {FIELD_PEER}},
    {"disconnect", "Disconnect from %W: Logged out", EVENT_NOTE, {FIELD_PEER}},
    {"disconnect", "Disconnect from %W: Logged out (state=%w)", EVENT_NOTE, {FIELD_PEER}},
    {"disconnect", "Disconnect from %W: Logged out (in %*)", EVENT_NOTE, {FIELD_PEER}},
    {"disconnect", "Disconnect from %W: Connection closed", EVENT_NOTE, {FIELD_PEER}},
    {"disconnect", "Disconnect from %W: Connection closed (state=%w)", EVENT_NOTE, {FIELD_PEER}},
    {"disconnect", "Disconnect from %W: Connection closed (in %*)", EVENT_NOTE, {FIELD_PEER}},
    {"disconnect", "Disconnect from %W: Remote closed connection", EVENT_NOTE, {FIELD_PEER}},
    {"disconnect",
     "Disconnect from %W: Remote closed connection (state=%w)",
     EVENT_NOTE,
     {FIELD_PEER}},
    {"disconnect",
     "Disconnect from %W: Remote closed connection (in %*)",
     EVENT_NOTE,
     {FIELD_PEER}},
    {"disconnect", "Disconnect from %W: Client has quit the connection", EVENT_NOTE, {FIELD_PEER}},
    {"disconnect",
     "Disconnect from %W: Client has quit the connection (state=%w)",
     EVENT_NOTE,
     {FIELD_PEER}},
    {"disconnect",
     "Disconnect from %W: Client has quit the connection (in %*)",
     EVENT_NOTE,
     {FIELD_PEER}},
    {"disconnect", "Disconnect from %W: Client quit", EVENT_NOTE, {FIELD_PEER}},
    {"disconnect", "Disconnect from %W: Client quit (state=%w)", EVENT_NOTE, {FIELD_PEER}},
    {"disconnect", "Disconnect from %W: Client quit (in %*)", EVENT_NOTE, {FIELD_PEER}},
    {"disconnect", "Disconnect from %W: Successful quit", EVENT_NOTE, {FIELD_PEER}},
    {"disconnect", "Disconnect from %W: Successful quit (state=%w)", EVENT_NOTE, {FIELD_PEER}},
    {"disconnect", "Disconnect from %W: Successful quit (in %*)", EVENT_NOTE, {FIELD_PEER}},
    {"disconnect", "Disconnect from %W: Disconnected", EVENT_NOTE, {FIELD_PEER}},
    {"disconnect", "Disconnect from %W: Disconnected (state=%w)", EVENT_NOTE, {FIELD_PEER}},
    {"disconnect", "Disconnect from %W: Disconnected (in %*)", EVENT_NOTE, {FIELD_PEER}},
    {"disconnect", "Disconnect from %W: Shutting down", EVENT_NOTE, {FIELD_PEER}},
    {"disconnect", "Disconnect from %W: Shutting down (state=%w)", EVENT_NOTE, {FIELD_PEER}},
    {"disconnect", "Disconnect from %W: Shutting down (in %*)", EVENT_NOTE, {FIELD_PEER}},
    {"disconnect", "Disconnect from %W: Timeout", EVENT_NOTE, {FIELD_PEER}},
    {"disconnect", "Disconnect from %W: Timeout (state=%w)", EVENT_NOTE, {FIELD_PEER}},
    {"disconnect", "Disconnect from %W: Timeout (in %*)", EVENT_NOTE, {FIELD_PEER}},
    {"disconnect", "Disconnect from %W: Connection closed: %*", EVENT_NOTE, {FIELD_PEER}},
    {"lmtp-sent", "Sent message to <%A> at %w: %*", EVENT_NOTE, {FIELD_RECIPIENT}},
    {"lmtp-sent", "Failed to send message to <%A> at %w: %*", EVENT_NOTE, {FIELD_RECIPIENT}},
    {"sieve", "sieve: Execution of script %* failed%*", EVENT_NOTE, {0}},
    {"sieve", "sieve: script %*: %*", EVENT_NOTE, {0}},
    {"sieve", "sieve: Failed to %*", EVENT_NOTE, {0}},
    {"sieve", "sieve: failed to %*", EVENT_NOTE, {0}},
    {"sieve", "sieve: binary %*", EVENT_NOTE, {0}},
    {"sieve", "sieve: file storage: %*", EVENT_NOTE, {0}},
    {"sieve", "sieve: pigeonhole: version %*", EVENT_NOTE, {0}},
    {"mailbox", "Mailbox created: %A", EVENT_NOTE, {FIELD_MAILBOX}},
    {"mailbox", "Mailbox deleted: %A", EVENT_NOTE, {FIELD_MAILBOX}},
    {"mailbox", "Mailbox renamed: %A -> %*", EVENT_NOTE, {FIELD_MAILBOX}},
    {"mailbox", "Mailbox subscribed: %A", EVENT_NOTE, {FIELD_MAILBOX}},
    {"mailbox", "Mailbox unsubscribed: %A", EVENT_NOTE, {FIELD_MAILBOX}},
    {"imap-id", "ID sent: %A", EVENT_NOTE, {FIELD_DETAIL}},
    {"indexed", "Indexed %d messages in %*", EVENT_NOTE, {0}},
    {"user", "Effective uid=%d, gid=%d, home=%*", EVENT_NOTE, {0}},
    {"user", "Home dir not found: %*", EVENT_NOTE, {0}},
    {"user", "User initialization failed: %*", EVENT_NOTE, {0}},
    {"user", "Namespace %*: %*", EVENT_NOTE, {0}},
    {"user", "Invalid user settings. Refer to server log for more information.", EVENT_NOTE, {0}},
    {"user", "user %*: Initialization failed: %*", EVENT_NOTE, {0}},
    {"user", "User doesn't exist: %*", EVENT_NOTE, {0}},
    {"user", "Failed to initialize user %*: %*", EVENT_NOTE, {0}},
    {"quota", "quota: %*", EVENT_NOTE, {0}},
    {"managesieve", "Failed to %* script %*: %*", EVENT_NOTE, {0}},
    {"submit-failed",
     "Failed to relay message: from=<%A>, size=%D, nrcpt=%D, reply=`%A'",
     EVENT_NOTE,
     {FIELD_SENDER, FIELD_SIZE, FIELD_NRCPT, FIELD_TEXT}},
    {"submit-failed",
     "Failed to relay message: from=<%A>, to=<%A>, size=%D, rcpt=%D/%d, reply=`%A'",
     EVENT_NOTE,
     {FIELD_SENDER, FIELD_RECIPIENT, FIELD_SIZE, FIELD_NRCPT, FIELD_TEXT}},
    {"submit-failed", "Failed to establish relay connection: %A", EVENT_NOTE, {FIELD_TEXT}},
    {"script", "Stored script `%A' successfully (%d warnings)", EVENT_NOTE, {FIELD_DETAIL}},
    {"script", "Activated script `%A' (%d warnings%*)", EVENT_NOTE, {FIELD_DETAIL}},
    {"script", "Deactivated all scripts", EVENT_NOTE, {0}},
    {"script", "Retrieved script `%A'", EVENT_NOTE, {FIELD_DETAIL}},
    {"script", "Deleted script `%A'", EVENT_NOTE, {FIELD_DETAIL}},
    {"script", "Renamed script `%A' to `%A'", EVENT_NOTE, {FIELD_DETAIL, FIELD_TEXT}},
    {"script", "Checked script successfully (%d warnings)", EVENT_NOTE, {0}},
    {"script", "Listed %d scripts", EVENT_NOTE, {0}},
    {"script", "Failed to %W script `%A'%*", EVENT_NOTE, {FIELD_ACTION, FIELD_DETAIL}},
    {"script",
     "Failed to %W: Compilation failed (%d errors, %d warnings)",
     EVENT_NOTE,
     {FIELD_ACTION}},
    {"hibernate", "Successfully hibernated imap client in mailbox %A", EVENT_NOTE, {FIELD_MAILBOX}},
    {"hibernate", "Couldn't hibernate imap client: %A", EVENT_NOTE, {FIELD_TEXT}},
    {"hibernate", "Failed to unhibernate client: %A", EVENT_NOTE, {FIELD_TEXT}},
    {"hibernate", "Unhibernation failed: %A", EVENT_NOTE, {FIELD_TEXT}},
    {"user", "User is over quota%*", EVENT_NOTE, {0}},
    {"user", "Couldn't open INBOX: %A", EVENT_NOTE, {FIELD_TEXT}},
    {"user", "Couldn't init INBOX: %A", EVENT_NOTE, {FIELD_TEXT}},
    {NULL, NULL, 0, {0}},
};

/* "(1234)", "(user)", "(1234, user)": the user, if there is one. */
static struct str user_of(struct str identity)
{
    uint64_t pid;
    struct str rest = identity;
    if (str_take_u64(&rest, &pid) && (rest.len == 0 || str_take(&rest, STR(", "))))
        return rest;
    return identity;
}

static void add_user(const struct dovecot_line *line, struct event *out)
{
    struct str user = user_of(line->identity);
    if (user.len)
        event_add(out, FIELD_SASL_USERNAME, user);
    event_add(out, FIELD_SERVICE, line->service);
    if (line->session.len)
        event_add(out, FIELD_SESSION, line->session);
}

/* "in=26 out=778 ..." or "bytes=26/778" */
static void add_bytes(struct str text, struct event *out)
{
    bool old = str_take(&text, STR("bytes="));
    if (!old && !str_take(&text, STR("in=")))
        return;
    struct str in;
    if (!str_cut(&text, old ? STR("/") : STR(" out="), &in))
        return;
    size_t len = 0;
    while (len < text.len && char_is_digit(text.ptr[len]))
        len++;
    event_add(out, FIELD_BYTES_IN, in);
    event_add(out, FIELD_BYTES_OUT, str_head(text, len));
}

static bool is_figure(struct str token)
{
    static const char *const known[] = {
        "deleted=%d",    "expunged=%d",     "trashed=%d",  "hdr_count=%d", "hdr_bytes=%d",
        "body_count=%d", "body_bytes=%d",   "appended=%d", "in=%d",        "out=%d",
        "size=%d",       "bytes=%d/%d",     "top=%d/%d,",  "retr=%d/%d,",  "del=%d/%d,",
        "size=%d,",      "autoexpunged=%d", NULL};
    return template_any(known, token);
}

/* All figures are words of their own; only the last of a cut line may be half of one. */
static bool are_figures(struct str text)
{
    struct str token;
    while (str_cut(&text, STR(" "), &token))
        if (!is_figure(token))
            return false;
    return is_figure(text);
}

/* Where the figures begin: behind the first " in=", " bytes=" or " top=" from which on there is
 * nothing else. */
static bool split_figures(struct str text, struct str *ret_reason, struct str *ret_figures)
{
    static const char *const starts[] = {" in=", " bytes=", " top=", NULL};
    for (const char *const *start = starts; *start; start++) {
        ptrdiff_t at = str_find_last(text, str_of(*start));
        if (at < 0 || !are_figures(str_skip(text, (size_t)at + 1)))
            continue;
        *ret_reason = str_head(text, (size_t)at);
        *ret_figures = str_skip(text, (size_t)at + 1);
        return true;
    }
    return false;
}

static bool logout(const struct dovecot_line *line, struct event *out)
{
    struct str reason = line->message, text = {NULL, 0};
    bool figures = split_figures(line->message, &reason, &text);
    bool missed = str_find(reason, STR(" in=")) >= 0 || str_find(reason, STR(" out=")) >= 0;
    if ((!figures && missed) || !template_any(endings, reason))
        return false;
    event_begin(out, EVENT_LOGOUT, "logout");
    add_user(line, out);
    add_bytes(text, out);
    event_add(out, FIELD_TEXT, reason);
    return true;
}

static bool is_session(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!char_is_alnum(text.ptr[i]) && !memchr("+/=:", text.ptr[i], 4))
            return false;
    return text.len >= SESSION_LEN_MIN;
}

/* "msgid=<a>: saved mail to INBOX". The Message-ID is the sender's: the last action in the line is
 * Dovecot's. */
static bool delivered(const struct dovecot_line *line, struct event *out)
{
    struct str text = line->message, session = {NULL, 0};
    ptrdiff_t at = str_find(text, STR("msgid="));
    if (at < 0)
        return false;
    struct str front = str_head(text, (size_t)at);
    text = str_skip(text, (size_t)at + STR("msgid=").len);
    (void)str_take_end(&front, STR("sieve: "));
    if (str_take_end(&front, STR(": ")) && is_session(front))
        session = front; /* 2.2 */
    else if (front.len)
        return false;
    struct str id = text;
    for (;;) {
        ptrdiff_t colon = str_find_last(id, STR(": "));
        if (colon < 0)
            return false;
        id = str_head(id, (size_t)colon);
        if (template_event(actions, str_skip(text, (size_t)colon + 2), false, out) && !out->cut)
            break;
    }
    struct str words = str_skip(text, id.len + 2), action;
    static const char *const causes[] = {": fileinto action",      ": redirect action",
                                         ": vacation action",      ": notify action",
                                         ": discard action",       ": reject action",
                                         ": implicit keep action", ": keep action",
                                         ": enotify action",       NULL};
    for (const char *const *cause = causes; *cause; cause++)
        if (str_take_end(&id, str_of(*cause)))
            break;
    if (str_starts(id, STR("<")) && !str_ends(id, STR(">")))
        return false;
    if (str_cut(&words, STR(" "), &action))
        event_add(out, FIELD_ACTION, action);
    add_user(line, out);
    if (session.len)
        event_add(out, FIELD_SESSION, session);
    event_add(out, FIELD_MESSAGE_ID, id);
    return true;
}

/* What mail_log says behind its word, in this order; any may be left out. */
static const struct logged {
    const char *key;
    uint16_t field;
} logged[] = {{"box=", FIELD_MAILBOX},     {"uid=", FIELD_COUNT},   {"msgid=", FIELD_MESSAGE_ID},
              {"size=", FIELD_SIZE},       {"vsize=", FIELD_COUNT}, {"from=", FIELD_FROM_HEADER},
              {"subject=", FIELD_SUBJECT}, {"flags=", FIELD_FLAGS}};

enum { LOGGED_COUNT = sizeof logged / sizeof *logged };

/* Where the next pair begins: the nearest ", key=" of those that may still come. */
static size_t next_logged(struct str text, size_t from, size_t *ret_index)
{
    size_t end = text.len;
    for (size_t i = from; i < LOGGED_COUNT; i++)
        for (ptrdiff_t at = 0, start = 0;
             (at = str_find(str_skip(text, (size_t)start), STR(", "))) >= 0; start += at + 1) {
            size_t place = (size_t)(start + at);
            if (place >= end || !str_starts(str_skip(text, place + 2), str_of(logged[i].key)))
                continue;
            end = place;
            *ret_index = i;
        }
    return end;
}

/* "delete: box=INBOX, uid=5, msgid=<a@b>, size=4077": the headers are the sender's. */
static bool mail_logged(const struct dovecot_line *line, struct event *out)
{
    static const char *const words[] = {"delete",         "undelete",       "expunge",
                                        "autoexpunge",    "save",           "append",
                                        "flag_change",    "copy from %*",   "mailbox_create",
                                        "mailbox_delete", "mailbox_rename", NULL};
    struct str text = line->message, word;
    size_t index = 0;
    if (!str_cut(&text, STR(": "), &word) || !template_any(words, word))
        return false;
    while (index < LOGGED_COUNT && !str_starts(text, str_of(logged[index].key)))
        index++;
    if (index == LOGGED_COUNT)
        return false;
    event_begin(out, EVENT_NOTE, "mail-log");
    event_add(out, FIELD_ACTION, word);
    while (text.len) {
        size_t next = 0, end = next_logged(text, index + 1, &next);
        struct str value = str_skip(str_head(text, end), strlen(logged[index].key));
        if (logged[index].field == FIELD_MAILBOX && str_find_char(value, '=') >= 0)
            return false;
        if (logged[index].field != FIELD_COUNT)
            event_add(out, (enum field_id)logged[index].field, value);
        text = str_skip(text, end < text.len ? end + 2 : end);
        index = next;
    }
    add_user(line, out);
    return true;
}

/* The relay's answer names the message in its queue. */
static bool submitted(const struct dovecot_line *line, struct event *out)
{
    static const char *const forms[] = {
        "Successfully relayed message: from=<%A>, size=%D, id=%W, nrcpt=%D, reply=`%A'",
        "Successfully relayed message: from=<%A>, to=<%*>, size=%D, id=%W, rcpt=%D/%d, reply=`%A'",
        NULL};
    static const uint16_t fields[] = {FIELD_SENDER, FIELD_SIZE, FIELD_MAIL_ID, FIELD_NRCPT,
                                      FIELD_TEXT};
    struct template_values values;
    const char *const *form = forms;
    while (*form && template_match(*form, line->message, false, &values) != TEMPLATE_FITS)
        form++;
    if (!*form)
        return false;
    event_begin(out, EVENT_HANDED, "submitted");
    for (unsigned i = 0; i < values.count; i++)
        event_add(out, (enum field_id)fields[i], values.items[i]);
    struct str reply = values.items[4];
    ptrdiff_t at = str_find_last(reply, STR(" queued as "));
    if (at >= 0)
        event_add(out, FIELD_QUEUED_AS, str_skip(reply, (size_t)at + STR(" queued as ").len));
    add_user(line, out);
    return true;
}

bool dovecot_mail(const struct dovecot_line *line, struct event *out)
{
    if (logout(line, out) || delivered(line, out) || mail_logged(line, out) || submitted(line, out))
        return true;
    if (!template_event(kinds, line->message, false, out))
        return false;
    add_user(line, out);
    return true;
}
