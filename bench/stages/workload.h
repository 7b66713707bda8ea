/* A log in memory, cut into blocks as the reader would, and what the engine makes of it step by
 * step. */
#ifndef STAGES_WORKLOAD_H
#define STAGES_WORKLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "batch.h"
#include "err.h"
#include "finding.h"
#include "settle.h"

struct workload {
    const char *path;
    char *text;
    size_t bytes;
    uint64_t lines; /* counted here, not by the engine */
    int64_t modified_usec;
    struct block *blocks; /* results are filled by workload_fill */
    size_t block_count;
    struct matcher *matcher;
    struct batch_worker *worker;
    struct settings settings;
};

bool workload_load(struct workload *ret, const char *path, size_t block_bytes, struct err *err);
void workload_free(struct workload *workload);

/* Every block's batch, anew. Returns the events. */
uint64_t workload_fill(struct workload *workload);

/* The log after the fold, and after each step behind it. */
struct digested {
    struct member member;
    struct clock_map *maps;
    struct arena arena;
    struct settlement settlement;
    struct arena report_arena;
    struct report report;
};

void digested_fold(struct digested *digested, const struct workload *workload);
void digested_settle(struct digested *digested, const struct workload *workload);
void digested_detect(struct digested *digested, const struct workload *workload);
void digested_forget_report(struct digested *digested);
void digested_forget_settlement(struct digested *digested);
void digested_forget(struct digested *digested); /* all of it */

#endif
