#include "zimbra.h"

#include "address_list.h"
#include "envelope_zimbra.h"
#include "parser.h"

enum daemon { MAILBOXD, OTHER_DAEMON };

/* Of a key that stands twice the first is right: the server's own stand before what the client
 * calls itself. */
static void keep_pair(struct str key, struct str value, struct zimbra_line *line, struct str *ip)
{
    const struct {
        struct str key, *slot;
    } slots[] = {{STR("name"), &line->name},       {STR("aname"), &line->acting},
                 {STR("oip"), &line->claimed},     {STR("ip"), ip},
                 {STR("oproto"), &line->protocol}, {STR("ua"), &line->agent},
                 {STR("soapId"), &line->soap_id}};
    for (size_t i = 0; i < sizeof slots / sizeof *slots; i++)
        if (str_eq(key, slots[i].key) && !slots[i].slot->ptr)
            *slots[i].slot = value;
}

/* "[name=a@b;oip=1.2.3.4;] ", "[] ": values may hold brackets, so that only pairs lead to the end.
 * Releases add keys. */
static bool take_context(struct str *text, struct zimbra_line *line)
{
    struct str rest = *text, key, value, ip = {NULL, 0};
    if (str_take(&rest, STR("[] ")) || str_take(&rest, STR("[...] "))) {
        *text = rest;
        return true;
    }
    if (!str_take(&rest, STR("[")))
        return true; /* older versions leave an empty one out */
    while (envelope_zimbra_pair(&rest, &key, &value))
        keep_pair(key, value, line, &ip);
    if (!str_take(&rest, STR("] ")))
        return false;
    line->client = line->claimed.ptr ? address_list_client(line->claimed) : ip;
    if (str_eq(line->client, line->claimed))
        line->claimed.ptr = NULL;
    *text = rest;
    return true;
}

static bool take_apart(struct str text, struct zimbra_line *ret)
{
    *ret = (struct zimbra_line){.thread = {NULL, 0}};
    if (!envelope_zimbra_level(&text) || !str_take(&text, STR("[")))
        return false;
    if (str_starts(text, STR("...] "))) /* elided by who quotes it: thread and context in one */
        text = str_skip(text, 5);
    else if (!str_cut(&text, STR("] "), &ret->thread) || !take_context(&text, ret))
        return false;
    ret->message = text;
    return envelope_zimbra_category(&ret->message, &ret->category);
}

static bool is_smtp(struct str protocol)
{
    return str_eq_nocase(protocol, STR("smtp"));
}

/* What an address did, in the words of the engine. The administrator's port is also where the SMTP
 * server asks for its clients. */
static struct str service_of(const struct zimbra_line *line, struct str protocol)
{
    if (is_smtp(line->protocol) || is_smtp(protocol))
        return STR("smtp");
    if (str_eq(protocol, STR("imap")) || str_eq(protocol, STR("pop3")))
        return protocol;
    if (str_starts(line->thread, STR("Imap")))
        return STR("imap");
    if (str_starts(line->thread, STR("Pop3")))
        return STR("pop3");
    if (str_find(line->thread, STR("/service/admin/soap")) >= 0)
        return STR("admin");
    return STR("webmail");
}

void zimbra_add_client(const struct zimbra_line *line, struct str user, struct str protocol,
                       struct event *out)
{
    if (user.len)
        event_add(out, FIELD_SASL_USERNAME, user);
    if (line->client.len)
        event_add(out, FIELD_CLIENT_IP, line->client);
    if (line->claimed.ptr)
        event_add(out, FIELD_PEER, line->claimed);
    event_add(out, FIELD_SERVICE, service_of(line, protocol));
    if (protocol.len)
        event_add(out, FIELD_PROTOCOL, protocol);
    if (line->agent.len)
        event_add(out, FIELD_USER_AGENT, line->agent);
}

/* ZimbraLog's, and classes that log under their own name. */
static bool is_category(struct str category)
{
    static const char *const categories[] = {
        "misc",     "index",   "search",     "redolog",   "lmtp",     "smtp",      "nio",
        "imap",     "imap-d",  "pop",        "mailbox",   "calendar", "im",        "account",
        "autoprov", "gal",     "ldap",       "acl",       "security", "soap",      "SoapEngine",
        "session",  "net",     "op",         "purge",     "mailop",   "cache",     "dav",
        "io",       "store",   "datasource", "rootevent", "feed",     "sync",      "syncstate",
        "ews",      "contact", "filter",     "backup",    "dbconn",   "dbpool",    "perf",
        "mailbox",  "system",  "extensions", "zimlet",    "doc",      "ephemeral", NULL};
    for (const char *const *known = categories; *known; known++)
        if (str_eq(category, str_of(*known)))
            return true;
    return false;
}

static bool other_kind(const struct zimbra_line *line, struct event *out)
{
    if (!is_category(line->category) || !template_event(zimbra_kinds, line->message, false, out))
        return false;
    if (line->name.len)
        event_add(out, FIELD_MAILBOX, line->name);
    if (line->client.len)
        event_add(out, FIELD_PEER, line->client);
    return true;
}

static enum ownership owns(struct str program, uint16_t *ret_daemon)
{
    static const char *const mailboxd[] = {"zimbra-mailbox", "zimbra-audit", "mailboxd",
                                           "zmmailboxd",     "mailboxlog",   "auditlog"};
    static const char *const daemons[] = {"zmconfigd", "zimbramon", "zmmtaconfig", "zmmailboxdmgr"};
    for (size_t i = 0; i < sizeof mailboxd / sizeof *mailboxd; i++)
        if (str_eq(program, str_of(mailboxd[i]))) {
            *ret_daemon = MAILBOXD;
            return OWNS;
        }
    for (size_t i = 0; i < sizeof daemons / sizeof *daemons; i++)
        if (str_eq(program, str_of(daemons[i]))) {
            *ret_daemon = OTHER_DAEMON;
            return OWNS;
        }
    return OWNS_NOT;
}

static bool parse(struct str text, const struct context *context, struct event *out)
{
    struct zimbra_line line;
    if (context->daemon == OTHER_DAEMON)
        return template_event(zimbra_daemons, text, false, out);
    envelope_zimbra_second_clock(&text);
    return take_apart(text, &line) &&
           (zimbra_login(&line, out) || zimbra_mail(&line, out) || other_kind(&line, out));
}

extern const struct parser zimbra_parser;
const struct parser zimbra_parser = {.name = "zimbra", .owns = owns, .parse = parse};
