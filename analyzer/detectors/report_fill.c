#include "report_fill.h"

#include <stdlib.h>

#include "counts.h"
#include "span.h"
#include "unobservable.h"
#include "window.h"

enum { OTHERS_LISTED = 20, EVENTS_PER_ACCOUNT = 200 };

static int compare_accounts(const void *a, const void *b)
{
    const struct account_report *x = a, *y = b;
    if (x->verdict != y->verdict)
        return x->verdict > y->verdict ? -1 : 1;
    if (x->verdict >= VERDICT_WATCH && x->evidence_tenths != y->evidence_tenths)
        return x->evidence_tenths > y->evidence_tenths ? -1 : 1;
    return str_compare(x->name, y->name);
}

static int compare_findings(const void *a, const void *b)
{
    const struct finding *x = a, *y = b;
    if (x->verdict != y->verdict)
        return x->verdict > y->verdict ? -1 : 1;
    if (x->class != y->class)
        return x->class < y->class ? -1 : 1;
    if (x->window.abuse.usec != y->window.abuse.usec)
        return x->window.abuse.usec < y->window.abuse.usec ? -1 : 1;
    if (x->window.guess.usec != y->window.guess.usec)
        return x->window.guess.usec < y->window.guess.usec ? -1 : 1;
    return str_compare(x->principal, y->principal);
}

static int compare_events(const void *a, const void *b)
{
    const struct timeline_entry *x = a, *y = b;
    if (x->time.usec != y->time.usec)
        return x->time.usec < y->time.usec ? -1 : 1;
    int order = str_compare(x->actor, y->actor);
    return order ? order : strcmp(x->what, y->what);
}

static int compare_touches(const void *a, const void *b)
{
    const struct touch *x = a, *y = b;
    if (x->source != y->source)
        return x->source < y->source ? -1 : 1;
    return x->principal < y->principal ? -1 : x->principal > y->principal;
}

/* No array at all is an empty one. */
static void sort(void *items, size_t count, size_t size, int (*compare)(const void *, const void *))
{
    if (count > 1)
        qsort(items, count, size, compare);
}

static void *kept(struct arena *arena, const void *items, size_t count, size_t size)
{
    void *copy = arena_alloc(arena, (count + 1) * size);
    if (count)
        memcpy(copy, items, count * size);
    return copy;
}

/* Only accused accounts count as others: drops the rest of the touches. */
static uint32_t keep_accused(struct gather *gather, const bool *accused)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < gather->touch_count; i++)
        if (accused[gather->touches[i].principal])
            gather->touches[count++] = gather->touches[i];
    sort(gather->touches, count, sizeof *gather->touches, compare_touches);
    return count;
}

static uint32_t find_touches(const struct gather *gather, uint32_t count, uint32_t source)
{
    uint32_t low = 0;
    while (low < count) {
        uint32_t middle = low + (count - low) / 2;
        if (gather->touches[middle].source < source)
            low = middle + 1;
        else
            count = middle;
    }
    return low;
}

static uint32_t source_by_text(const struct world *world, struct str ip)
{
    uint32_t low = 0, high = world->facts->source_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (str_compare(facts_str(world->facts, world->facts->sources[middle].ip), ip) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* self: principal whose report it is, or PRINCIPAL_UNKNOWN. */
static void add_others(struct gather *gather, uint32_t touch_count, struct source_report *report,
                       uint32_t self)
{
    const struct world *world = gather->world;
    uint32_t source = source_by_text(world, report->ip);
    struct str names[OTHERS_LISTED];
    for (uint32_t i = find_touches(gather, touch_count, source);
         i < touch_count && gather->touches[i].source == source; i++) {
        if (gather->touches[i].principal == self)
            continue;
        if (report->other_account_count < OTHERS_LISTED)
            names[report->other_account_count++] =
                world->facts->principals[gather->touches[i].principal].name;
        report->other_accounts_total++;
    }
    if (report->other_account_count)
        report->other_accounts =
            kept(gather->arena, names, report->other_account_count, sizeof *names);
}

static void fill_others(struct gather *gather)
{
    bool *accused = xcalloc((size_t)gather->world->facts->principal_count + 1, sizeof *accused);
    for (uint32_t i = 0; i < gather->account_count; i++)
        accused[gather->accounts[i].principal] = gather->accounts[i].verdict >= VERDICT_WATCH;
    uint32_t count = keep_accused(gather, accused);
    for (uint32_t i = 0; i < gather->account_count; i++) {
        struct account_report *account = &gather->accounts[i];
        for (uint32_t k = 0; account->sources && k < account->source_count; k++)
            add_others(gather, count, (struct source_report *)&account->sources[k],
                       account->principal);
    }
    for (uint32_t i = 0; i < gather->finding_count; i++)
        for (uint32_t k = 0; k < gather->findings[i].source_count; k++)
            add_others(gather, count, (struct source_report *)&gather->findings[i].sources[k],
                       PRINCIPAL_UNKNOWN);
    free(accused);
}

static void add_last(struct report *report, const struct window *window)
{
    int64_t last = window_last_event(window);
    if (last != TIME_NONE &&
        (report->last_attacker_event.usec == TIME_NONE || last > report->last_attacker_event.usec))
        report->last_attacker_event.usec = last;
}

static void fill_ongoing(struct report *report, const struct world *world)
{
    report->last_attacker_event = window_when(world, TIME_NONE);
    for (uint32_t i = 0; i < report->account_count; i++)
        if (report->accounts[i].verdict >= VERDICT_SUSPICIOUS)
            add_last(report, &report->accounts[i].window);
    for (uint32_t i = 0; i < report->finding_count; i++)
        if (report->findings[i].verdict >= VERDICT_SUSPICIOUS)
            add_last(report, &report->findings[i].window);
    int64_t last = report->last_attacker_event.usec;
    report->last_attacker_event = window_when(world, last);
    report->ongoing = last != TIME_NONE && world->facts->last_usec - last <= HOUR_USEC;
    report->log_first = window_when(world, world->facts->first_usec);
    report->log_end = window_when(world, world->facts->last_usec);
    report->too_short = world->too_short;
}

static void add_counts(struct counts *sum, const struct counts *counts)
{
    sum->messages += counts->messages;
    sum->recipients += counts->recipients;
    for (unsigned i = 0; i < SETTLED_COUNT; i++)
        sum->settled[i] += counts->settled[i];
    sum->maybe_removed += counts->maybe_removed;
}

static void fill_totals(struct report *report, const struct world *world)
{
    const struct facts *facts = world->facts;
    struct counts *submitted = &report->totals.submitted;
    *submitted = (struct counts){0};
    for (uint32_t i = 0; i < facts->message_count; i++) {
        struct counts one = {0};
        if (!facts_covers(facts, facts->messages[i].first_usec))
            continue;
        counts_add_message(&one, facts, &facts->messages[i]);
        add_counts(submitted, &one);
    }
    for (uint32_t i = 0; i < facts->login_count; i++)
        if (facts_covers(facts, facts->logins[i].usec))
            counts_add_login(submitted, &facts->logins[i]);
    for (uint32_t i = 0; i < facts->refusal_count; i++)
        if (facts_covers(facts, facts->refusals[i].usec))
            counts_add_refusal(submitted, &facts->refusals[i]);
    report->totals.inbound_messages = facts->inbound_messages;
    report->totals.inbound_recipients = facts->inbound_recipients;
    report->totals.unattributed_messages = facts->unattributed_messages;
    report->totals.unattributed_recipients = facts->unattributed_recipients;
    report->totals.accounts = report->account_count;
    report->totals.sources = 0;
    for (uint32_t i = 0; i < facts->source_count; i++)
        report->totals.sources += world->sources[i].first_usec != INT64_MAX;
}

void report_fill(struct report *report, struct gather *gather)
{
    const struct world *world = gather->world;
    struct arena *arena = gather->arena;
    fill_others(gather);
    sort(gather->accounts, gather->account_count, sizeof *gather->accounts, compare_accounts);
    sort(gather->findings, gather->finding_count, sizeof *gather->findings, compare_findings);
    sort(gather->timeline, gather->timeline_count, sizeof *gather->timeline, compare_events);
    find_campaigns(report, gather);
    report->accounts =
        kept(arena, gather->accounts, gather->account_count, sizeof *gather->accounts);
    report->account_count = gather->account_count;
    report->findings =
        kept(arena, gather->findings, gather->finding_count, sizeof *gather->findings);
    report->finding_count = gather->finding_count;
    report->cleared = kept(arena, gather->cleared, gather->cleared_count, sizeof *gather->cleared);
    report->cleared_count = gather->cleared_count;
    report->timeline =
        kept(arena, gather->timeline, gather->timeline_count, sizeof *gather->timeline);
    report->timeline_count = gather->timeline_count;
    find_limits(report, gather);
    fill_ongoing(report, world);
    fill_totals(report, world);
    find_reputation(report, gather);
    report->depth = world->facts->depth;
    report->depth_count = world->facts->depth_count;
    unobservable_list(world, arena, report);
}
