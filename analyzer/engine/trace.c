#include "trace.h"

#include <stdlib.h>

#include "outcomes.h"
#include "trace_internal.h"

static const struct fragment *fragment_at(const struct tracing *t, uint32_t index)
{
    return &t->run->store.fragments[index];
}

static bool is_absorbed(const struct tracing *t, uint32_t index)
{
    return fragment_at(t, index)->flags & FRAGMENT_ABSORBED;
}

/* A fragment that becomes a hop. */
struct step {
    uint32_t owner, fragment;
    bool head;
    int64_t first;
};

static int by_owner_and_time(const void *a, const void *b)
{
    const struct step *x = a, *y = b;
    if (x->owner != y->owner)
        return x->owner < y->owner ? -1 : 1;
    if (x->head != y->head)
        return x->head ? -1 : 1;
    if (x->first != y->first)
        return x->first < y->first ? -1 : 1;
    return (x->fragment > y->fragment) - (x->fragment < y->fragment);
}

static struct trace_hop *add_hop(struct trail *trail)
{
    if (trail->hop_count == trail->hop_capacity) {
        trail->hop_capacity = trail->hop_capacity * 2 + 2;
        trail->hops = xrealloc(trail->hops, trail->hop_capacity, sizeof *trail->hops);
    }
    return &trail->hops[trail->hop_count++];
}

static uint8_t link_of(const struct tracing *t, uint32_t fragment)
{
    static const uint8_t links[] = {[EDGE_QUEUED_AS] = TRACE_QUEUED_AS,
                                    [EDGE_FORWARDED] = TRACE_FORWARDED,
                                    [EDGE_NOTIFICATION] = TRACE_NOTIFICATION,
                                    [EDGE_FILTER] = TRACE_FILTER};
    return links[t->run->settlement.parent_kinds[fragment]];
}

static void add_hops(struct tracing *t, const struct step *steps, uint32_t count)
{
    const struct intern *strings = &t->run->store.intern;
    for (uint32_t i = 0; i < count; i++) {
        const struct fragment *f = fragment_at(t, steps[i].fragment);
        struct trail *trail = &t->trails[steps[i].owner - 1];
        t->hop_of[steps[i].fragment] = trail->hop_count;
        *add_hop(trail) = (struct trace_hop){.queue_id = intern_get(strings, f->queue_id),
                                             .host = intern_get(strings, f->host)};
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t fragment = steps[i].fragment, parent = t->run->settlement.parents[fragment];
        struct trace_hop *hop = &t->trails[steps[i].owner - 1].hops[t->hop_of[fragment]];
        hop->parent = t->hop_of[fragment];
        if (steps[i].head || parent == NO_FRAGMENT)
            continue;
        parent = trace_absorber(t, parent);
        if (t->owners[parent] != steps[i].owner)
            continue;
        hop->link = link_of(t, fragment);
        hop->parent = t->hop_of[parent];
    }
}

static void list_hops(struct tracing *t)
{
    uint32_t fragments = t->run->store.fragment_count, count = 0;
    struct step *steps = xcalloc(fragments + 1, sizeof *steps);
    for (uint32_t i = 0; i < fragments; i++)
        if (t->owners[i] && !is_absorbed(t, i))
            steps[count++] =
                (struct step){t->owners[i], i, t->trails[t->owners[i] - 1].head == i,
                              settlement_utc(&t->run->settlement, fragment_at(t, i)->first)};
    qsort(steps, count, sizeof *steps, by_owner_and_time);
    add_hops(t, steps, count);
    for (uint32_t i = 0; i < fragments; i++)
        if (t->owners[i] && is_absorbed(t, i))
            t->hop_of[i] = t->hop_of[trace_absorber(t, i)];
    free(steps);
}

struct telling {
    struct tracing *t;
    bool (*message)(void *user, const struct traced *traced);
    void *user;
};

static uint32_t head_of(void *user, uint32_t index)
{
    const struct telling *telling = user;
    return telling->t->trails[index].head;
}

static bool tell(void *user, uint32_t index, const struct gathered *gathered)
{
    struct telling *telling = user;
    struct traced traced = {0};
    trace_tell(telling->t, &telling->t->trails[index], gathered, &traced);
    return telling->message(telling->user, &traced);
}

static void tell_all(struct tracing *t, bool (*message)(void *user, const struct traced *traced),
                     void *user)
{
    struct telling telling = {t, message, user};
    const struct outcome_calls calls = {&telling, head_of, tell};
    outcomes(&t->run->settlement, t->run->settings, &calls, t->trail_count);
}

static void free_trails(struct tracing *t)
{
    for (uint32_t i = 0; i < t->trail_count; i++) {
        free(t->trails[i].lines);
        free(t->trails[i].hops);
    }
    free(t->trails);
    free(t->heads);
    free(t->owners);
    free(t->hop_of);
    *t = (struct tracing){.run = t->run};
}

static void choose(struct tracing *t)
{
    uint32_t fragments = t->run->store.fragment_count + 1;
    t->heads = xcalloc(fragments, sizeof *t->heads);
    t->owners = xcalloc(fragments, sizeof *t->owners);
    t->hop_of = xcalloc(fragments, sizeof *t->hop_of);
    trace_choose(t);
    list_hops(t);
}

static bool is_settled(enum run_state state)
{
    return state == RUN_DONE || state == RUN_DAMAGED;
}

/* The short way. False: the whole is to be read, as if nothing had been. */
static bool find(struct tracing *t, struct finder *finder, enum run_state *ret_state,
                 const char **ret_why)
{
    struct run *run = t->run;
    bool damaged = run->damaged, found = finder_read(finder, ret_why);
    run->partial = true;
    if (found && (*ret_state = run_settle_read(run, &(struct err){0})) == RUN_FAILED)
        *ret_why = "inputs that may hold the same lines";
    run->partial = false;
    if (found && is_settled(*ret_state)) {
        choose(t);
        *ret_why = trace_doubt(t);
    }
    if (*run->stop)
        *ret_state = RUN_STOPPED;
    if (!*ret_why || *run->stop)
        return true;
    free_trails(t);
    run_forget(run);
    run->damaged = damaged;
    if (run->calls.received)
        atomic_store(run->calls.received, 0);
    return false;
}

static enum run_state trace(struct tracing *t, struct finder *finder,
                            bool (*message)(void *user, const struct traced *traced), void *user,
                            struct trace_result *ret, struct err *err)
{
    struct run *run = t->run;
    enum run_state state = RUN_STOPPED;
    bool whole = !finder || !find(t, finder, &state, &ret->why_whole);
    if (whole)
        state = run_settle_whole(run, err);
    if (whole && is_settled(state))
        choose(t);
    if (!whole && state != RUN_STOPPED)
        run_say_withheld(run);
    if (!whole && state == RUN_DONE && run->damaged)
        state = RUN_DAMAGED;
    if (t->trail_count && whole)
        trace_read(t);
    else if (t->trail_count)
        trace_read_found(t, finder);
    ret->matched = t->trail_count;
    ret->messages = whole ? t->message_count : 0;
    ret->readings = whole ? 0 : finder_readings(finder);
    if (t->trail_count && !*run->stop)
        tell_all(t, message, user);
    return *run->stop ? RUN_STOPPED : state;
}

enum run_state run_trace(struct run *run, bool (*message)(void *user, const struct traced *traced),
                         void *user, struct trace_result *ret, struct err *err)
{
    *ret = (struct trace_result){0};
    if (!run_open(run, true, err))
        return RUN_FAILED;
    struct tracing t = {.run = run};
    struct finder *finder = finder_new(run, &ret->why_whole);
    enum run_state state = trace(&t, finder, message, user, ret, err);
    finder_free(finder);
    free_trails(&t);
    return state;
}
