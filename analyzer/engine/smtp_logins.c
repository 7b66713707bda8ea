#include <stdlib.h>

#include "sessions.h"
#include "told.h"

/* Between the MTA's lines of a session and the other log's line of its login. */
#define SESSION_SLACK_USEC ((int64_t)5 * USEC_PER_SEC)
#define SESSION_MAX_USEC ((int64_t)3600 * USEC_PER_SEC)

/* A session of the MTA. */
struct session {
    uint32_t user; /* joined_user, 0: it logged in, the MTA does not say who */
    uint32_t index;
    int64_t first, last;
    bool taken;
};

struct known {
    const struct joined *joined;
    struct session *items;
    uint32_t count;
    struct store *store;
};

static int by_user_and_time(const void *a, const void *b)
{
    const struct session *x = a, *y = b;
    if (x->user != y->user)
        return x->user < y->user ? -1 : 1;
    if (x->first != y->first)
        return x->first < y->first ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

static void collect(struct known *s)
{
    s->items = xcalloc(s->store->connection_count + 1, sizeof *s->items);
    for (uint32_t i = 0; i < s->store->connection_count; i++) {
        const struct connection *c = &s->store->connections[i];
        int64_t first = joined_utc(s->joined, c->first), last = joined_utc(s->joined, c->last);
        if (first != TIME_NONE && (c->user || c->auth_ok))
            s->items[s->count++] =
                (struct session){joined_user(s->joined, c->user), i, first, last, false};
    }
    if (s->count)
        qsort(s->items, s->count, sizeof *s->items, by_user_and_time);
}

/* First session of that user which began at or after usec. */
static uint32_t lower(const struct known *s, uint32_t user, int64_t usec)
{
    uint32_t low = 0, high = s->count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        const struct session *at = &s->items[middle];
        if (at->user < user || (at->user == user && at->first < usec))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool same_ip(const struct store *store, uint32_t a, uint32_t b)
{
    struct ip x, y;
    return ip_parse(intern_get(&store->intern, a), &x) &&
           ip_parse(intern_get(&store->intern, b), &y) && memcmp(&x, &y, sizeof x) == 0;
}

static bool covers(const struct session *session, int64_t usec)
{
    return session->first - SESSION_SLACK_USEC <= usec &&
           usec <= session->last + SESSION_SLACK_USEC;
}

/* The session of that account around that time: from the same address, else from one behind which
 * somebody else stands. */
static struct session *of_user(struct known *s, const struct access *a, int64_t usec)
{
    struct session *hidden = NULL;
    uint32_t user = joined_user(s->joined, a->name);
    for (uint32_t i = lower(s, user, usec - SESSION_MAX_USEC);
         i < s->count && s->items[i].user == user && s->items[i].first <= usec + SESSION_SLACK_USEC;
         i++) {
        struct session *at = &s->items[i];
        const struct connection *c = &s->store->connections[at->index];
        if (at->taken || !covers(at, usec) || !joined_same_user(s->store, c->user, a->name))
            continue;
        if (same_ip(s->store, c->ip, a->ip))
            return at;
        if (!hidden && joined_is_inner(s->joined, c->ip))
            hidden = at;
    }
    return hidden;
}

/* The only session from that address that logged in around that time, where the MTA names nobody.
 */
static struct session *of_address(struct known *s, const struct access *a, int64_t usec)
{
    struct session *found = NULL;
    for (uint32_t i = lower(s, 0, usec - SESSION_MAX_USEC);
         i < s->count && s->items[i].user == 0 && s->items[i].first <= usec + SESSION_SLACK_USEC;
         i++) {
        struct session *at = &s->items[i];
        if (at->taken || !covers(at, usec) ||
            !same_ip(s->store, s->store->connections[at->index].ip, a->ip))
            continue;
        if (found)
            return NULL;
        found = at;
    }
    return found;
}

/* The access becomes the session's own. */
static void give(struct store *store, struct session *session, struct access *access)
{
    struct connection *c = &store->connections[session->index];
    session->taken = true;
    if (!c->user)
        c->user = access->name;
    if (access->ip && !same_ip(store, c->ip, access->ip)) {
        access->server_ip = c->ip;
        c->ip = access->ip;
        c->client_name = 0;
        c->told_ip = true;
    }
    access->told = true;
    access->connection = session->index + 1;
}

static bool was_told(const struct connection *connection)
{
    return connection->told_ip;
}

/* Messages have the address of their session. */
static void give_to_messages(struct store *store)
{
    struct sessions told;
    sessions_init(&told, store, was_told);
    for (uint32_t i = 0; told.count && i < store->fragment_count; i++) {
        struct fragment *f = &store->fragments[i];
        const struct connection *c = f->user && !f->orig_ip ? sessions_of_message(&told, f) : NULL;
        if (c)
            f->orig_ip = c->ip;
    }
    sessions_free(&told);
}

static bool may_tell(const struct known *s, const struct access *access)
{
    return access->service == SERVICE_SMTP && access->name && !access->told &&
           joined_is_front(s->store, access->program);
}

void smtp_logins_settle(const struct joined *joined)
{
    struct known s = {.joined = joined, .store = joined->store};
    bool any = false;
    for (uint32_t i = 0; i < s.store->access_count && !any; i++)
        any = may_tell(&s, &s.store->accesses[i]);
    if (!any)
        return;
    collect(&s);
    for (uint32_t i = 0; i < s.store->access_count; i++) {
        struct access *access = &s.store->accesses[i];
        int64_t usec = joined_utc(joined, access->when);
        if (!may_tell(&s, access) || usec == TIME_NONE)
            continue;
        struct session *session = of_user(&s, access, usec);
        if (!session)
            session = of_address(&s, access, usec);
        if (session)
            give(s.store, session, access);
    }
    give_to_messages(s.store);
    free(s.items);
}
