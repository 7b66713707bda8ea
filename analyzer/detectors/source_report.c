#include "source_report.h"

#include <stdlib.h>

#include "counts.h"
#include "window.h"

static int compare_reports(const void *a, const void *b)
{
    const struct source_report *x = a, *y = b;
    if (x->role != y->role)
        return x->role < y->role ? -1 : 1;
    if (x->messages != y->messages)
        return x->messages > y->messages ? -1 : 1;
    return str_compare(x->ip, y->ip);
}

void source_reports_sort(struct source_report *items, uint32_t count)
{
    qsort(items, count, sizeof *items, compare_reports);
}

struct source_report source_report_of(const struct world *world, uint32_t source)
{
    const struct source_fact *fact = &world->facts->sources[source];
    const struct source_view *view = &world->sources[source];
    return (struct source_report){.ip = facts_str(world->facts, fact->ip),
                                  .ptr = fact->client_name
                                             ? facts_str(world->facts, fact->client_name)
                                             : (struct str){NULL, 0},
                                  .role = ROLE_UNCLEAR,
                                  .asn = UNKNOWN,
                                  .first = window_when(world, view->first_usec),
                                  .last = window_when(world, view->last_usec)};
}

struct use {
    uint32_t tie, domain;
};

static int compare_uses(const void *a, const void *b)
{
    const struct use *x = a, *y = b;
    if (x->tie != y->tie)
        return x->tie < y->tie ? -1 : 1;
    return x->domain < y->domain ? -1 : x->domain > y->domain;
}

/* Foreign domains as written, per address. */
static void count_domains(const struct subject *subject, struct source_report *items)
{
    struct use *uses = arena_alloc(subject->arena, (subject->message_count + 1) * sizeof *uses);
    uint32_t count = 0;
    for (uint32_t i = 0; i < subject->message_count; i++) {
        if (subject->foreign[i] && subject->message_tie[i] != NO_TIE)
            uses[count++] = (struct use){subject->message_tie[i], counts_foreign_name(subject, i)};
    }
    qsort(uses, count, sizeof *uses, compare_uses);
    for (uint32_t i = 0; i < count; i++)
        items[uses[i].tie].forged_domains += i == 0 || compare_uses(&uses[i], &uses[i - 1]) != 0;
}

struct source_reports source_reports_of(const struct subject *subject, struct arena *arena)
{
    struct source_report *items = arena_alloc(arena, (subject->tie_count + 1) * sizeof *items);
    for (uint32_t i = 0; i < subject->tie_count; i++) {
        const struct tie *tie = &subject->ties[i];
        items[i] = source_report_of(subject->world, tie->source);
        items[i].role = tie->role;
        items[i].did = tie->did;
        items[i].first = window_when(subject->world, tie->first_usec);
        items[i].last = window_when(subject->world, tie->last_usec);
        items[i].logins = tie->logins;
        items[i].login_failures = tie->failures;
        items[i].messages = tie->messages;
        items[i].recipients = tie->recipients;
    }
    count_domains(subject, items);
    uint32_t count = 0;
    for (uint32_t i = 0; i < subject->tie_count; i++)
        if (subject->ties[i].first_usec != INT64_MAX)
            items[count++] = items[i];
    source_reports_sort(items, count);
    return (struct source_reports){items, count};
}
