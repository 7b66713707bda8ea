/* Shared by the files that trace. */
#ifndef POSTMORTEM_TRACE_INTERNAL_H
#define POSTMORTEM_TRACE_INTERNAL_H

#include "finder.h"
#include "run_internal.h"
#include "settle_internal.h"
#include "trace.h"

/* A message that matched, while its lines are gathered. */
struct trail {
    uint32_t head; /* fragment */
    int64_t first_usec;
    struct trace_line *lines;
    uint32_t line_count, line_capacity;
    struct trace_hop *hops;
    uint32_t hop_count, hop_capacity;
};

struct tracing {
    struct run *run;
    uint32_t *heads;  /* by fragment: the first of its message, notifications being their own */
    uint32_t *owners; /* by fragment: 1 + index of the trail that tells it; 0: none */
    uint32_t *hop_of; /* by fragment: index among the hops of its trail */
    struct trail *trails;
    uint32_t trail_count;
    uint64_t message_count;
};

/* The fragment that has the facts of one that was absorbed, or itself. */
uint32_t trace_absorber(const struct tracing *t, uint32_t index);
/* Sets heads, owners and trails. */
void trace_choose(struct tracing *t);
/* Second pass: fills the lines of the trails. */
void trace_read(struct tracing *t);
/* The same from the lines that were found. */
void trace_read_found(struct tracing *t, const struct finder *finder);
/* Would the whole log say the same of the trails? NULL, or what it might say otherwise. */
const char *trace_doubt(struct tracing *t);
/* Tells one trail, once its lines are there. */
void trace_tell(struct tracing *t, struct trail *trail, const struct gathered *gathered,
                struct traced *ret);

#endif
