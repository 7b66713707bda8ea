#include "exchange.h"

/* Message tracking: a row for each thing that happens to a message on a server. Every message has
 * a network-message-id that stays the same over all hops and copies (2013 on); before that, an
 * internal-message-id of each server. */

enum role {
    ROLE_NOTE,
    ROLE_RECEIVE,
    ROLE_SEND,
    ROLE_DELIVER,
    ROLE_FAIL,
    ROLE_DEFER,
    ROLE_EXPAND,
    ROLE_NOTIFY, /* the server's own report about another message */
    ROLE_FORK,
    ROLE_HOLD,
    ROLE_DROP,
};

static const struct {
    const char *name, *what;
    enum role role;
} events[] = {
    {"RECEIVE", "receive", ROLE_RECEIVE},
    {"SEND", "send", ROLE_SEND},
    {"SENDEXTERNAL", "send", ROLE_SEND},
    {"DELIVER", "deliver", ROLE_DELIVER},
    {"DUPLICATEDELIVER", "deliver", ROLE_NOTE},
    {"FAIL", "fail", ROLE_FAIL},
    {"BADMAIL", "fail", ROLE_FAIL},
    {"DEFER", "defer", ROLE_DEFER},
    {"EXPAND", "expand", ROLE_EXPAND},
    {"RESOLVE", "resolve", ROLE_EXPAND},
    {"REDIRECT", "redirect", ROLE_EXPAND},
    {"DUPLICATEEXPAND", "expand", ROLE_NOTE},
    {"DUPLICATEREDIRECT", "redirect", ROLE_NOTE},
    {"DSN", "dsn", ROLE_NOTIFY},
    {"TRANSFER", "transfer", ROLE_FORK},
    {"POISONMESSAGE", "poison", ROLE_HOLD},
    {"DROP", "drop", ROLE_DROP},
    {"SUBMIT", "submit", ROLE_NOTE},
    {"SUBMITDEFER", "submit", ROLE_NOTE},
    {"SUBMITFAIL", "submit-failed", ROLE_NOTE},
    {"NOTIFYMAPI", "notify-mapi", ROLE_NOTE},
    {"AGENTINFO", "agent-info", ROLE_NOTE},
    {"AGENTDEFER", "agent-info", ROLE_NOTE},
    {"HARECEIVE", "shadow", ROLE_NOTE},
    {"HAREDIRECT", "shadow", ROLE_NOTE},
    {"HAREDIRECTFAIL", "shadow", ROLE_NOTE},
    {"HADISCARD", "shadow", ROLE_NOTE},
    {"INITMESSAGECREATED", "moderation", ROLE_NOTE},
    {"MODERATORAPPROVE", "moderation", ROLE_NOTE},
    {"MODERATORREJECT", "moderation", ROLE_NOTE},
    {"MODERATORSALLNDR", "moderation", ROLE_NOTE},
    {"MODERATORSALLNDRREJECT", "moderation", ROLE_NOTE},
    {"MODERATIONEXPIRE", "moderation", ROLE_NOTE},
    {"LOAD", "load", ROLE_NOTE},
    {"PROCESS", "process", ROLE_NOTE},
    {"PROCESSMEETINGMESSAGE", "process", ROLE_NOTE},
    {"RESUBMIT", "resubmit", ROLE_NOTE},
    {"RESUBMITDEFER", "resubmit", ROLE_NOTE},
    {"RESUBMITFAIL", "resubmit", ROLE_NOTE},
    {"THROTTLE", "throttle", ROLE_NOTE},
    {"ROUTING", "routing", ROLE_NOTE},
    {"DELETE", "delete", ROLE_NOTE},
    {"CATEGORIZE", "routing", ROLE_NOTE},
    {"SUPPRESSED", "suppressed", ROLE_NOTE},
    {"THREATSCAN", "agent-info", ROLE_NOTE},
};

static bool find_event(struct str name, const char **ret_what, enum role *ret)
{
    for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
        if (!str_eq_nocase(name, str_of(events[i].name)))
            continue;
        *ret_what = events[i].what;
        *ret = events[i].role;
        return true;
    }
    return false;
}

static bool source_is(const struct row *row, const char *source)
{
    return str_eq_nocase(row->values[COLUMN_SOURCE], str_of(source));
}

static struct str queue_id_of(const struct row *row)
{
    enum { GUID_LEN = 36 };
    struct str id = row->values[COLUMN_NETWORK_MESSAGE_ID];
    return id.len == GUID_LEN ? id : row->values[COLUMN_INTERNAL_MESSAGE_ID];
}

/* Without its brackets, as other logs have it. */
static struct str message_id_of(const struct row *row)
{
    struct str id = row->values[COLUMN_MESSAGE_ID];
    if (str_take(&id, STR("<")))
        (void)str_take_end(&id, STR(">"));
    return id;
}

/* PowerShell shows a list as "{a, b}", and where it was not told to join it as its type. */
static struct str recipients_of(const struct row *row)
{
    struct str list = row->values[COLUMN_RECIPIENTS];
    if (str_starts(list, STR("System.")))
        list.len = 0;
    if (str_take(&list, STR("{")))
        (void)str_take_end(&list, STR("}"));
    return list;
}

/* The value of "S:key=value" in the column of custom data. */
static struct str custom(const struct row *row, const char *key)
{
    struct str rest = row->values[COLUMN_CUSTOM_DATA], part;
    for (bool more = true; more;) {
        more = str_cut(&rest, STR(";"), &part);
        part = more ? part : rest;
        (void)str_take(&part, STR("S:"));
        if (str_take(&part, str_of(key)) && str_take(&part, STR("=")))
            return part;
    }
    return STR("");
}

static struct str label(struct str name)
{
    ptrdiff_t dot = str_find_char(name, '.');
    return dot < 0 ? name : str_head(name, (size_t)dot);
}

static bool is_null_sender(const struct row *row)
{
    struct str path = row->values[COLUMN_RETURN_PATH];
    return path.len == 0 || str_eq(path, STR("<>"));
}

/* Mail that the organisation makes itself: journal, probes, reports. */
static bool is_system(struct str sender)
{
    static const char *const prefixes[] = {"MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e",
                                           "inboundproxy@", "maildeliveryprobe@"};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (str_starts_nocase(sender, str_of(prefixes[i])))
            return true;
    return sender.len == 0;
}

/* The mailbox that submitted. A mailbox server's own submissions name it; an SMTP submission does
   where the connector takes logins of users alone, and lets each write in its own name only, or
   where the server hands its own mailboxes' mail on to itself. */
static struct str mailbox_of(const struct row *row)
{
    struct str sender = row->values[COLUMN_SENDER], connector = row->values[COLUMN_CONNECTOR_ID];
    if (is_system(sender) || is_null_sender(row))
        return STR("");
    if (source_is(row, "STOREDRIVER") || source_is(row, "MAILBOXRULE"))
        return sender;
    if (!source_is(row, "SMTP") ||
        !str_eq_nocase(row->values[COLUMN_DIRECTIONALITY], STR("Originating")))
        return STR("");
    bool clients = str_find(connector, STR("\\Client ")) >= 0,
         itself = str_find(connector, STR("\\Default ")) >= 0 &&
                  custom(row, "ProxiedClientIPAddress").len == 0 &&
                  str_eq_nocase(label(row->values[COLUMN_CLIENT_HOSTNAME]),
                                label(row->values[COLUMN_SERVER_HOSTNAME]));
    return clients || itself ? row->values[COLUMN_RETURN_PATH] : STR("");
}

/* Where the client is, as far as it is said: a front end's own address is not it. */
static void add_client(const struct row *row, struct event *out)
{
    struct str origin = row->values[COLUMN_ORIGINAL_CLIENT_IP],
               proxied = custom(row, "ProxiedClientIPAddress");
    if (source_is(row, "SMTP")) {
        exchange_add(out, FIELD_CLIENT_NAME, row->values[COLUMN_CLIENT_HOSTNAME]);
        exchange_add(out, FIELD_CLIENT_IP, row->values[COLUMN_CLIENT_IP]);
        exchange_add(out, FIELD_ORIG_CLIENT_NAME, custom(row, "ProxiedClientHostname"));
        exchange_add(out, FIELD_ORIG_CLIENT_IP, origin.len ? origin : proxied);
    } else {
        exchange_add(out, FIELD_RELAY_NAME, row->values[COLUMN_CLIENT_HOSTNAME]);
        exchange_add(out, FIELD_CLIENT_IP, origin);
    }
}

static void add_message(const struct row *row, struct event *out)
{
    struct str sender = row->values[COLUMN_RETURN_PATH], from = custom(row, "OriginalFromAddress");
    from = from.len ? from : row->values[COLUMN_SENDER];
    event_add(out, FIELD_SENDER, str_eq(sender, STR("<>")) || !sender.ptr ? STR("") : sender);
    exchange_add(out, FIELD_SIZE, row->values[COLUMN_TOTAL_BYTES]);
    exchange_add(out, FIELD_MESSAGE_ID, message_id_of(row));
    if (from.len) {
        event_add(out, FIELD_HEADER_NAME, STR("From"));
        event_add(out, FIELD_HEADER_VALUE, from);
    }
    exchange_add(out, FIELD_SUBJECT, row->values[COLUMN_SUBJECT]);
}

static void receive(const struct row *row, struct event *out)
{
    struct str user = mailbox_of(row);
    out->kind = EVENT_ACCEPTED;
    out->generation = GENERATION_START;
    add_client(row, out);
    exchange_add(out, FIELD_SASL_USERNAME, user);
    if (source_is(row, "PICKUP"))
        event_add(out, FIELD_UID, STR("pickup"));
    add_message(row, out);
    exchange_add(out, FIELD_NRCPT, row->values[COLUMN_RECIPIENT_COUNT]);
    exchange_add(out, FIELD_RECIPIENT_LIST, recipients_of(row));
}

static void send(const struct row *row, struct event *out)
{
    struct str context = row->values[COLUMN_SOURCE_CONTEXT];
    bool inside = str_find(row->values[COLUMN_CONNECTOR_ID], STR("Intra-Organization")) >= 0;
    out->kind = EVENT_DELIVERY;
    out->outcome = OUTCOME_SENT;
    exchange_add(out, FIELD_RECIPIENT_LIST, recipients_of(row));
    event_add(out, FIELD_RELAY, row->values[COLUMN_SERVER_HOSTNAME]);
    exchange_add(out, FIELD_RELAY_NAME, row->values[COLUMN_SERVER_HOSTNAME]);
    exchange_add(out, FIELD_RELAY_IP, row->values[COLUMN_SERVER_IP]);
    if (inside && queue_id_of(row).ptr == row->values[COLUMN_INTERNAL_MESSAGE_ID].ptr)
        exchange_add(out, FIELD_QUEUED_AS, exchange_accepted_as(context));
    exchange_add(out, FIELD_TEXT, context);
}

static void deliver(const struct row *row, struct event *out)
{
    out->kind = EVENT_DELIVERY;
    out->outcome = OUTCOME_SENT;
    exchange_add(out, FIELD_RECIPIENT_LIST, recipients_of(row));
    event_add(out, FIELD_RELAY, row->values[COLUMN_SERVER_HOSTNAME]);
    exchange_add(out, FIELD_TEXT, row->values[COLUMN_RECIPIENT_STATUS]);
}

static bool is_digits(struct str text)
{
    uint64_t number;
    return str_to_u64(text, &number);
}

/* The enhanced status in "[{LRT=...};{LED=550 5.1.10 RESOLVER.ADR...}]" or "550 5.7.1 ...". */
static struct str status_in(struct str text)
{
    for (struct str word; text.len;) {
        if (!str_cut(&text, STR(" "), &word)) {
            word = text;
            text.len = 0;
        }
        struct str rest = word, class, subject;
        if (word.len && (word.ptr[0] == '4' || word.ptr[0] == '5') &&
            str_cut(&rest, STR("."), &class) && str_cut(&rest, STR("."), &subject) &&
            class.len == 1 && is_digits(subject) && rest.len && char_is_digit(rest.ptr[0]))
            return word;
    }
    return STR("");
}

static void try(const struct row *row, enum role role, struct event *out)
{
    struct str text = row->values[COLUMN_RECIPIENT_STATUS];
    if (text.len == 0)
        text = row->values[COLUMN_SOURCE_CONTEXT];
    bool expired = str_find(text, STR("QUEUE.Expired")) >= 0;
    out->kind = EVENT_DELIVERY;
    out->outcome = role == ROLE_DEFER ? OUTCOME_DEFERRED
                   : expired          ? OUTCOME_EXPIRED
                                      : OUTCOME_BOUNCED;
    out->free_text = text;
    exchange_add(out, FIELD_RECIPIENT_LIST, recipients_of(row));
    event_add(out, FIELD_RELAY, STR("none"));
    exchange_add(out, FIELD_HELO, row->values[COLUMN_SERVER_HOSTNAME]);
    exchange_add(out, FIELD_DSN, status_in(text));
    exchange_add(out, FIELD_TEXT, text);
}

static void expand(const struct row *row, struct event *out)
{
    out->kind = EVENT_EXPANDED;
    exchange_add(out, FIELD_RECIPIENT_LIST, recipients_of(row));
    exchange_add(out, FIELD_ORIG_RECIPIENT, row->values[COLUMN_RELATED_RECIPIENT]);
}

static void notify(const struct row *row, struct event *out)
{
    out->kind = EVENT_MESSAGE_ID;
    out->generation = GENERATION_SELF_ID;
    exchange_add(out, FIELD_MESSAGE_ID, message_id_of(row));
}

/* Some recipients go on under an id of their own: only before ids stayed the same. */
static void fork(const struct row *row, struct event *out)
{
    struct str id = queue_id_of(row), reference = row->values[COLUMN_REFERENCE];
    if (id.ptr == row->values[COLUMN_INTERNAL_MESSAGE_ID].ptr && is_digits(reference)) {
        out->kind = EVENT_PICKUP;
        out->generation = GENERATION_START;
        event_add(out, FIELD_ORIG_ID, reference);
    }
}

static void fill(const struct row *row, enum role role, struct event *out)
{
    switch (role) {
    case ROLE_RECEIVE:
        receive(row, out);
        break;
    case ROLE_SEND:
        send(row, out);
        break;
    case ROLE_DELIVER:
        deliver(row, out);
        break;
    case ROLE_FAIL:
    case ROLE_DEFER:
        try(row, role, out);
        break;
    case ROLE_EXPAND:
        expand(row, out);
        break;
    case ROLE_NOTIFY:
        notify(row, out);
        break;
    case ROLE_FORK:
        fork(row, out);
        break;
    case ROLE_HOLD:
        out->kind = EVENT_HELD;
        break;
    case ROLE_DROP:
        out->kind = EVENT_DISCARDED;
        break;
    case ROLE_NOTE:
        break;
    }
}

/* What every row has, unless its event gave it a meaning of its own. */
static void add_rest(const struct row *row, struct event *out)
{
    static const struct {
        uint8_t column, field;
    } rest[] = {
        {COLUMN_SOURCE, FIELD_SERVICE},
        {COLUMN_CONNECTOR_ID, FIELD_STAGE},
        {COLUMN_INTERNAL_MESSAGE_ID, FIELD_MAIL_ID},

        {COLUMN_RECIPIENT_STATUS, FIELD_STATUS},
        {COLUMN_RELATED_RECIPIENT, FIELD_ORIG_RECIPIENT},
        {COLUMN_TOTAL_BYTES, FIELD_SIZE},
        {COLUMN_RECIPIENT_COUNT, FIELD_NRCPT},
        {COLUMN_REFERENCE, FIELD_RESENT_MESSAGE_ID},
        {COLUMN_SUBJECT, FIELD_SUBJECT},
        {COLUMN_SENDER, FIELD_FROM_HEADER},
        {COLUMN_RETURN_PATH, FIELD_SENDER},
        {COLUMN_MESSAGE_INFO, FIELD_DELAYS},
        {COLUMN_DIRECTIONALITY, FIELD_FLAGS},
        {COLUMN_CLIENT_IP, FIELD_PEER},
        {COLUMN_CLIENT_HOSTNAME, FIELD_CLIENT_NAME},
        {COLUMN_SERVER_IP, FIELD_SERVER_IP},
        {COLUMN_SERVER_HOSTNAME, FIELD_RELAY},
        {COLUMN_ORIGINAL_CLIENT_IP, FIELD_ORIG_CLIENT_IP},
        {COLUMN_SOURCE_CONTEXT, FIELD_SESSION},
        {COLUMN_CUSTOM_DATA, FIELD_DETAIL},
        {COLUMN_SCHEMA_VERSION, FIELD_VERSION},
    };
    if (!event_get(out, FIELD_MESSAGE_ID).ptr)
        exchange_add(out, FIELD_MESSAGE_ID, message_id_of(row));
    if (!event_get(out, FIELD_RECIPIENT_LIST).ptr)
        exchange_add(out, FIELD_RECIPIENT_LIST, recipients_of(row));
    for (size_t i = 0; i < sizeof rest / sizeof *rest; i++)
        if (!event_get(out, rest[i].field).ptr)
            exchange_add(out, rest[i].field, row->values[rest[i].column]);
}

bool exchange_tracking(const struct row *row, struct event *out)
{
    const char *what;
    enum role role;
    if (!find_event(row->values[COLUMN_EVENT_ID], &what, &role) ||
        row->values[COLUMN_SOURCE].len == 0)
        return false;
    event_begin(out, EVENT_NOTE, what);
    struct str id = queue_id_of(row);
    if (id.len)
        event_add(out, FIELD_QUEUE_ID, id);
    else
        role = ROLE_NOTE;
    event_add(out, FIELD_ACTION, row->values[COLUMN_EVENT_ID]);
    fill(row, role, out);
    add_rest(row, out);
    return true;
}
