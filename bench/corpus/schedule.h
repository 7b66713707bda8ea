/* What happens next: a heap of events, earliest first, equal times in the order they were added. */
#ifndef CORPUS_SCHEDULE_H
#define CORPUS_SCHEDULE_H

#include <stddef.h>
#include <stdint.h>

struct happening {
    int64_t time; /* microseconds since 1970 */
    uint32_t sequence;
    uint32_t what; /* the caller's */
};

struct schedule {
    struct happening *heap;
    size_t count, capacity;
    uint32_t sequence;
};

void schedule_add(struct schedule *schedule, int64_t time, uint32_t what);
/* Time of the earliest; INT64_MAX if there is none. */
int64_t schedule_next(const struct schedule *schedule);
/* Only if there is one. */
struct happening schedule_take(struct schedule *schedule);
void schedule_free(struct schedule *schedule);

#endif
