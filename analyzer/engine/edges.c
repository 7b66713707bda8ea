#include <stdlib.h>

#include "settle_internal.h"

/* A filter's child is logged up to this much before its parent's line, and clocks of two hosts
 * differ. */
#define SLACK_USEC ((int64_t)2 * USEC_PER_SEC)
#define HOP_SLACK_USEC ((int64_t)120 * USEC_PER_SEC)

enum { CHAIN_MAX = 16 };

static const struct fragment *fragment_at(const struct settling *s, uint32_t index)
{
    return &s->store->fragments[index];
}

/* Times are compared here: those of a log without any are all the same. */
static int64_t time_of(const struct settling *s, struct moment when)
{
    int64_t usec = settle_utc(s, when);
    return usec == TIME_NONE ? 0 : usec;
}

static int64_t first_of(const struct settling *s, uint32_t index)
{
    return time_of(s, fragment_at(s, index)->first);
}

/* Which generations of a queue ID may be meant. */
struct wanted {
    uint32_t queue_id, host; /* of the store; host 0: any */
    bool other_host;         /* any but that host */
    int64_t from, to;        /* it began within */
    uint32_t not_fragment;
};

/* The newest generation that began within the time wanted. */
static uint32_t find(const struct settling *s, const struct wanted *wanted)
{
    uint32_t best = NO_FRAGMENT;
    int64_t best_first = INT64_MIN;
    uint32_t at = s->store->latest[wanted->queue_id];
    for (at = at ? at - 1 : NO_FRAGMENT; at != NO_FRAGMENT; at = fragment_at(s, at)->older) {
        bool here = fragment_at(s, at)->host == wanted->host;
        if (at == wanted->not_fragment || (fragment_at(s, at)->flags & FRAGMENT_ABSORBED) ||
            (wanted->host && here == wanted->other_host))
            continue;
        int64_t first = first_of(s, at);
        if (first >= wanted->from && first <= wanted->to && first > best_first) {
            best = at;
            best_first = first;
        }
    }
    return best;
}

static bool reaches(const struct settling *s, uint32_t from, uint32_t target)
{
    for (unsigned n = 0; from != NO_FRAGMENT && n < CHAIN_MAX; n++) {
        if (from == target)
            return true;
        from = s->out->parents[from];
    }
    return from != NO_FRAGMENT;
}

static void bind(struct settling *s, uint32_t parent, uint32_t child, enum edge_kind kind)
{
    if (parent == NO_FRAGMENT || child == NO_FRAGMENT || parent == child)
        return;
    if (s->out->parents[child] != NO_FRAGMENT || reaches(s, parent, child))
        return;
    s->out->parents[child] = parent;
    s->out->parent_kinds[child] = (uint8_t)kind;
}

/* May this message have come out of another one? Its client must be this server, or nobody. */
static bool may_be_child(const struct settling *s, const struct fragment *child, uint32_t relay_ip)
{
    if (!(child->flags & FRAGMENT_SUBMITTED))
        return true;
    if (child->user)
        return false;
    if (child->orig_queue_id || (relay_ip && child->ip == relay_ip))
        return true;
    return settle_address(s, child->ip)->own;
}

/* XFORWARD: the child itself names its parent. */
static void bind_named_parent(struct settling *s, uint32_t child)
{
    const struct fragment *fragment = fragment_at(s, child);
    int64_t first = first_of(s, child);
    struct wanted wanted = {fragment->orig_queue_id, fragment->host, false, INT64_MIN,
                            first + SLACK_USEC,      child};
    uint32_t parent = find(s, &wanted);
    if (parent == NO_FRAGMENT) {
        wanted.other_host = true;
        wanted.to = first + HOP_SLACK_USEC;
        parent = find(s, &wanted);
    }
    bind(s, parent, child, EDGE_QUEUED_AS);
}

/* postsuper -r: a new queue ID for the same message. */
static void bind_requeued(struct settling *s, uint32_t child)
{
    const struct fragment *fragment = fragment_at(s, child);
    struct wanted wanted = {fragment->orig_id,
                            fragment->host,
                            false,
                            INT64_MIN,
                            first_of(s, child) + SLACK_USEC,
                            child};
    bind(s, find(s, &wanted), child, EDGE_FORWARDED);
}

bool host_names_fit(struct str a, struct str b)
{
    ptrdiff_t dot_a = str_find_char(a, '.'), dot_b = str_find_char(b, '.');
    if (dot_a >= 0 && dot_b >= 0)
        return str_eq_nocase(a, b);
    return str_eq_nocase(str_head(a, dot_a >= 0 ? (size_t)dot_a : a.len),
                         str_head(b, dot_b >= 0 ? (size_t)dot_b : b.len));
}

/* A foreign relay may answer "queued as" with any id; only a host whose own log is here, and that
 * is called so, counts. */
static uint32_t child_on_other_host(const struct settling *s, const struct edge *edge, int64_t from,
                                    int64_t to)
{
    struct wanted wanted = {edge->child_id,        edge->host,          true,
                            from - HOP_SLACK_USEC, to + HOP_SLACK_USEC, NO_FRAGMENT};
    uint32_t child = edge->relay_name ? find(s, &wanted) : NO_FRAGMENT;
    if (child == NO_FRAGMENT)
        return child;
    struct str host = intern_get(&s->store->intern, fragment_at(s, child)->host);
    return host.len && host_names_fit(intern_get(&s->store->intern, edge->relay_name), host) &&
                   !fragment_at(s, child)->user
               ? child
               : NO_FRAGMENT;
}

static bool own_relay(const struct settling *s, const struct edge *edge)
{
    if (edge->relay == RELAY_LOOPBACK || edge->kind == EDGE_FORWARDED || edge->kind == EDGE_FILTER)
        return true;
    return settle_address(s, edge->relay_ip)->own;
}

static uint32_t parent_of_edge(const struct settling *s, const struct edge *edge)
{
    if (edge->parent_fragment != NO_FRAGMENT)
        return edge->parent_fragment;
    struct wanted wanted = {
        edge->parent_id, edge->host, false, INT64_MIN, time_of(s, edge->when) + SLACK_USEC,
        NO_FRAGMENT};
    return find(s, &wanted);
}

static void bind_edge(struct settling *s, const struct edge *edge)
{
    uint32_t parent = parent_of_edge(s, edge);
    if (parent == NO_FRAGMENT || !intern_get(&s->store->intern, edge->child_id).len)
        return;
    int64_t from = first_of(s, parent) - SLACK_USEC, to = time_of(s, edge->when) + SLACK_USEC;
    struct wanted wanted = {edge->child_id, edge->host, false, from, to, parent};
    uint32_t child = find(s, &wanted);
    if (child != NO_FRAGMENT && edge->kind == EDGE_QUEUED_AS && !own_relay(s, edge) &&
        (edge->relay != RELAY_PRIVATE || fragment_at(s, child)->ip != edge->relay_ip))
        child = NO_FRAGMENT;
    if (child != NO_FRAGMENT && edge->kind != EDGE_NOTIFICATION &&
        !may_be_child(s, fragment_at(s, child), edge->relay_ip))
        child = NO_FRAGMENT;
    if (child == NO_FRAGMENT && edge->kind == EDGE_QUEUED_AS)
        child = child_on_other_host(s, edge, from, to);
    bind(s, parent, child, edge->kind);
}

/* Queue IDs of messages by hash, to find those that remote relays named. */
struct named_id {
    uint32_t hash, fragment;
};

static int by_hash(const void *a, const void *b)
{
    const struct named_id *x = a, *y = b;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return (x->fragment > y->fragment) - (x->fragment < y->fragment);
}

/* Is this the message that the relay "name[ip]:port" made of the parent's? */
static bool is_next_hop(const struct settling *s, uint32_t parent, uint32_t child, struct str relay)
{
    const struct fragment *from = fragment_at(s, parent), *to = fragment_at(s, child);
    struct str name = STR(""), address = STR("");
    struct ip ip;
    bool same_host = from->host == to->host;
    int64_t slack = same_host ? SLACK_USEC : HOP_SLACK_USEC, first = first_of(s, child);
    if (child == parent || (to->flags & FRAGMENT_ABSORBED) || !str_cut(&relay, STR("["), &name) ||
        !str_cut(&relay, STR("]"), &address) || first < first_of(s, parent) - slack ||
        first > time_of(s, from->last) + slack)
        return false;
    if (same_host)
        return ip_parse(address, &ip) && settle_is_own(s, &ip) && may_be_child(s, to, 0);
    return !to->user && host_names_fit(name, intern_get(&s->store->intern, to->host));
}

static void bind_next_hop(struct settling *s, uint32_t parent, const struct recipient *r,
                          const struct named_id *ids, uint32_t count)
{
    uint32_t low = 0, high = count;
    struct str relay = intern_get(&s->store->intern, r->relay_text);
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (ids[middle].hash < r->child)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < count && ids[low].hash == r->child; low++)
        if (is_next_hop(s, parent, ids[low].fragment, relay))
            bind(s, parent, ids[low].fragment, EDGE_QUEUED_AS);
}

/* A next hop can be in these logs only if they are of several hosts, or the server relays to an
 * address of its own. */
static bool has_next_hops(const struct settling *s)
{
    uint32_t host = 0;
    for (uint32_t i = 0; i < s->store->fragment_count && s->own_count == 0; i++) {
        if (!(fragment_at(s, i)->flags & FRAGMENT_QUEUED))
            continue;
        if (host && fragment_at(s, i)->host != host)
            return true;
        host = fragment_at(s, i)->host;
    }
    return s->own_count > 0;
}

static void bind_next_hops(struct settling *s)
{
    const struct store *store = s->store;
    if (!has_next_hops(s))
        return;
    struct named_id *ids = xcalloc(store->fragment_count + 1, sizeof *ids);
    for (uint32_t i = 0; i < store->fragment_count; i++)
        ids[i] = (struct named_id){
            queue_id_hash(intern_get(&store->intern, fragment_at(s, i)->queue_id)), i};
    qsort(ids, store->fragment_count, sizeof *ids, by_hash);
    for (uint32_t i = 0; i < store->fragment_count; i++)
        for (uint32_t at = fragment_at(s, i)->recipients; at; at = store->recipients[at - 1].next)
            if (store->recipients[at - 1].relay_text)
                bind_next_hop(s, i, &store->recipients[at - 1], ids, store->fragment_count);
    free(ids);
}

static bool comes_before(const struct settling *s, uint32_t a, uint32_t b)
{
    bool a_started = fragment_at(s, a)->flags & FRAGMENT_STARTED,
         b_started = fragment_at(s, b)->flags & FRAGMENT_STARTED;
    int64_t a_first = first_of(s, a), b_first = first_of(s, b);
    if (a_started != b_started)
        return a_started;
    if (a_first != b_first)
        return a_first < b_first;
    return fragment_at(s, a)->user && !fragment_at(s, b)->user;
}

/* An id that is the same on all servers and hops (a GUID): all that bears it is one message. */
static void bind_same_ids(struct settling *s, uint32_t newest)
{
    enum { GUID_LEN = 36 };
    uint32_t root = newest;
    if (intern_get(&s->store->intern, fragment_at(s, newest)->queue_id).len != GUID_LEN)
        return;
    for (uint32_t at = newest; at != NO_FRAGMENT; at = fragment_at(s, at)->older)
        root = comes_before(s, at, root) ? at : root;
    for (uint32_t at = newest; at != NO_FRAGMENT; at = fragment_at(s, at)->older)
        bind(s, root, at, EDGE_FORWARDED);
}

static void find_roots(struct settling *s)
{
    for (uint32_t i = 0; i < s->store->fragment_count; i++) {
        uint32_t root = i;
        for (unsigned n = 0; s->out->parents[root] != NO_FRAGMENT && n < CHAIN_MAX; n++)
            root = s->out->parents[root];
        s->out->roots[i] = root;
    }
    for (uint32_t i = 0; i < s->store->fragment_count; i++)
        if (fragment_at(s, i)->flags & FRAGMENT_ABSORBED)
            s->out->roots[i] = s->out->roots[fragment_at(s, i)->absorbed_by];
}

void settle_edges(struct settling *s)
{
    for (uint32_t i = 0; i < s->store->fragment_count; i++)
        s->out->parents[i] = NO_FRAGMENT;
    for (uint32_t i = 0; i < s->store->fragment_count; i++) {
        if (fragment_at(s, i)->orig_queue_id)
            bind_named_parent(s, i);
        if (fragment_at(s, i)->orig_id)
            bind_requeued(s, i);
    }
    for (uint32_t i = 0; i < s->store->edge_count; i++)
        bind_edge(s, &s->store->edges[i]);
    bind_next_hops(s);
    bool exchange = intern_find(&s->store->intern, STR("exchange"));
    for (uint32_t i = 0; exchange && i < s->store->fragment_count; i++)
        if (s->store->latest[fragment_at(s, i)->queue_id] == i + 1)
            bind_same_ids(s, i);
    find_roots(s);
}
