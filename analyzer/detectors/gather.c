#include "gather.h"

#include <stdlib.h>

#include "window.h"

/* Room for one more, zeroed; array and room are the caller's. */
static void *grow(void *array, uint32_t *count, uint32_t *room, size_t size)
{
    if (*count == *room) {
        *room = *room * 2 + 16;
        array = xrealloc(array, *room, size);
    }
    memset((char *)array + *count * size, 0, size);
    (*count)++;
    return array;
}

struct account_report *gather_account(struct gather *gather)
{
    gather->accounts = grow(gather->accounts, &gather->account_count, &gather->account_room,
                            sizeof *gather->accounts);
    return &gather->accounts[gather->account_count - 1];
}

struct finding *gather_finding(struct gather *gather)
{
    gather->findings = grow(gather->findings, &gather->finding_count, &gather->finding_room,
                            sizeof *gather->findings);
    struct finding *finding = &gather->findings[gather->finding_count - 1];
    finding->window = window_none();
    finding->principal_index = PRINCIPAL_UNKNOWN;
    return finding;
}

void gather_cleared(struct gather *gather, struct str account, const char *why)
{
    gather->cleared = grow(gather->cleared, &gather->cleared_count, &gather->cleared_room,
                           sizeof *gather->cleared);
    gather->cleared[gather->cleared_count - 1] = (struct cleared){account, why};
}

struct timeline_entry *gather_event(struct gather *gather)
{
    gather->timeline = grow(gather->timeline, &gather->timeline_count, &gather->timeline_room,
                            sizeof *gather->timeline);
    return &gather->timeline[gather->timeline_count - 1];
}

struct touch *gather_touch(struct gather *gather)
{
    gather->touches =
        grow(gather->touches, &gather->touch_count, &gather->touch_room, sizeof *gather->touches);
    return &gather->touches[gather->touch_count - 1];
}

void gather_append(struct gather *gather, const struct gather *part)
{
    for (uint32_t i = 0; i < part->account_count; i++)
        *gather_account(gather) = part->accounts[i];
    for (uint32_t i = 0; i < part->finding_count; i++)
        *gather_finding(gather) = part->findings[i];
    for (uint32_t i = 0; i < part->cleared_count; i++)
        gather_cleared(gather, part->cleared[i].account, part->cleared[i].why);
    for (uint32_t i = 0; i < part->timeline_count; i++)
        *gather_event(gather) = part->timeline[i];
    for (uint32_t i = 0; i < part->touch_count; i++)
        *gather_touch(gather) = part->touches[i];
}

void gather_free(struct gather *gather)
{
    free(gather->accounts);
    free(gather->findings);
    free(gather->cleared);
    free(gather->timeline);
    free(gather->touches);
}
