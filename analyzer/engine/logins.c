#include <stdlib.h>

#include "attempts.h"

/* One failure that the MTA and the SASL server both log counts once if they are no further apart.
 */
#define SAME_FAILURE_USEC ((int64_t)10 * USEC_PER_SEC)

static uint32_t lower_name(struct settling *s, uint32_t store_id)
{
    struct str name = intern_get(&s->store->intern, store_id);
    return name.len && !str_eq(name, STR("unknown")) ? intern_lower_id(s->names, name) : 0;
}

static struct login *add_login(struct settling *s)
{
    if (s->login_count == s->login_capacity) {
        s->login_capacity = s->login_capacity * 2 + 64;
        s->logins = xrealloc(s->logins, s->login_capacity, sizeof *s->logins);
    }
    struct login *login = &s->logins[s->login_count++];
    *login = (struct login){.principal = PRINCIPAL_UNKNOWN, .count = 1};
    return login;
}

static void name_login(struct settling *s, struct login *login, uint32_t name, uint32_t host,
                       bool succeeded)
{
    login->host = host;
    if (!name)
        return;
    login->name = name;
    login->account = settle_account(s, name, host);
    if (succeeded)
        login->principal = settle_principal(s, login->account, PRINCIPAL_ACCOUNT);
}

uint32_t settle_login_of(const struct connection *connection)
{
    bool disproved = connection->by_refusal && connection->has_stats && connection->auth_ok == 0;
    return disproved ? 0 : connection->user;
}

static void from_connections(struct settling *s)
{
    s->out->principal_of_connection = xcalloc(s->store->connection_count + 1, sizeof(uint32_t));
    for (uint32_t i = 0; i < s->store->connection_count; i++) {
        s->out->principal_of_connection[i] = PRINCIPAL_UNKNOWN;
        const struct connection *c = &s->store->connections[i];
        bool seen_whole = c->first_kind == EVENT_CONNECT;
        uint32_t user = settle_login_of(c);
        if ((!user && !(c->auth_ok && (seen_whole || c->mails == 0))) || c->continues)
            continue;
        if (settle_utc(s, c->first) < s->history_usec)
            continue;
        struct login *login = add_login(s);
        name_login(s, login, user, c->host, true);
        s->out->principal_of_connection[i] = login->principal;
        login->outcome = LOGIN_OK;
        login->service = SERVICE_SMTP;
        login->ip = settle_ip(s, c->ip);
        login->client_name = lower_name(s, c->client_name);
        login->usec = settle_utc(s, c->first);
        login->last_usec = settle_utc(s, c->last);
        login->place = user ? c->place : c->last_place;
    }
    for (uint32_t i = 0; i < s->store->connection_count; i++)
        if (s->store->connections[i].continues)
            s->out->principal_of_connection[i] =
                s->out->principal_of_connection[s->store->connections[i].continues - 1];
}

static int by_session(const void *a, const void *b)
{
    const struct logout *x = a, *y = b;
    return (x->session > y->session) - (x->session < y->session);
}

static void from_accesses(struct settling *s)
{
    uint32_t count = s->store->logout_count;
    struct logout *logouts = xcalloc(count + 1, sizeof *logouts);
    if (count) {
        memcpy(logouts, s->store->logouts, count * sizeof *logouts);
        qsort(logouts, count, sizeof *logouts, by_session);
    }
    for (uint32_t i = 0; i < s->store->access_count; i++) {
        const struct access *a = &s->store->accesses[i];
        if (a->told || settle_utc(s, a->when) < s->history_usec)
            continue;
        struct logout key = {.session = a->session};
        const struct logout *logout =
            a->session && count ? bsearch(&key, logouts, count, sizeof *logouts, by_session) : NULL;
        struct login *login = add_login(s);
        name_login(s, login, a->name, a->host, true);
        login->outcome = LOGIN_OK;
        login->service = a->service;
        login->ip = settle_ip(s, a->ip);
        login->usec = login->last_usec = settle_utc(s, a->when);
        login->place = a->place;
        if (logout) {
            login->bytes_out = logout->bytes_out;
            login->last_usec = settle_utc(s, logout->when);
        }
    }
    free(logouts);
}

static int by_session_and_origin(const void *a, const void *b)
{
    const struct attempt *x = a, *y = b;
    if (x->session != y->session)
        return x->session < y->session ? -1 : 1;
    if (x->origin != y->origin)
        return x->origin > y->origin ? -1 : 1; /* FAILED_SESSION first */
    return (x->index > y->index) - (x->index < y->index);
}

static int by_ip_account_time(const void *a, const void *b)
{
    const struct attempt *x = a, *y = b;
    if (x->ip != y->ip)
        return x->ip < y->ip ? -1 : 1;
    if (x->account != y->account)
        return x->account < y->account ? -1 : 1;
    if (x->usec != y->usec)
        return x->usec < y->usec ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

static int by_ip_time(const void *a, const void *b)
{
    const struct attempt *x = a, *y = b;
    if (x->ip != y->ip)
        return x->ip < y->ip ? -1 : 1;
    if (x->usec != y->usec)
        return x->usec < y->usec ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

/* The login process and the auth process tell of the same tries, by one session id. */
static void match_sessions(struct attempt *attempts, uint32_t count)
{
    struct attempt *session = NULL;
    uint32_t tries = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct attempt *a = &attempts[i];
        if (!a->session)
            continue;
        if (a->origin == FAILED_SESSION) {
            session = a;
            tries = 0;
        } else if (session && session->session == a->session) {
            a->copy = true;
            tries += a->count;
            session->count = tries > session->count ? tries : session->count;
        }
    }
}

static bool wants_match(const struct attempt *a, bool nameless)
{
    return !a->copy && ((a->origin == FAILED_AUTH && !a->session) ||
                        (a->origin == FAILED_MTA && (!nameless || !a->account)));
}

/* Within a group in order of time: each line of the auth process takes the earliest unmatched line
 * of the MTA near it. */
static void match_group(struct attempt *attempts, uint32_t count, bool nameless)
{
    uint32_t mta = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct attempt *auth = &attempts[i];
        if (auth->origin != FAILED_AUTH || !wants_match(auth, nameless))
            continue;
        while (mta < count &&
               (attempts[mta].origin != FAILED_MTA || !wants_match(&attempts[mta], nameless) ||
                attempts[mta].usec + SAME_FAILURE_USEC < auth->usec))
            mta++;
        if (mta == count)
            return;
        if (attempts[mta].usec > auth->usec + SAME_FAILURE_USEC)
            continue;
        auth->copy = true;
        if (nameless)
            attempts[mta].account = auth->account, attempts[mta].lender = auth->index + 1;
        mta++;
    }
}

static void match_groups(struct attempt *attempts, uint32_t count, bool nameless)
{
    for (uint32_t from = 0, to; from < count; from = to) {
        for (to = from + 1; to < count && attempts[to].ip == attempts[from].ip &&
                            (nameless || attempts[to].account == attempts[from].account);
             to++)
            ;
        if (attempts[from].ip && (nameless || attempts[from].account))
            match_group(attempts + from, to - from, nameless);
    }
}

static void add_failure(struct settling *s, const struct attempt *attempt)
{
    const struct failure *f = &s->store->failures[attempt->index];
    uint32_t name = f->name;
    if (!name && attempt->lender) /* the auth process named the user the MTA did not */
        name = s->store->failures[attempt->lender - 1].name;
    struct login *login = add_login(s);
    name_login(s, login, name, f->host, false);
    login->outcome = LOGIN_FAILED;
    login->service = f->service;
    login->ip = f->ip;
    login->client_name = lower_name(s, f->client_name);
    login->count = attempt->count;
    login->usec = login->last_usec = attempt->usec;
    login->place = f->place;
}

static void from_failures(struct settling *s)
{
    uint32_t count = s->store->failure_count;
    bool told_twice = false; /* only an auth process repeats what others say */
    struct attempt *attempts = xcalloc(count + 1, sizeof *attempts);
    for (uint32_t i = 0; i < count; i++) {
        const struct failure *f = &s->store->failures[i];
        attempts[i] = (struct attempt){.usec = settle_utc(s, f->when),
                                       .ip = f->ip,
                                       .account = settle_account(s, f->name, f->host),
                                       .session = f->session,
                                       .index = i,
                                       .count = f->count,
                                       .origin = f->origin};
        told_twice |= f->origin == FAILED_AUTH;
    }
    if (told_twice) {
        qsort(attempts, count, sizeof *attempts, by_session_and_origin);
        match_sessions(attempts, count);
        qsort(attempts, count, sizeof *attempts, by_ip_account_time);
        match_groups(attempts, count, false);
        qsort(attempts, count, sizeof *attempts, by_ip_time);
        match_groups(attempts, count, true);
        attempts_unplaced(s, attempts, count, SAME_FAILURE_USEC);
    }
    for (uint32_t i = 0; i < count; i++)
        if (!attempts[i].copy && attempts[i].usec >= s->history_usec)
            add_failure(s, &attempts[i]);
    free(attempts);
}

void settle_logins(struct settling *s)
{
    from_connections(s);
    from_accesses(s);
    from_failures(s);
}
