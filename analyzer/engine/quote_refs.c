#include "quote_refs.h"

#include <stdlib.h>

#include "arena.h"

struct refs {
    struct ref **items;
    size_t count;
};

static int ref_order(const void *a, const void *b)
{
    const struct place *x = &(*(struct ref *const *)a)->place,
                       *y = &(*(struct ref *const *)b)->place;
    if (x->input != y->input)
        return x->input < y->input ? -1 : 1;
    return (x->offset > y->offset) - (x->offset < y->offset);
}

static void add_refs(struct refs *refs, const struct ref *items, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        refs->items[refs->count++] =
            (struct ref *)(uintptr_t)&items[i]; /* the report's own memory: run_quote may fill it */
}

static void add_evidence(struct refs *refs, const struct evidence *items, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        add_refs(refs, items[i].refs, items[i].ref_count);
}

static size_t count_refs(const struct report *report)
{
    size_t count = 0;
    for (uint32_t i = 0; i < report->account_count; i++)
        count += (size_t)report->accounts[i].evidence_count * REFS_MAX;
    for (uint32_t i = 0; i < report->finding_count; i++)
        count += (size_t)report->findings[i].evidence_count * REFS_MAX;
    return count + (size_t)report->timeline_count * REFS_MAX;
}

struct ref **quote_refs_of(const struct report *report, size_t *ret_count)
{
    struct refs refs = {.items = xcalloc(count_refs(report) + 1, sizeof *refs.items)};
    for (uint32_t i = 0; i < report->account_count; i++)
        add_evidence(&refs, report->accounts[i].evidence, report->accounts[i].evidence_count);
    for (uint32_t i = 0; i < report->finding_count; i++)
        add_evidence(&refs, report->findings[i].evidence, report->findings[i].evidence_count);
    for (uint32_t i = 0; i < report->timeline_count; i++)
        add_refs(&refs, report->timeline[i].refs, report->timeline[i].ref_count);
    qsort(refs.items, refs.count, sizeof *refs.items, ref_order);
    *ret_count = refs.count;
    return refs.items;
}

/* Those of one item; they are the report's own memory. */
static void drop(const struct ref *refs, const uint32_t *count, const bool *gone)
{
    struct ref *kept = (struct ref *)(uintptr_t)refs;
    uint32_t left = 0;
    for (uint32_t i = 0; i < *count; i++)
        if (!gone[refs[i].place.input])
            kept[left++] = refs[i];
    if (!left && *count)
        kept[0].gone = true;
    *(uint32_t *)(uintptr_t)count = left;
}

static void drop_evidence(const struct evidence *items, uint32_t count, const bool *gone)
{
    for (uint32_t i = 0; i < count; i++)
        drop(items[i].refs, &items[i].ref_count, gone);
}

void quote_drop_refs(const struct report *report, const bool *gone)
{
    for (uint32_t i = 0; i < report->account_count; i++)
        drop_evidence(report->accounts[i].evidence, report->accounts[i].evidence_count, gone);
    for (uint32_t i = 0; i < report->finding_count; i++)
        drop_evidence(report->findings[i].evidence, report->findings[i].evidence_count, gone);
    for (uint32_t i = 0; i < report->timeline_count; i++)
        drop(report->timeline[i].refs, &report->timeline[i].ref_count, gone);
}
