#include "schedule.h"

#include <stdbool.h>
#include <stdlib.h>

#include "memory.h"

enum { CHILDREN = 4 };

static bool earlier(const struct happening *a, const struct happening *b)
{
    if (a->time != b->time)
        return a->time < b->time;
    return (int32_t)(a->sequence - b->sequence) < 0;
}

void schedule_add(struct schedule *schedule, int64_t time, uint32_t what)
{
    schedule->heap = memory_grow(schedule->heap, &schedule->capacity, schedule->count + 1,
                                 sizeof *schedule->heap);
    struct happening added = {time, schedule->sequence++, what};
    size_t at = schedule->count++;
    while (at && earlier(&added, &schedule->heap[(at - 1) / CHILDREN])) {
        schedule->heap[at] = schedule->heap[(at - 1) / CHILDREN];
        at = (at - 1) / CHILDREN;
    }
    schedule->heap[at] = added;
}

int64_t schedule_next(const struct schedule *schedule)
{
    return schedule->count ? schedule->heap[0].time : INT64_MAX;
}

static size_t least_child(const struct schedule *schedule, size_t at)
{
    size_t first = at * CHILDREN + 1;
    size_t end = first + CHILDREN < schedule->count ? first + CHILDREN : schedule->count;
    size_t least = first;
    for (size_t i = first + 1; i < end; i++)
        if (earlier(&schedule->heap[i], &schedule->heap[least]))
            least = i;
    return least;
}

struct happening schedule_take(struct schedule *schedule)
{
    struct happening ret = schedule->heap[0];
    struct happening last = schedule->heap[--schedule->count];
    size_t at = 0;
    while (at * CHILDREN + 1 < schedule->count) {
        size_t child = least_child(schedule, at);
        if (!earlier(&schedule->heap[child], &last))
            break;
        schedule->heap[at] = schedule->heap[child];
        at = child;
    }
    schedule->heap[at] = last;
    return ret;
}

void schedule_free(struct schedule *schedule)
{
    free(schedule->heap);
}
