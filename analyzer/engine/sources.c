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

struct ranked {
    struct str text;
    uint32_t id;
};

static int by_text(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    return str_compare(x->text, y->text);
}

/* Ranks of the addresses by text, by id in names: sorting each of them once is cheaper than
 * comparing texts for every touch. */
static uint32_t *rank_addresses(const struct settling *s, const struct touch *touches,
                                uint32_t count)
{
    uint32_t *ranks = xcalloc(s->names->count, sizeof *ranks), distinct = 0;
    struct ranked *order = xcalloc(count + 1, sizeof *order);
    for (uint32_t i = 0; i < count; i++) {
        if (ranks[touches[i].ip_id]++)
            continue;
        order[distinct++] =
            (struct ranked){intern_get(s->names, touches[i].ip_id), touches[i].ip_id};
    }
    qsort(order, distinct, sizeof *order, by_text);
    for (uint32_t i = 0; i < distinct; i++)
        ranks[order[i].id] = i;
    free(order);
    return ranks;
}

/* By rank and time, logins before submissions: they were collected in that order. */
static void sort_touches(struct touch *touches, uint32_t count)
{
    struct keyed *order = xcalloc(count + 1, sizeof *order);
    struct touch *sorted = xcalloc(count + 1, sizeof *sorted);
    for (uint32_t i = 0; i < count; i++)
        order[i] = (struct keyed){radix_key(touches[i].usec), i};
    radix_sort(order, count);
    for (uint32_t i = 0; i < count; i++)
        order[i].key = touches[order[i].index].rank;
    radix_sort(order, count);
    for (uint32_t i = 0; i < count; i++)
        sorted[i] = touches[order[i].index];
    memcpy(touches, sorted, count * sizeof *touches);
    free(order);
    free(sorted);
}

static uint32_t collect(struct settling *s, struct touch *touches)
{
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
    uint32_t *ranks = rank_addresses(s, touches, count);
    for (uint32_t i = 0; i < count; i++)
        touches[i].rank = ranks[touches[i].ip_id];
    free(ranks);
    sort_touches(touches, count);
    return count;
}

static int by_value(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static uint32_t distinct(uint32_t *values, uint32_t count)
{
    uint32_t n = 0;
    qsort(values, count, sizeof *values, by_value);
    for (uint32_t i = 0; i < count; i++)
        if (i == 0 || values[i] != values[i - 1])
            values[n++] = values[i];
    return n;
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

/* One address: its touches, in order of time. failed and ok are scratch of count elements. */
static void summarise(struct settling *s, const struct touch *touches, uint32_t count,
                      uint32_t *failed, uint32_t *ok, struct source_fact *source)
{
    uint32_t failed_count = 0, ok_count = 0;
    source->ip = touches[0].ip_id;
    source->first_usec = touches[0].usec;
    source->last_usec = touches[count - 1].usec;
    for (uint32_t i = 0; i < count; i++) {
        const struct login *l = touches[i].login == NO_LOGIN ? NULL : &s->logins[touches[i].login];
        source->client_name = source->client_name ? source->client_name : touches[i].client_name;
        if (l && l->outcome == LOGIN_FAILED) {
            source->failed += l->count;
            source->failed_named += l->name ? l->count : 0;
            if (l->account)
                failed[failed_count++] = l->account;
        } else if (touches[i].account) {
            ok[ok_count++] = touches[i].account;
        } else if (l) {
            source->unnamed_ok += l->count;
        }
    }
    source->accounts_failed = distinct(failed, failed_count);
    source->accounts_ok = distinct(ok, ok_count);
    for (uint32_t i = 0; i < source->accounts_failed; i++)
        source->accounts_unknown += !exists(s, failed[i]);
    classify(s, source);
}

void settle_sources(struct settling *s)
{
    struct facts *facts = &s->out->facts;
    size_t most = (size_t)s->login_count + s->message_count + 1;
    struct touch *touches = xcalloc(most, sizeof *touches);
    uint32_t *failed = xcalloc(most, sizeof *failed), *ok = xcalloc(most, sizeof *ok), sources = 0,
             by_ip = 0;
    uint32_t count = collect(s, touches);
    for (uint32_t i = 0; i < count; i++)
        sources += i == 0 || touches[i].ip_id != touches[i - 1].ip_id;
    struct source_fact *rows = arena_alloc(s->arena, (sources + 1) * sizeof *rows);
    uint32_t *logins = arena_alloc(s->arena, (s->login_count + 1) * sizeof *logins), row = 0;
    for (uint32_t from = 0, to; from < count; from = to, row++) {
        rows[row].login_first = by_ip;
        for (to = from; to < count && touches[to].ip_id == touches[from].ip_id; to++)
            if (touches[to].login != NO_LOGIN)
                logins[by_ip++] = touches[to].login;
        rows[row].login_count = by_ip - rows[row].login_first;
        summarise(s, touches + from, to - from, failed, ok, &rows[row]);
    }
    facts->sources = rows;
    facts->source_count = sources;
    facts->logins_by_ip = logins;
    free(touches);
    free(failed);
    free(ok);
}
