#include "finder_internal.h"

static const enum field_id id_fields[] = {FIELD_QUEUE_ID, FIELD_ORIG_QUEUE_ID, FIELD_ORIG_ID,
                                          FIELD_CHILD, FIELD_QUEUED_AS};

bool finder_names_id(const struct finder *finder, const struct event *event)
{
    for (size_t i = 0; i < sizeof id_fields / sizeof *id_fields; i++) {
        struct str id = event_get(event, id_fields[i]);
        if (id.len && intern_find(&finder->ids, id))
            return true;
    }
    return false;
}

static struct str first_label(struct str name)
{
    ptrdiff_t dot = str_find_char(name, '.');
    return dot < 0 ? name : str_head(name, (size_t)dot);
}

/* Another server's queue ID is of use only if its log is here, or if it is this server after all.
 */
static bool is_here(const struct finder *finder, const struct event *event)
{
    struct ip ip;
    struct cidr own;
    struct str address = event_get(event, FIELD_RELAY_IP),
               name = event_get(event, FIELD_RELAY_NAME);
    const char *server_ip = finder->run->settings->server_ip;
    if (!ip_parse(address, &ip) || ip_is_loopback(&ip) || ip_is_private(&ip) ||
        intern_find(&finder->own, address))
        return true;
    if (server_ip && cidr_parse(str_of(server_ip), &own) && cidr_has(&own, &ip))
        return true;
    for (uint32_t i = 1; i < finder->hosts.count; i++)
        if (str_eq_nocase(first_label(name), first_label(intern_get(&finder->hosts, i))))
            return true;
    return false;
}

static bool is_one_of(const struct parser *parser, const char *const *names)
{
    while (*names && strcmp(parser->name, *names) != 0)
        names++;
    return *names;
}

/* The servers whose lines tell of a message by its queue ID alone. */
static bool is_plain(const struct parser *parser)
{
    static const char *const names[] = {"postfix", "amavis", "dovecot", "exim", "dkim",
                                        "rspamd",  "policy", "scanner", NULL};
    return is_one_of(parser, names);
}

bool finder_is_apart(const struct parser *parser)
{
    static const char *const names[] = {"sendmail", "opensmtpd", "exchange", NULL};
    return parser && is_one_of(parser, names);
}

static void follow_message(struct finder *finder, const struct event *event)
{
    struct str user = event_get(event, FIELD_SASL_USERNAME);
    for (size_t i = 0; i < sizeof id_fields / sizeof *id_fields; i++) {
        struct str id = event_get(event, id_fields[i]);
        if (id.len && (id_fields[i] != FIELD_QUEUED_AS || is_here(finder, event)))
            intern_id(&finder->ids, id);
    }
    if (user.len && str_find_last_char(user, '@') <= 0)
        intern_lower_id(&finder->logins, user);
}

/* Hosts and own addresses first: they say whose queue IDs are followed. */
static void learn(struct finder *finder, const struct scanned *line)
{
    struct ip ip;
    struct str own = line->class == LINE_EVENT ? event_get(&line->event, FIELD_SERVER_IP) : STR("");
    if (line->envelope.format != ENVELOPE_NONE && line->envelope.host.len)
        intern_id(&finder->hosts, line->envelope.host);
    if (own.len && ip_parse(own, &ip))
        intern_id(&finder->own, own);
}

static void each_new_line(struct finder *finder, struct scan *scan, bool messages)
{
    static const struct columns no_table = {.table = TABLE_NONE};
    for (size_t i = 0; i < finder->log_count; i++) {
        struct kept *kept = &finder->logs[i]->kept;
        for (size_t k = finder->logs[i]->looked_at; k < kept->count; k++) {
            struct block block = kept_block(&kept->items[k]);
            struct line_cursor cursor;
            struct scanned line;
            struct str text;
            line_cursor_begin(&cursor, &block);
            if (!line_cursor_next(&cursor, &block, &text))
                continue;
            scan_begin(scan, &no_table);
            scan_line(scan, text, &line);
            if (!messages)
                learn(finder, &line);
            else if (!kept->items[k].witness && !is_plain(line.parser))
                finder_give_up(finder, "a server that tells of a message in lines without its ID");
            else if (!kept->items[k].witness)
                follow_message(finder, &line.event);
            scan_forget(scan);
        }
    }
}

void finder_follow(struct finder *finder)
{
    struct scan *scan = scan_new();
    each_new_line(finder, scan, false);
    each_new_line(finder, scan, true);
    for (size_t i = 0; i < finder->log_count; i++) {
        finder->logs[i]->looked_at = finder->logs[i]->kept.count;
        if (finder->logs[i]->too_much)
            finder_give_up(finder, "too many lines");
    }
    scan_free(scan);
}
