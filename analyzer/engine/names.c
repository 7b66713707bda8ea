#include <stdlib.h>

#include "settle_internal.h"

/* Logins and what account each means. Keys are ids in names: of "user@domain", or of "user\nhost"
 * for a bare login. */
struct account_names {
    uint8_t *exists;     /* by key: it logged in or submitted */
    uint32_t *account;   /* by key: id of the account shown, 0 not decided */
    uint32_t *full;      /* by user: the only login user@local-domain, or MANY */
    uint32_t *bare_host; /* by user: the only host with a bare login of that name, or MANY */
    uint32_t capacity;
    struct asked {
        uint32_t host, account; /* 1 + id of the store; id in names, 0: not decided */
    } * asked;                  /* by login, of the store: the last answer */
};

#define MANY UINT32_MAX
enum { LOGIN_MAX = 512 };

static void fit(struct settling *s)
{
    struct account_names *a = s->accounts;
    uint32_t old = a->capacity, capacity = s->names->capacity;
    if (old >= capacity)
        return;
    a->exists = xrealloc(a->exists, capacity, sizeof *a->exists);
    a->account = xrealloc(a->account, capacity, sizeof *a->account);
    a->full = xrealloc(a->full, capacity, sizeof *a->full);
    a->bare_host = xrealloc(a->bare_host, capacity, sizeof *a->bare_host);
    memset(a->exists + old, 0, (capacity - old) * sizeof *a->exists);
    memset(a->account + old, 0, (capacity - old) * sizeof *a->account);
    memset(a->full + old, 0, (capacity - old) * sizeof *a->full);
    memset(a->bare_host + old, 0, (capacity - old) * sizeof *a->bare_host);
    a->capacity = capacity;
}

/* Hosts of one --realm are one. */
static struct str realm_of(const struct settling *s, struct str host)
{
    for (size_t i = 0; i < s->settings->realms.count; i++) {
        struct str hosts = str_of(s->settings->realms.items[i].value), one;
        while (str_cut(&hosts, STR(","), &one) || (one = hosts, hosts.len)) {
            if (str_eq_nocase(one, host))
                return str_of(s->settings->realms.items[i].key);
            if (one.ptr == hosts.ptr)
                break;
        }
    }
    return host;
}

/* A login as it is compared: its parts in lower case. */
struct login_key {
    uint32_t key, user, domain; /* ids in names; domain 0: bare */
    uint32_t host;              /* id in names, bare logins only */
};

static struct login_key key_of(struct settling *s, uint32_t login, uint32_t host)
{
    struct str name = str_head(intern_get(&s->store->intern, login), LOGIN_MAX);
    struct str scope = realm_of(s, intern_get(&s->store->intern, host));
    ptrdiff_t at = str_find_last_char(name, '@');
    struct login_key key = {0};
    if (at > 0) {
        key.key = intern_lower_id(s->names, name);
        key.user = intern_lower_id(s->names, str_head(name, (size_t)at));
        key.domain = intern_lower_id(s->names, str_skip(name, (size_t)at + 1));
    } else {
        char text[2 * LOGIN_MAX + 1];
        scope = str_head(scope, LOGIN_MAX);
        memcpy(text, name.ptr, name.len);
        text[name.len] = '\n';
        if (scope.len)
            memcpy(text + name.len + 1, scope.ptr, scope.len);
        key.key = intern_lower_id(s->names, (struct str){text, name.len + 1 + scope.len});
        key.user = intern_lower_id(s->names, name);
        key.host = intern_lower_id(s->names, scope.ptr ? scope : STR(""));
    }
    fit(s);
    return key;
}

static void saw_login(struct settling *s, uint32_t login, uint32_t host)
{
    if (!login || !intern_get(&s->store->intern, login).len)
        return;
    struct account_names *a = s->accounts;
    if (a->asked[login].host == host + 1)
        return; /* seen just before */
    a->asked[login].host = host + 1;
    struct login_key key = key_of(s, login, host);
    if (a->exists[key.key])
        return;
    a->exists[key.key] = 1;
    uint32_t *slot = key.domain ? &a->full[key.user] : &a->bare_host[key.user];
    uint32_t value = key.domain ? key.key : key.host;
    if (key.domain && !settle_is_local(s, key.domain))
        return;
    *slot = *slot == 0 || *slot == value ? value : MANY;
}

void settle_accounts(struct settling *s)
{
    s->accounts = xcalloc(1, sizeof *s->accounts);
    s->accounts->asked = xcalloc(s->store->intern.count, sizeof *s->accounts->asked);
    for (uint32_t i = 0; i < s->store->fragment_count; i++)
        saw_login(s, s->store->fragments[i].user, s->store->fragments[i].host);
    for (uint32_t i = 0; i < s->store->connection_count; i++)
        saw_login(s, settle_login_of(&s->store->connections[i]), s->store->connections[i].host);
    for (uint32_t i = 0; i < s->store->access_count; i++)
        saw_login(s, s->store->accesses[i].name, s->store->accesses[i].host);
}

void settle_accounts_free(struct settling *s)
{
    if (!s->accounts)
        return;
    free(s->accounts->exists);
    free(s->accounts->account);
    free(s->accounts->full);
    free(s->accounts->bare_host);
    free(s->accounts->asked);
    free(s->accounts);
}

/* A bare login: the one full login of that user, if there is just one; else itself, with the host
 * where another host has one too. */
static uint32_t bare_account(struct settling *s, const struct login_key *key)
{
    const struct account_names *a = s->accounts;
    if (a->full[key->user] && a->full[key->user] != MANY)
        return a->full[key->user];
    if (a->bare_host[key->user] != MANY)
        return key->user;
    struct str user = intern_get(s->names, key->user), host = intern_get(s->names, key->host);
    char *text =
        arena_printf(s->arena, "%.*s@%.*s", (int)user.len, user.ptr, (int)host.len, host.ptr);
    return intern_id(s->names, str_of(text));
}

/* A full login that never succeeded may mean an account that only ever logged in by its bare name.
 */
static uint32_t full_account(struct settling *s, const struct login_key *key)
{
    const struct account_names *a = s->accounts;
    bool only_bare = !a->exists[key->key] && a->full[key->user] == 0 && a->bare_host[key->user] &&
                     a->bare_host[key->user] != MANY;
    return only_bare && settle_is_local(s, key->domain) ? key->user : key->key;
}

uint32_t settle_account(struct settling *s, uint32_t login, uint32_t host)
{
    if (!login || !intern_get(&s->store->intern, login).len)
        return 0;
    struct asked *asked = &s->accounts->asked[login];
    if (asked->account && asked->host == host + 1)
        return asked->account;
    struct login_key key = key_of(s, login, host);
    if (!s->accounts->account[key.key]) {
        uint32_t account = key.domain ? full_account(s, &key) : bare_account(s, &key);
        fit(s);
        s->accounts->account[key.key] = account;
    }
    *asked = (struct asked){host + 1, s->accounts->account[key.key]};
    return asked->account;
}

uint32_t settle_account_domain(const struct settling *s, uint32_t account)
{
    struct str domain = address_domain(intern_get(s->names, account));
    return domain.len ? intern_find(s->names, domain) : 0;
}

bool settle_is_local(const struct settling *s, uint32_t domain)
{
    return domain && domain < s->local_domain_capacity && s->local_domain[domain];
}

void settle_learn_domain(struct settling *s, uint32_t domain)
{
    if (!domain || !intern_get(s->names, domain).len)
        return;
    if (s->local_domain_capacity < s->names->capacity) {
        s->local_domain = xrealloc(s->local_domain, s->names->capacity, 1);
        memset(s->local_domain + s->local_domain_capacity, 0,
               s->names->capacity - s->local_domain_capacity);
        s->local_domain_capacity = s->names->capacity;
    }
    s->local_domain[domain] = 1;
}

static void learn_from_login(struct settling *s, uint32_t login)
{
    struct str name = intern_get(&s->store->intern, login);
    if (login && str_find_last_char(name, '@') > 0)
        settle_learn_domain(s, intern_lower_id(s->names, address_domain(name)));
}

/* Who sends as which domain, for the domain that most of a server's accounts send as. */
struct sending {
    uint32_t domain, user;
};

static int by_domain_then_user(const void *a, const void *b)
{
    const struct sending *x = a, *y = b;
    if (x->domain != y->domain)
        return x->domain < y->domain ? -1 : 1;
    return (x->user > y->user) - (x->user < y->user);
}

static int by_user(const void *a, const void *b)
{
    const struct sending *x = a, *y = b;
    return (x->user > y->user) - (x->user < y->user);
}

static uint32_t distinct_users(struct sending *sendings, uint32_t count)
{
    uint32_t users = 0;
    qsort(sendings, count, sizeof *sendings, by_user);
    for (uint32_t i = 0; i < count; i++)
        users += i == 0 || sendings[i].user != sendings[i - 1].user;
    return users;
}

/* A domain that three accounts or more, and at least half of all, send as, is the server's own. */
static void learn_from_senders(struct settling *s)
{
    const struct store *store = s->store;
    struct sending *sendings = xcalloc(store->fragment_count, sizeof *sendings);
    uint32_t *last_sender = xcalloc(store->intern.count, sizeof *last_sender); /* by user */
    uint32_t count = 0;
    for (uint32_t i = 0; i < store->fragment_count; i++) {
        const struct fragment *f = &store->fragments[i];
        if (!f->user || last_sender[f->user] == f->sender)
            continue;
        last_sender[f->user] = f->sender;
        struct str domain =
            f->sender ? address_domain(intern_get(&store->intern, f->sender)) : STR("");
        if (domain.len)
            sendings[count++] =
                (struct sending){intern_lower_id(s->names, domain),
                                 intern_lower_id(s->names, intern_get(&store->intern, f->user))};
    }
    uint32_t users = distinct_users(sendings, count), of_domain = 0;
    qsort(sendings, count, sizeof *sendings, by_domain_then_user);
    for (uint32_t i = 0; i < count; i++) {
        bool same_domain = i > 0 && sendings[i].domain == sendings[i - 1].domain;
        if (!same_domain)
            of_domain = 0;
        of_domain += !same_domain || sendings[i].user != sendings[i - 1].user;
        if (of_domain >= 3 && of_domain * 2 >= users)
            settle_learn_domain(s, sendings[i].domain);
    }
    free(sendings);
    free(last_sender);
}

void settle_told_domains(struct settling *s)
{
    const struct store *store = s->store;
    for (size_t i = 0; i < s->settings->local_domains.count; i++)
        settle_learn_domain(
            s, intern_lower_id(s->names, str_of(s->settings->local_domains.items[i])));
    for (uint32_t i = 0; i < store->recipient_count; i++) {
        const struct recipient *r = &store->recipients[i];
        if (r->relay != RELAY_LOCAL || !r->mailbox)
            continue;
        settle_learn_domain(s, r->domain);
        settle_learn_domain(s, r->to_domain);
    }
    for (uint32_t i = 0; i < store->refused_count; i++)
        settle_learn_domain(s, store->refusals[i].own_domain);
    for (uint32_t i = 0, last = 0; i < store->fragment_count; last = store->fragments[i++].user)
        if (store->fragments[i].user != last)
            learn_from_login(s, store->fragments[i].user);
    for (uint32_t i = 0; i < store->access_count; i++)
        learn_from_login(s, store->accesses[i].name);
}

void settle_local_domains(struct settling *s)
{
    settle_told_domains(s);
    learn_from_senders(s);
}

static void learn_own(struct settling *s, struct str text)
{
    enum { OWN_MAX = 64 };
    struct cidr address;
    if (s->own_count == OWN_MAX || !cidr_parse(text, &address) || settle_is_own(s, &address.base))
        return;
    s->own[s->own_count++] = address;
}

/* "mail.example.com" for host "mail" (or itself) where people log in as somebody@example.com, or a
 * domain above it. */
static bool is_own_name(const struct settling *s, struct str name, struct str host)
{
    if (str_find_char(name, '.') < 0 || !host.len)
        return false;
    if (str_eq_nocase(name, host))
        return true;
    if (!str_starts_nocase(name, host) || name.ptr[host.len] != '.')
        return false;
    struct str domain = str_skip(name, host.len + 1);
    for (;;) {
        uint32_t id = intern_find(s->names, domain);
        ptrdiff_t dot = str_find_char(domain, '.');
        if (settle_is_local(s, id))
            return true;
        if (dot < 0)
            return false;
        domain = str_skip(domain, (size_t)dot + 1);
    }
}

/* Clients without a login that bear the server's own name, which the MTA has looked up both ways:
 * its webmail, or a mailbox server on the same machine. */
static void learn_own_names(struct settling *s)
{
    const struct store *store = s->store;
    uint8_t *asked = xcalloc(store->intern.count, 1);
    for (uint32_t i = 0; i < store->fragment_count; i++) {
        const struct fragment *f = &store->fragments[i];
        struct str name = intern_get(&store->intern, f->client_name);
        if (asked[f->ip] || f->user || !name.len || str_eq(name, STR("unknown")))
            continue;
        asked[f->ip] = 1;
        if (is_own_name(s, name, intern_get(&store->intern, f->host)))
            learn_own(s, intern_get(&store->intern, f->ip));
    }
    free(asked);
}

/* What the operator says, the addresses at which Dovecot took logins, and those from which webmail
 * handed mail over. */
void settle_own_addresses(struct settling *s)
{
    s->own = arena_alloc(s->arena, 64 * sizeof *s->own);
    if (s->settings->server_ip)
        learn_own(s, str_of(s->settings->server_ip));
    for (uint32_t i = 0; i < s->store->access_count; i++)
        if (s->store->accesses[i].server_ip)
            learn_own(s, intern_get(&s->store->intern, s->store->accesses[i].server_ip));
    for (uint32_t i = 0; i < s->store->handed_count; i++)
        if (s->store->handed_list[i].server_ip)
            learn_own(s, intern_get(&s->store->intern, s->store->handed_list[i].server_ip));
    learn_own_names(s);
}

bool settle_is_own(const struct settling *s, const struct ip *ip)
{
    for (size_t i = 0; i < s->own_count; i++)
        if (cidr_has(&s->own[i], ip))
            return true;
    return ip_is_loopback(ip);
}
