#include <stdlib.h>

#include "radix.h"
#include "settle_internal.h"

/* What one address did once: a login, or a submission by an account. */
struct touch {
    uint32_t rank;  /* of the address among all, by its text */
    uint32_t login; /* index into facts.logins, or NO_LOGIN */
    int64_t usec;
    uint32_t account; /* id in names, 0 */
    uint32_t ip_id, client_name;
};

#define NO_LOGIN UINT32_MAX

/* Eight bytes of a text from byte `from` on, NULs behind its end: a number in the order of texts.
 */
static uint64_t text_key(struct str text, size_t from)
{
    unsigned char bytes[8] = {0};
    uint64_t key = 0;
    if (text.len > from)
        memcpy(bytes, text.ptr + from, text.len - from < 8 ? text.len - from : 8);
    for (unsigned i = 0; i < sizeof bytes; i++)
        key = key << 8 | bytes[i];
    return key;
}

/* By text; a canonical address has at most IP_TEXT bytes. */
static void sort_addresses(const struct settling *s, struct keyed *order, uint32_t count)
{
    for (size_t from = IP_TEXT / 8 * 8 + 8; from > 0;) {
        from -= 8;
        for (uint32_t i = 0; i < count; i++)
            order[i].key = text_key(intern_get(s->names, order[i].index), from);
        radix_sort(order, count);
    }
}

/* Ranks of the addresses by text, by id in names: sorting each of them once is cheaper than
 * comparing texts for every touch. */
static uint32_t *rank_addresses(const struct settling *s, const struct touch *touches,
                                uint32_t count, uint32_t *ret_distinct)
{
    uint32_t *ranks = xcalloc(s->names->count, sizeof *ranks), distinct = 0;
    struct keyed *order = xcalloc(count + 1, sizeof *order);
    for (uint32_t i = 0; i < count; i++)
        if (!ranks[touches[i].ip_id]++)
            order[distinct++].index = touches[i].ip_id;
    sort_addresses(s, order, distinct);
    for (uint32_t i = 0; i < distinct; i++)
        ranks[order[i].index] = i;
    free(order);
    *ret_distinct = distinct;
    return ranks;
}

/* By rank and time, logins before submissions: they were collected in that order. */
static struct touch *sort_touches(struct touch *touches, uint32_t count, uint32_t ranks)
{
    struct keyed *order = xmalloc((count + (size_t)1) * sizeof *order);
    struct touch *sorted = xmalloc((count + (size_t)1) * sizeof *sorted);
    uint32_t *ends = xcalloc((size_t)ranks + 1, sizeof *ends);
    for (uint32_t i = 0; i < count; i++)
        ends[touches[i].rank + 1]++;
    for (uint32_t rank = 0; rank < ranks; rank++)
        ends[rank + 1] += ends[rank];
    for (uint32_t i = 0; i < count; i++)
        order[ends[touches[i].rank]++] = (struct keyed){radix_key(touches[i].usec), i};
    for (uint32_t rank = 0, from = 0; rank < ranks; from = ends[rank++])
        radix_sort(order + from, ends[rank] - from);
    for (uint32_t i = 0; i < count; i++)
        sorted[i] = touches[order[i].index];
    free(order);
    free(ends);
    free(touches);
    return sorted;
}

/* All touches, in order; the caller frees them. */
static struct touch *collect(struct settling *s, uint32_t *ret_count, uint32_t *ret_sources)
{
    struct touch *touches =
        xmalloc(((size_t)s->login_count + s->message_count + 1) * sizeof *touches);
    uint32_t count = 0;
    for (uint32_t i = 0; i < s->login_count; i++) {
        const struct login *l = &s->logins[i];
        if (l->ip)
            touches[count++] = (struct touch){.usec = l->usec,
                                              .login = i,
                                              .account = l->account,
                                              .ip_id = l->ip,
                                              .client_name = l->client_name};
    }
    for (uint32_t i = 0; i < s->message_count; i++) {
        const struct message *m = &s->messages[i];
        const struct principal_slot *slot = &s->slots[m->principal];
        if (m->ip)
            touches[count++] =
                (struct touch){.usec = m->first_usec,
                               .login = NO_LOGIN,
                               .account = slot->kind == PRINCIPAL_ACCOUNT ? slot->name : 0,
                               .ip_id = m->ip,
                               .client_name = m->client_name};
    }
    uint32_t *ranks = rank_addresses(s, touches, count, ret_sources);
    for (uint32_t i = 0; i < count; i++)
        touches[i].rank = ranks[touches[i].ip_id];
    free(ranks);
    *ret_count = count;
    return sort_touches(touches, count, *ret_sources);
}

static bool exists(const struct settling *s, uint32_t account)
{
    return account < s->slot_of_capacity && s->slot_of[account];
}

static void classify(struct settling *s, struct source_fact *source)
{
    struct ip ip;
    if (!ip_parse(intern_get(s->names, source->ip), &ip))
        return;
    source->own = settle_is_own(s, &ip);
    source->private_net = ip_is_private(&ip);
    for (size_t i = 0; i < s->settings->trusted_net_count; i++)
        source->trusted |= cidr_has(&s->settings->trusted_nets[i], &ip);
}

/* By account, an id in names: 1 + the last address it was seen to fail, to get in at. */
struct seen {
    uint32_t failed, ok;
};

/* Is this the first time at that address? */
static bool see(uint32_t *last, uint32_t row)
{
    bool first = *last != row + 1;
    *last = row + 1;
    return first;
}

/* One address: its touches, in order of time. */
static void summarise(struct settling *s, const struct touch *touches, uint32_t count,
                      struct seen *seen, uint32_t row, struct source_fact *source)
{
    source->ip = touches[0].ip_id;
    source->first_usec = touches[0].usec;
    source->last_usec = touches[count - 1].usec;
    for (uint32_t i = 0; i < count; i++) {
        const struct login *l = touches[i].login == NO_LOGIN ? NULL : &s->logins[touches[i].login];
        source->client_name = source->client_name ? source->client_name : touches[i].client_name;
        if (l && l->outcome == LOGIN_FAILED) {
            source->failed += l->count;
            source->failed_named += l->name ? l->count : 0;
            if (l->account && see(&seen[l->account].failed, row)) {
                source->accounts_failed++;
                source->accounts_unknown += !exists(s, l->account);
            }
        } else if (touches[i].account) {
            source->accounts_ok += see(&seen[touches[i].account].ok, row);
        } else if (l) {
            source->unnamed_ok += l->count;
        }
    }
    classify(s, source);
}

void settle_sources(struct settling *s)
{
    struct facts *facts = &s->out->facts;
    struct seen *seen = xcalloc(s->names->count, sizeof *seen);
    uint32_t count, sources, by_ip = 0;
    struct touch *touches = collect(s, &count, &sources);
    struct source_fact *rows = arena_alloc(s->arena, (sources + 1) * sizeof *rows);
    uint32_t *logins = arena_alloc(s->arena, (s->login_count + 1) * sizeof *logins), row = 0;
    for (uint32_t from = 0, to; from < count; from = to, row++) {
        rows[row].login_first = by_ip;
        for (to = from; to < count && touches[to].ip_id == touches[from].ip_id; to++)
            if (touches[to].login != NO_LOGIN)
                logins[by_ip++] = touches[to].login;
        rows[row].login_count = by_ip - rows[row].login_first;
        summarise(s, touches + from, to - from, seen, row, &rows[row]);
    }
    facts->sources = rows;
    facts->source_count = sources;
    facts->logins_by_ip = logins;
    free(touches);
    free(seen);
}
