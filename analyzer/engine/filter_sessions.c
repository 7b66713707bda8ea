#include <stdlib.h>

#include "settle.h"
#include "store_internal.h"

/* Which message went into a session of the filter: an answer that names the session. */
struct handing {
    uint32_t host, session, fragment;
};

static int by_session(const void *a, const void *b)
{
    const struct handing *x = a, *y = b;
    if (x->session != y->session)
        return x->session < y->session ? -1 : 1;
    if (x->host != y->host)
        return x->host < y->host ? -1 : 1;
    return (x->fragment > y->fragment) - (x->fragment < y->fragment);
}

static const struct handing *find(const struct handing *all, uint32_t count, uint32_t host,
                                  uint32_t session)
{
    uint32_t low = 0, high = count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        const struct handing *at = &all[middle];
        if (at->session < session || (at->session == session && at->host < host))
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < count && all[low].session == session && all[low].host == host;
    return found ? &all[low] : NULL;
}

static bool names(const struct store *store, uint32_t fragment, uint64_t to)
{
    for (uint32_t at = store->fragments[fragment].recipients; at;
         at = store->recipients[at - 1].next)
        if (store->recipients[at - 1].to == to || store->recipients[at - 1].original == to)
            return true;
    return false;
}

/* The recipients of the message that are those of the next ID, too, go on there. */
static void lead_on(struct store *store, const struct handing *handing, const struct edge *edge)
{
    uint32_t child = store->latest[edge->child_id];
    while (child && store->fragments[child - 1].host != edge->host)
        child = store->fragments[child - 1].older == NO_FRAGMENT
                    ? 0
                    : store->fragments[child - 1].older + 1;
    if (!child)
        return;
    for (uint32_t at = store->fragments[handing->fragment].recipients; at;
         at = store->recipients[at - 1].next) {
        struct recipient *r = &store->recipients[at - 1];
        if (r->child == handing->session && !r->relay_text && names(store, child - 1, r->to))
            r->child = edge->child_id;
    }
}

static bool is_unknown(const struct store *store, uint32_t queue_id)
{
    return queue_id && !store->latest[queue_id];
}

void filter_sessions_settle(struct store *store)
{
    struct handing *all = xcalloc(store->edge_count + 1, sizeof *all);
    uint32_t count = 0;
    for (uint32_t i = 0; i < store->edge_count; i++) {
        const struct edge *e = &store->edges[i];
        if (e->kind == EDGE_QUEUED_AS && e->parent_fragment != NO_FRAGMENT &&
            is_unknown(store, e->child_id))
            all[count++] = (struct handing){e->host, e->child_id, e->parent_fragment};
    }
    if (count)
        qsort(all, count, sizeof *all, by_session);
    for (uint32_t i = 0; i < store->edge_count; i++) {
        struct edge *e = &store->edges[i];
        if (e->kind != EDGE_FILTER || e->parent_fragment != NO_FRAGMENT ||
            !is_unknown(store, e->parent_id))
            continue;
        const struct handing *handing = find(all, count, e->host, e->parent_id);
        if (!handing)
            continue;
        e->parent_fragment = handing->fragment;
        lead_on(store, handing, e);
    }
    free(all);
}
