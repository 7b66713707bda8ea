#include "skew.h"

#include <stdlib.h>

#include "store_internal.h"
#include "told.h"

/* Both lines of a pair are written within a second or two of each other; of fewer pairs, or pairs
 * that disagree, nothing is concluded. */
enum { PAIRS_LEAST = 5, SKEW_LEAST_SEC = 3, SPREAD_MOST_SEC = 2 };
/* Further apart they are hardly the same event. */
#define SKEW_MOST_USEC ((int64_t)3600 * USEC_PER_SEC)

/* One event: usec is what the clock of b shows more than that of a, whose name sorts first. */
struct sighting {
    uint32_t a, b; /* hosts */
    int64_t usec;
};

struct sightings {
    const struct settlement *settlement;
    struct sighting *items;
    uint32_t count;
};

static struct str name_of(const struct sightings *s, uint32_t host)
{
    return intern_get(&s->settlement->store->intern, host);
}

static void add(struct sightings *s, uint32_t host, struct moment when, uint32_t other,
                struct moment other_when)
{
    if (host == other || when.run == NO_RUN || other_when.run == NO_RUN || !name_of(s, host).len ||
        !name_of(s, other).len)
        return;
    int64_t usec = settlement_utc(s->settlement, other_when) - settlement_utc(s->settlement, when);
    if (usec < -SKEW_MOST_USEC || usec > SKEW_MOST_USEC)
        return;
    bool ordered = str_compare(name_of(s, host), name_of(s, other)) < 0;
    s->items[s->count++] =
        ordered ? (struct sighting){host, other, usec} : (struct sighting){other, host, -usec};
}

/* The last line about a message here is that of its only delivery: to the host that then has it. */
static bool went_at_once(const struct store *store, const struct fragment *parent)
{
    uint32_t at = parent->recipients, child = at ? store->recipients[at - 1].child : 0;
    for (; at; at = store->recipients[at - 1].next)
        if (store->recipients[at - 1].outcome != OUTCOME_SENT ||
            store->recipients[at - 1].child != child)
            return false;
    return parent->recipients != 0;
}

static void add_hops(struct sightings *s)
{
    const struct store *store = s->settlement->store;
    for (uint32_t i = 0; i < store->fragment_count; i++) {
        const struct fragment *child = &store->fragments[i];
        uint32_t parent = s->settlement->parents[i];
        if (parent == NO_FRAGMENT || s->settlement->parent_kinds[i] != EDGE_QUEUED_AS ||
            !went_at_once(store, &store->fragments[parent]))
            continue;
        const struct fragment *from = &store->fragments[parent];
        add(s, from->host, from->last, child->host,
            child->queued.run == NO_RUN ? child->submitted : child->queued);
    }
}

static void add_handed(struct sightings *s)
{
    const struct store *store = s->settlement->store;
    for (uint32_t i = 0; i < store->handed_count; i++) {
        const struct handed *h = &store->handed_list[i];
        if (!h->fragment)
            continue;
        const struct fragment *f = &store->fragments[h->fragment - 1];
        add(s, h->host, h->when, f->host, f->submitted);
    }
}

/* A proxy and the server behind it log a login under one session id. */
static void add_logins(struct sightings *s)
{
    uint32_t count;
    struct access **logins = logins_by_session(s->settlement->store, &count);
    for (uint32_t i = 1; i < count; i++)
        if (logins[i - 1]->session == logins[i]->session && logins[i - 1]->told != logins[i]->told)
            add(s, logins[i - 1]->host, logins[i - 1]->when, logins[i]->host, logins[i]->when);
    free(logins);
}

static int by_hosts_and_usec(const void *a, const void *b)
{
    const struct sighting *x = a, *y = b;
    if (x->a != y->a)
        return x->a < y->a ? -1 : 1;
    if (x->b != y->b)
        return x->b < y->b ? -1 : 1;
    return (x->usec > y->usec) - (x->usec < y->usec);
}

static int by_usec(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* Half of the pairs lie no further from the median than this. */
static int64_t spread_of(const struct sighting *items, uint32_t count, int64_t median)
{
    int64_t *off = xcalloc(count, sizeof *off);
    for (uint32_t i = 0; i < count; i++)
        off[i] = llabs(items[i].usec - median);
    qsort(off, count, sizeof *off, by_usec);
    int64_t spread = off[count / 2];
    free(off);
    return spread;
}

/* items are all of one pair of hosts, in order. */
static bool judge(const struct sightings *s, const struct sighting *items, uint32_t count,
                  struct clock_skew *ret)
{
    int64_t median = items[count / 2].usec, size = llabs(median);
    if (count < PAIRS_LEAST || size < SKEW_LEAST_SEC * USEC_PER_SEC ||
        spread_of(items, count, median) > SPREAD_MOST_SEC * USEC_PER_SEC)
        return false;
    *ret = (struct clock_skew){.host = name_of(s, median < 0 ? items->b : items->a),
                               .behind = name_of(s, median < 0 ? items->a : items->b),
                               .seconds = (uint32_t)((size + USEC_PER_SEC / 2) / USEC_PER_SEC),
                               .pairs = count};
    return true;
}

static int by_names(const void *a, const void *b)
{
    const struct clock_skew *x = a, *y = b;
    int order = str_compare(x->host, y->host);
    return order ? order : str_compare(x->behind, y->behind);
}

const struct clock_skew *skews_find(const struct settlement *settlement, struct arena *arena,
                                    uint32_t *ret_count)
{
    const struct store *store = settlement->store;
    struct sightings s = {.settlement = settlement};
    *ret_count = 0;
    if (store->host_count < 2)
        return NULL;
    s.items = xcalloc((size_t)store->fragment_count + store->handed_count + store->access_count + 1,
                      sizeof *s.items);
    add_hops(&s);
    add_handed(&s);
    add_logins(&s);
    qsort(s.items, s.count, sizeof *s.items, by_hosts_and_usec);
    struct clock_skew *skews = arena_alloc(arena, ((size_t)s.count + 1) * sizeof *skews);
    for (uint32_t from = 0, to; from < s.count; from = to) {
        for (to = from;
             to < s.count && s.items[to].a == s.items[from].a && s.items[to].b == s.items[from].b;
             to++)
            ;
        *ret_count += judge(&s, s.items + from, to - from, &skews[*ret_count]);
    }
    free(s.items);
    qsort(skews, *ret_count, sizeof *skews, by_names);
    return skews;
}
