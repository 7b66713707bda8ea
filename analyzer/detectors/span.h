/* The busiest stretch of a row of sightings. */
#ifndef POSTMORTEM_SPAN_H
#define POSTMORTEM_SPAN_H

#include "arena.h"
#include "stamp.h"

enum { HOUR_SEC = 3600 };
#define HOUR_USEC ((int64_t)HOUR_SEC * USEC_PER_SEC)
#define DAY_USEC ((int64_t)SEC_PER_DAY * USEC_PER_SEC)

struct sighting {
    int64_t usec;
    uint64_t key;
    uint32_t row; /* the caller's own */
};

struct span {
    uint32_t distinct;   /* keys in the stretch that has most of them */
    uint32_t first, end; /* that stretch: sightings[first] up to but not including end */
};

/* sightings in time order; scratch memory from arena. */
struct span span_most_distinct(const struct sighting *sightings, uint32_t count,
                               int64_t length_usec, struct arena *arena);

#endif
