#include <stdlib.h>

#include "outcomes.h"
#include "trace_internal.h"

/* Were mail that came in and mail that was relayed told apart by what is sure? */
struct doubt {
    struct tracing *t;
    struct settling s; /* knows the domains that single lines make local */
    uint32_t *heads;   /* messages without a login */
    const char *why;
};

static bool is_nameless(const struct tracing *t, uint32_t head)
{
    const struct fragment *f = &t->run->store.fragments[head];
    return (f->flags & FRAGMENT_STARTED) && !f->user && !f->uid &&
           t->run->settlement.parents[head] == NO_FRAGMENT;
}

static uint32_t head_of(void *user, uint32_t index)
{
    const struct doubt *doubt = user;
    return doubt->heads[index];
}

/* All recipients are of domains that are local whatever else the log holds: it came in. */
static bool came_in(void *user, uint32_t index, const struct gathered *gathered)
{
    struct doubt *doubt = user;
    (void)index;
    for (uint32_t i = 0; i < gathered->count; i++)
        if (!settle_is_local(&doubt->s, gathered->recipients[i].domain))
            doubt->why = "a message without a login that may have been relayed";
    if (!gathered->count)
        doubt->why = "a message without a login or recipients";
    return !doubt->why;
}

static const char *doubt_senders(struct tracing *t)
{
    struct settlement *settlement = &t->run->settlement;
    struct doubt doubt = {.t = t};
    uint32_t count = 0;
    doubt.s = (struct settling){.out = settlement,
                                .store = &t->run->store,
                                .settings = t->run->settings,
                                .arena = &settlement->arena,
                                .names = &t->run->store.intern};
    doubt.heads = xcalloc(t->trail_count + 1, sizeof *doubt.heads);
    for (uint32_t i = 0; i < t->trail_count; i++)
        if (is_nameless(t, t->trails[i].head))
            doubt.heads[count++] = t->trails[i].head;
    settle_told_domains(&doubt.s);
    const struct outcome_calls calls = {&doubt, head_of, came_in};
    outcomes(settlement, t->run->settings, &calls, count);
    free(doubt.s.local_domain);
    free(doubt.heads);
    return doubt.why;
}

/* Ids that hold a time must agree on the zone: else the majority decides, which only the whole log
 * knows. So does what one host's hops tell of the clock of another. */
static bool are_clocks_sure(const struct store *store)
{
    uint32_t host = 0;
    for (uint32_t i = 0; i < store->run_count; i++) {
        const struct clock_run *run = &store->runs[i];
        if (run->kind == STAMP_UTC)
            continue;
        if (run->proof_count > 1 || (host && run->host != host))
            return false;
        host = run->host;
    }
    return true;
}

const char *trace_doubt(struct tracing *t)
{
    const struct store *store = &t->run->store;
    if (store->proxied_count)
        return "a filter in front of the queue";
    if (store->handed_count)
        return "a message that another server handed over";
    if (!are_clocks_sure(store))
        return "clocks that the whole log sets";
    return doubt_senders(t);
}
