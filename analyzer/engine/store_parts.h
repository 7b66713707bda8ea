/* For the tests of the store: the facts of a log that is cut into parts, each with a store of its
 * own, which are then joined. */
#ifndef POSTMORTEM_STORE_PARTS_H
#define POSTMORTEM_STORE_PARTS_H

#include "batch.h"
#include "settings.h"
#include "str.h"

enum { PARTS_MAX = 6, GAPS_MAX = 3, TEST_SEED = 1 /* of the tables */ };

struct bench {
    struct batch_worker *worker;
    struct settings settings;
    uint32_t random;
    int failed;
};

/* A log and the damage in it. */
struct log {
    const char *name;
    struct str text;
    size_t gaps[GAPS_MAX]; /* in front of these bytes, which begin lines; rising */
    unsigned gap_count;
};

/* Joined in a random association, as text that the caller frees. ends: of the parts, behind line
 * ends, rising, the last one the end of the log. */
char *facts_of_parts(struct bench *bench, const struct log *log, const size_t *ends, size_t count,
                     size_t block_bytes);

#endif
