#include "told.h"

int64_t joined_utc(const struct joined *joined, struct moment when)
{
    if (when.run == NO_RUN)
        return TIME_NONE;
    return clock_utc(&joined->maps[when.run], &joined->store->runs[when.run], when.usec);
}

static struct str user_part(struct str name)
{
    ptrdiff_t at = str_find_last_char(name, '@');
    return at > 0 ? str_head(name, (size_t)at) : name;
}

uint32_t joined_user(const struct joined *joined, uint32_t name)
{
    struct str text = intern_get(&joined->store->intern, name);
    if (!text.len)
        return 0;
    uint32_t id = intern_lower_id(&joined->store->intern, user_part(text));
    store_fit_ids(joined->store);
    return id;
}

bool joined_same_user(const struct store *store, uint32_t a, uint32_t b)
{
    struct str x = intern_get(&store->intern, a), y = intern_get(&store->intern, b);
    bool bare = str_find_char(x, '@') < 0 || str_find_char(y, '@') < 0;
    return str_eq_nocase(x, y) || (bare && str_eq_nocase(user_part(x), user_part(y)));
}

bool joined_is_inner(const struct joined *joined, uint32_t id)
{
    struct ip ip;
    struct cidr own;
    if (!ip_parse(intern_get(&joined->store->intern, id), &ip))
        return false;
    if (ip_is_loopback(&ip) || ip_is_private(&ip))
        return true;
    return joined->settings->server_ip && cidr_parse(str_of(joined->settings->server_ip), &own) &&
           cidr_has(&own, &ip);
}

bool told_is_front(struct str program)
{
    static const char *const fronts[] = {"zimbra-audit", "zimbra-mailbox", "mailboxd",
                                         "zmmailboxd",   "mailboxlog",     "auditlog",
                                         "nginx-mail",   "roundcube",      "roundcube-errors",
                                         "sogod",        "HORDE",          "horde"};
    for (size_t i = 0; i < sizeof fronts / sizeof *fronts; i++)
        if (str_eq(program, str_of(fronts[i])))
            return true;
    return false;
}

bool joined_is_front(const struct store *store, uint32_t program)
{
    return told_is_front(intern_get(&store->intern, program));
}

void told_settle(const struct joined *joined)
{
    backends_settle(joined);
    echoes_settle(joined);
    smtp_logins_settle(joined);
    webmail_settle(joined);
}
