#define _GNU_SOURCE /* qsort_r */
#include <stdlib.h>

#include "attempts.h"

/* A name is lent only to a line this near: the MTA writes as soon as it has the answer. */
#define LEND_USEC ((int64_t)2 * USEC_PER_SEC)

struct unplaced {
    const struct store *store;
    struct attempt *items; /* by host and time */
    uint32_t *told;        /* how many copies of each have been found */
    uint32_t count;
};

static int compare_hosts(const void *a, const void *b, void *user)
{
    const struct store *store = user;
    const struct attempt *x = a, *y = b;
    uint32_t host_x = store->failures[x->index].host, host_y = store->failures[y->index].host;
    if (host_x != host_y)
        return host_x < host_y ? -1 : 1;
    if (x->usec != y->usec)
        return x->usec < y->usec ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

static uint32_t host_of(const struct unplaced *u, uint32_t at)
{
    return u->store->failures[u->items[at].index].host;
}

static bool is_unplaced(const struct attempt *a)
{
    return !a->copy && !a->ip && a->account && a->origin == FAILED_AUTH;
}

/* Where the attempts of that host within usec begin. */
static uint32_t window(const struct unplaced *u, uint32_t from, uint32_t at, int64_t usec)
{
    while (host_of(u, from) != host_of(u, at) || u->items[from].usec < u->items[at].usec - usec)
        from++;
    return from;
}

static bool inside(const struct unplaced *u, uint32_t i, uint32_t at, int64_t usec)
{
    return i < u->count && host_of(u, i) == host_of(u, at) &&
           u->items[i].usec <= u->items[at].usec + usec;
}

static bool is_same(const struct unplaced *u, uint32_t i, const struct attempt *auth)
{
    const struct attempt *a = &u->items[i];
    return !a->copy && a->ip && a->origin != FAILED_AUTH && a->account == auth->account &&
           u->told[i] < a->count;
}

static void find_copies(struct unplaced *u, int64_t same)
{
    for (uint32_t at = 0, from = 0; at < u->count; at++) {
        struct attempt *auth = &u->items[at];
        if (!is_unplaced(auth))
            continue;
        from = window(u, from, at, same);
        for (uint32_t i = from; inside(u, i, at, same); i++) {
            if (!is_same(u, i, auth))
                continue;
            u->told[i]++;
            auth->copy = true;
            break;
        }
    }
}

static bool is_nameless(const struct attempt *a)
{
    return !a->copy && a->ip && a->origin == FAILED_MTA && !a->account;
}

/* The first nameless failure near, if all of them are from one address. */
static struct attempt *only_address(const struct unplaced *u, uint32_t from, uint32_t at)
{
    struct attempt *found = NULL;
    for (uint32_t i = from; inside(u, i, at, LEND_USEC); i++) {
        struct attempt *a = &u->items[i];
        if (!is_nameless(a))
            continue;
        if (found && found->ip != a->ip)
            return NULL;
        found = found ? found : a;
    }
    return found;
}

static void lend_names(struct unplaced *u)
{
    for (uint32_t at = 0, from = 0; at < u->count; at++) {
        struct attempt *auth = &u->items[at];
        if (!is_unplaced(auth))
            continue;
        from = window(u, from, at, LEND_USEC);
        struct attempt *mta = only_address(u, from, at);
        if (!mta || mta->count != 1)
            continue;
        auth->copy = true;
        mta->account = auth->account;
        mta->lender = auth->index + 1;
    }
}

void attempts_unplaced(const struct settling *s, struct attempt *attempts, uint32_t count,
                       int64_t same)
{
    struct unplaced u = {s->store, attempts, NULL, count};
    bool any = false;
    for (uint32_t i = 0; i < count && !any; i++)
        any = is_unplaced(&attempts[i]);
    if (!any)
        return;
    u.told = xcalloc(count, sizeof *u.told);
    qsort_r(attempts, count, sizeof *attempts, compare_hosts, (void *)s->store);
    find_copies(&u, same);
    lend_names(&u);
    free(u.told);
}
