#include <stdlib.h>

#include "settle_internal.h"

enum { DEPTH_MAX = 8 };

struct gathering {
    struct settling *s;
    struct gathered *out;
    uint32_t root;
};

static const struct fragment *fragment_at(const struct settling *s, uint32_t index)
{
    return &s->store->fragments[index];
}

/* Operators delete without naming ids; what was open on the host then may be gone. */
static bool deleted_in_bulk(const struct settling *s, const struct fragment *f)
{
    int64_t last = settle_utc(s, f->last);
    uint32_t low = 0, high = s->bulk_count;
    while (low < high) { /* the first at or after the last line, in order of host and time */
        uint32_t middle = (low + high) / 2;
        const struct bulk_delete *b = &s->bulk[middle];
        if (b->host < f->host || (b->host == f->host && b->usec < last))
            low = middle + 1;
        else
            high = middle;
    }
    return low < s->bulk_count && s->bulk[low].host == f->host;
}

/* What the whole of the fragment says about a recipient that has no final reply. */
static uint8_t open_state(struct gathering *g, const struct fragment *f, uint8_t waiting)
{
    if (f->flags & FRAGMENT_DELETED)
        return SETTLED_REMOVED;
    if (f->flags & FRAGMENT_EXPIRED)
        return SETTLED_EXPIRED;
    if (f->flags & FRAGMENT_REMOVED)
        return SETTLED_REMOVED; /* left the queue; the line that says how is lost */
    if (f->hold == HOLD_HELD)
        return SETTLED_HELD; /* operators empty the deferred queue, and spare what they hold */
    if (!deleted_in_bulk(g->s, f))
        return waiting;
    g->out->maybe_removed = true;
    return SETTLED_QUEUED;
}

static uint8_t state_of(struct gathering *g, const struct fragment *f, const struct recipient *r)
{
    switch (r->outcome) {
    case OUTCOME_SENT:
        return SETTLED_DELIVERED;
    case OUTCOME_BOUNCED:
        return SETTLED_BOUNCED;
    case OUTCOME_EXPIRED:
        return SETTLED_EXPIRED;
    case OUTCOME_NONE:
        return open_state(g, f, SETTLED_QUEUED);
    default:
        return open_state(g, f, SETTLED_DEFERRED);
    }
}

/* Of several expansions of one recipient: reached if any was; else still open; else how it failed.
 */
static uint8_t combine(uint8_t a, uint8_t b)
{
    static const uint8_t rank[SETTLED_COUNT] = {
        [SETTLED_DELIVERED] = 6, [SETTLED_DEFERRED] = 5, [SETTLED_QUEUED] = 4, [SETTLED_HELD] = 3,
        [SETTLED_BOUNCED] = 2,   [SETTLED_EXPIRED] = 1,  [SETTLED_REMOVED] = 0};
    return rank[a] >= rank[b] ? a : b;
}

/* Children of a fragment: a chain in order of their first lines. */
static uint32_t next_child(const struct settling *s, uint32_t parent, uint32_t child)
{
    return child == NO_FRAGMENT ? s->first_child[parent] : s->next_sibling[child];
}

static bool is_called(const struct settling *s, const struct fragment *f, const struct recipient *r)
{
    if (r->relay_text)
        return queue_id_hash(intern_get(&s->store->intern, f->queue_id)) == r->child;
    return f->queue_id == r->child;
}

static uint32_t child_called(const struct settling *s, uint32_t parent, const struct recipient *r)
{
    for (uint32_t c = next_child(s, parent, NO_FRAGMENT); c != NO_FRAGMENT;
         c = next_child(s, parent, c))
        if (s->out->parent_kinds[c] != EDGE_NOTIFICATION && is_called(s, fragment_at(s, c), r))
            return c;
    return NO_FRAGMENT;
}

/* Asked for, and replaced by others before any try: what became of them is what became of it. */
static bool is_replaced(const struct gathering *g, const struct fragment *f,
                        const struct recipient *r)
{
    const struct recipient *all = g->s->store->recipients;
    if (!(f->flags & FRAGMENT_EXPANDED) || r->outcome != OUTCOME_NONE || r->renamed)
        return false;
    for (uint32_t at = f->recipients; at; at = all[at - 1].next)
        if (all[at - 1].renamed && all[at - 1].original == r->original)
            return true;
    return false;
}

/* One in the place of another, but asked for too: it is tried once. */
static const struct recipient *tried(const struct gathering *g, const struct fragment *f,
                                     const struct recipient *r)
{
    const struct recipient *all = g->s->store->recipients;
    if ((f->flags & FRAGMENT_EXPANDED) && r->outcome == OUTCOME_NONE && r->renamed)
        for (uint32_t at = f->recipients; at; at = all[at - 1].next)
            if (all[at - 1].to == r->to && all[at - 1].outcome != OUTCOME_NONE)
                return &all[at - 1];
    return r;
}

/* The end of one address in a fragment, followed through the next hops. */
static bool follow(struct gathering *g, uint32_t index, uint64_t address, unsigned depth,
                   uint8_t *ret, uint8_t *reason);

static bool is_final(uint8_t state)
{
    return state == SETTLED_DELIVERED || state == SETTLED_BOUNCED;
}

static uint8_t end_of(struct gathering *g, uint32_t index, const struct recipient *r,
                      unsigned depth, uint8_t *reason)
{
    uint32_t child = r->child && depth < DEPTH_MAX ? child_called(g->s, index, r) : NO_FRAGMENT;
    uint8_t state, later;
    *reason = r->reason;
    if (child == NO_FRAGMENT)
        state = state_of(g, fragment_at(g->s, index), r);
    else if (!follow(g, child, r->to, depth + 1, &state, reason))
        state = open_state(g, fragment_at(g->s, child), SETTLED_QUEUED);
    /* Re-queued, or taken by a filter whose answer was lost: what is not done here may be done
     * under the new id. */
    for (uint32_t c = next_child(g->s, index, NO_FRAGMENT); c != NO_FRAGMENT && depth < DEPTH_MAX;
         c = next_child(g->s, index, c))
        if (g->s->out->parent_kinds[c] != EDGE_NOTIFICATION && !is_final(state) &&
            follow(g, c, r->to, depth + 1, &later, reason))
            state = later;
    return state;
}

/* Every recipient of the fragment that is, or was rewritten from, the address. */
static bool follow(struct gathering *g, uint32_t index, uint64_t address, unsigned depth,
                   uint8_t *ret, uint8_t *reason)
{
    const struct store *store = g->s->store;
    bool found = false;
    for (uint32_t at = fragment_at(g->s, index)->recipients; at;
         at = store->recipients[at - 1].next) {
        const struct recipient *r = &store->recipients[at - 1];
        if ((r->to != address && r->original != address) ||
            is_replaced(g, fragment_at(g->s, index), r))
            continue;
        uint8_t state = end_of(g, index, tried(g, fragment_at(g->s, index), r), depth, reason);
        *ret = found ? combine(*ret, state) : state;
        found = true;
    }
    return found;
}

static struct recipient_fact *find_fact(struct gathered *out, uint64_t address, uint32_t hint)
{
    for (uint32_t n = 0; n < out->count; n++) {
        struct recipient_fact *fact = &out->recipients[(hint + n) % out->count];
        if (fact->address == address)
            return fact;
    }
    return NULL;
}

static void add_fact(struct gathering *g, const struct recipient *r, uint8_t state, uint8_t reason)
{
    struct gathered *out = g->out;
    struct recipient_fact *fact = r->renamed ? find_fact(out, r->original, 0) : NULL;
    bool local = r->relay == RELAY_LOCAL;
    if (fact) {
        fact->settled = combine(fact->settled, state);
        fact->local |= local;
        return;
    }
    if (out->count == out->capacity) {
        out->capacity = out->capacity * 2 + 64;
        out->recipients = xrealloc(out->recipients, out->capacity, sizeof *out->recipients);
    }
    out->recipients[out->count++] = (struct recipient_fact){.address = r->original,
                                                            .domain = r->domain,
                                                            .settled = state,
                                                            .reason = reason,
                                                            .local = local};
}

/* Was a delivery tried? A rule that holds a message names one recipient, and only that. */
static bool is_tried(const struct settling *s, const struct fragment *f)
{
    for (uint32_t at = f->recipients; at; at = s->store->recipients[at - 1].next)
        if (s->store->recipients[at - 1].outcome != OUTCOME_NONE)
            return true;
    return false;
}

/* The hop whose recipients are all that is known: the root itself, or what came out of it where
 * its own lines try none. */
static uint32_t named_fragment(const struct settling *s, uint32_t root)
{
    for (unsigned n = 0; n < DEPTH_MAX && !is_tried(s, fragment_at(s, root)); n++) {
        uint32_t child = next_child(s, root, NO_FRAGMENT);
        while (child != NO_FRAGMENT && s->out->parent_kinds[child] == EDGE_NOTIFICATION)
            child = next_child(s, root, child);
        if (child == NO_FRAGMENT ||
            (!fragment_at(s, child)->recipients && fragment_at(s, root)->recipients))
            return root;
        root = child;
    }
    return root;
}

static void see_hops(struct gathering *g, uint32_t index, unsigned depth)
{
    const struct fragment *f = fragment_at(g->s, index);
    int64_t last = settle_utc(g->s, f->last);
    if (last > g->out->last_usec)
        g->out->last_usec = last;
    if (index != g->root)
        g->out->last_queue_id = f->queue_id;
    for (uint32_t c = next_child(g->s, index, NO_FRAGMENT); c != NO_FRAGMENT && depth < DEPTH_MAX;
         c = next_child(g->s, index, c))
        if (g->s->out->parent_kinds[c] != EDGE_NOTIFICATION)
            see_hops(g, c, depth + 1);
}

void settle_gather(struct settling *s, uint32_t root, struct gathered *ret)
{
    struct gathering g = {s, ret, root};
    uint32_t index = named_fragment(s, root);
    const struct fragment *f = fragment_at(s, index);
    ret->count = ret->unnamed = 0;
    ret->expanded = ret->open = ret->maybe_removed = false;
    ret->last_queue_id = 0;
    ret->last_usec = INT64_MIN;
    bool renamed = false;
    for (uint32_t at = f->recipients; at; at = s->store->recipients[at - 1].next) {
        const struct recipient *r = &s->store->recipients[at - 1];
        if (is_replaced(&g, f, r))
            continue;
        uint8_t reason, state = end_of(&g, index, tried(&g, f, r), 0, &reason);
        ret->open |= state == SETTLED_HELD || state == SETTLED_DEFERRED || state == SETTLED_QUEUED;
        renamed |= r->renamed;
        add_fact(&g, r, state, reason);
    }
    uint32_t wanted = fragment_at(s, root)->nrcpt ? fragment_at(s, root)->nrcpt : f->nrcpt,
             named = f->flags & FRAGMENT_ASKED ? ret->count : f->recipient_count;
    if (wanted > named) {
        ret->unnamed = wanted - named;
        ret->unnamed_settled = open_state(&g, f, SETTLED_QUEUED);
        ret->expanded = renamed;
        ret->open |= ret->unnamed_settled == SETTLED_HELD || ret->unnamed_settled == SETTLED_QUEUED;
    }
    see_hops(&g, root, 0);
}

/* Asked for alike, by an address before it. */
static bool is_repeated(const struct settling *s, const struct fragment *f,
                        const struct recipient *r)
{
    const struct recipient *all = s->store->recipients;
    for (uint32_t at = f->recipients; r->renamed && &all[at - 1] != r; at = all[at - 1].next)
        if (all[at - 1].original == r->original)
            return true;
    return false;
}

bool settle_is_done(struct settling *s, const struct fragment *f)
{
    const struct gathering g = {.s = s};
    uint32_t named = 0;
    if (f->flags & (FRAGMENT_REMOVED | FRAGMENT_DELETED | FRAGMENT_EXPIRED | FRAGMENT_REQUEUED))
        return true;
    if (f->hold == HOLD_HELD)
        return false;
    for (uint32_t at = f->recipients; at; at = s->store->recipients[at - 1].next) {
        const struct recipient *r = &s->store->recipients[at - 1];
        if (is_replaced(&g, f, r))
            continue;
        uint8_t outcome = tried(&g, f, r)->outcome;
        if (outcome == OUTCOME_NONE || outcome == OUTCOME_DEFERRED)
            return false;
        named += !(f->flags & FRAGMENT_ASKED) || !is_repeated(s, f, r);
    }
    return named >= f->nrcpt;
}
