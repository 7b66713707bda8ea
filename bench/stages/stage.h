/* One step of the engine, run alone over a log in memory. */
#ifndef STAGES_STAGE_H
#define STAGES_STAGE_H

#include "workload.h"

/* What a stage needs besides the log; kept between its runs. */
struct bench {
    struct workload *workload;
    const char *packed; /* of decompress: the same log, compressed */
    struct scan *scan;
    struct arena scratch;
    struct digested digested;
    const char *wrong; /* what the stage found out about its own work; NULL: nothing */
};

struct stage {
    const char *name;
    const char *unit;                     /* of the answer */
    void (*prepare)(struct bench *bench); /* before each run, not timed; may be NULL */
    uint64_t (*run)(struct bench *bench); /* timed; the answer, the same each time */
    void (*forget)(struct bench *bench);  /* after each run, not timed; may be NULL */
};

extern const struct stage stages[];
extern const size_t stage_count;

#endif
