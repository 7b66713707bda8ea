#include "hop_proofs.h"

#include <stdlib.h>

#include "store_internal.h"

/* So many events must agree, and nine of ten: a queue ID is used again. */
enum { PAIRS_LEAST = 5, AGREE_TENTHS = 9 };
#define QUARTER_USEC ((int64_t)15 * 60 * USEC_PER_SEC)

/* One side of an event: a message that left for a host, one that came in there, a login. */
enum side { SIDE_LEFT, SIDE_CAME, SIDE_LOGIN };

struct clue {
    uint64_t key;           /* of the queue ID, or of the session */
    struct str host, relay; /* relay: the host that it left for */
    struct moment when;
    uint32_t member;
    uint8_t side;
};

/* What one event says of the clock of a host. */
struct vote {
    struct str host;
    struct moment when;
    int64_t true_usec;
    int32_t quarters; /* see quarters_ahead */
    uint32_t member;
};

struct hops {
    struct member *members;
    size_t count;
    struct clock_map *const *maps;
    bool *const *known;
    struct clue *clues;
    struct vote *votes;
    uint32_t clue_count, clue_capacity, vote_count, vote_capacity;
};

static void add_clue(struct hops *h, struct clue clue)
{
    if (clue.when.run == NO_RUN || !clue.host.len)
        return;
    if (h->clue_count == h->clue_capacity) {
        h->clue_capacity = h->clue_capacity * 2 + 256;
        h->clues = xrealloc(h->clues, h->clue_capacity, sizeof *h->clues);
    }
    h->clues[h->clue_count++] = clue;
}

/* "mx.example.org[192.0.2.1]:25" */
static struct str relay_host(struct str relay)
{
    ptrdiff_t bracket = str_find_char(relay, '[');
    return bracket < 0 ? relay : str_head(relay, (size_t)bracket);
}

static void collect_messages(struct hops *h, uint32_t m)
{
    const struct store *store = &h->members[m].store;
    for (uint32_t i = 0; i < store->fragment_count; i++) {
        const struct fragment *f = &store->fragments[i];
        struct clue clue = {.host = intern_get(&store->intern, f->host), .member = m};
        if ((f->flags & FRAGMENT_SUBMITTED) && !f->user) {
            clue.key = queue_id_hash(intern_get(&store->intern, f->queue_id));
            clue.when = f->submitted;
            clue.side = SIDE_CAME;
            add_clue(h, clue);
        }
        if (!f->recipients || !store->recipients[f->recipients - 1].relay_text)
            continue;
        const struct recipient *r = &store->recipients[f->recipients - 1];
        clue.key = r->child;
        clue.when = f->last;
        clue.side = SIDE_LEFT;
        clue.relay = relay_host(intern_get(&store->intern, r->relay_text));
        add_clue(h, clue);
    }
    for (uint32_t i = 0; i < store->edge_count; i++) {
        const struct edge *e = &store->edges[i];
        if (e->kind == EDGE_QUEUED_AS && e->relay_name)
            add_clue(h, (struct clue){queue_id_hash(intern_get(&store->intern, e->child_id)),
                                      intern_get(&store->intern, e->host),
                                      relay_host(intern_get(&store->intern, e->relay_name)),
                                      e->when, m, SIDE_LEFT});
    }
}

static void collect_logins(struct hops *h, uint32_t m)
{
    const struct store *store = &h->members[m].store;
    for (uint32_t i = 0; i < store->access_count; i++) {
        const struct access *a = &store->accesses[i];
        struct str session = intern_get(&store->intern, a->session);
        if (session.len)
            add_clue(h, (struct clue){queue_id_hash(session), intern_get(&store->intern, a->host),
                                      STR(""), a->when, m, SIDE_LOGIN});
    }
}

static int by_key(const void *a, const void *b)
{
    const struct clue *x = a, *y = b;
    return (x->key > y->key) - (x->key < y->key);
}

static bool is_one_event(const struct clue *a, const struct clue *b)
{
    if (str_eq_nocase(a->host, b->host))
        return false;
    if (a->side == SIDE_LOGIN || b->side == SIDE_LOGIN)
        return a->side == b->side;
    const struct clue *left = a->side == SIDE_LEFT ? a : b, *came = left == a ? b : a;
    return came->side == SIDE_CAME && host_names_fit(left->relay, came->host);
}

/* Quarters of an hour that the stamp is ahead of the true time, within a day: the year is not known
 * yet. */
static int32_t quarters_ahead(int64_t stamped, int64_t true_usec)
{
    const int64_t day = (int64_t)SEC_PER_DAY * USEC_PER_SEC;
    int64_t ahead = ((stamped - true_usec) % day + day) % day;
    return (int32_t)((ahead + QUARTER_USEC / 2) % day / QUARTER_USEC);
}

static void vote(struct hops *h, const struct clue *known, const struct clue *unknown)
{
    const struct store *store = &h->members[known->member].store;
    if (!h->known[known->member][known->when.run] || h->known[unknown->member][unknown->when.run])
        return;
    int64_t true_usec = clock_utc(&h->maps[known->member][known->when.run],
                                  &store->runs[known->when.run], known->when.usec);
    if (h->vote_count == h->vote_capacity) {
        h->vote_capacity = h->vote_capacity * 2 + 256;
        h->votes = xrealloc(h->votes, h->vote_capacity, sizeof *h->votes);
    }
    h->votes[h->vote_count++] =
        (struct vote){unknown->host, unknown->when, true_usec,
                      quarters_ahead(unknown->when.usec, true_usec), unknown->member};
}

/* clues are of one key. */
static void pair(struct hops *h, const struct clue *clues, uint32_t count)
{
    enum { CLUES_MOST = 64 }; /* of an ID that is used again and again: too many to tell apart */
    for (uint32_t i = 0; i < count && count <= CLUES_MOST; i++)
        for (uint32_t k = i + 1; k < count; k++)
            if (is_one_event(&clues[i], &clues[k])) {
                vote(h, &clues[i], &clues[k]);
                vote(h, &clues[k], &clues[i]);
            }
}

static int by_host_and_quarters(const void *a, const void *b)
{
    const struct vote *x = a, *y = b;
    int order = str_compare(x->host, y->host);
    return order ? order : (x->quarters > y->quarters) - (x->quarters < y->quarters);
}

/* votes are of one host. */
static bool prove(struct hops *h, const struct vote *votes, uint32_t count)
{
    uint32_t best = 0, best_count = 0;
    for (uint32_t from = 0, to; from < count; from = to) {
        for (to = from; to < count && votes[to].quarters == votes[from].quarters; to++)
            ;
        best = to - from > best_count ? from : best;
        best_count = to - from > best_count ? to - from : best_count;
    }
    if (best_count < PAIRS_LEAST || best_count * 10 < count * AGREE_TENTHS)
        return false;
    for (uint32_t i = best; i < best + best_count; i++)
        clock_prove(&h->members[votes[i].member].store, votes[i].when, votes[i].true_usec);
    return true;
}

static bool is_worth_it(const struct hops *h)
{
    bool any_known = false, any_unknown = false;
    for (uint32_t m = 0; m < h->count; m++)
        for (uint32_t r = 0; r < h->members[m].store.run_count; r++) {
            any_known |= h->known[m][r];
            any_unknown |= !h->known[m][r];
        }
    return any_known && any_unknown;
}

bool hop_proofs_add(struct member *members, size_t count, struct clock_map *const *maps,
                    bool *const *known)
{
    struct hops h = {members, count, maps, known, NULL, NULL, 0, 0, 0, 0};
    bool any = false;
    if (!is_worth_it(&h))
        return false;
    for (uint32_t m = 0; m < count; m++) {
        collect_messages(&h, m);
        collect_logins(&h, m);
    }
    if (h.clue_count)
        qsort(h.clues, h.clue_count, sizeof *h.clues, by_key);
    for (uint32_t from = 0, to; from < h.clue_count; from = to) {
        for (to = from; to < h.clue_count && h.clues[to].key == h.clues[from].key; to++)
            ;
        pair(&h, h.clues + from, to - from);
    }
    if (h.vote_count)
        qsort(h.votes, h.vote_count, sizeof *h.votes, by_host_and_quarters);
    for (uint32_t from = 0, to; from < h.vote_count; from = to) {
        for (to = from; to < h.vote_count && str_eq(h.votes[to].host, h.votes[from].host); to++)
            ;
        any |= prove(&h, h.votes + from, to - from);
    }
    free(h.clues);
    free(h.votes);
    return any;
}
