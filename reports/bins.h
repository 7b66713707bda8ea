/* The log cut into equal stretches of time: what each row of the table of verdicts sent in each,
 * and how long the queue was at its end. */
#ifndef POSTMORTEM_BINS_H
#define POSTMORTEM_BINS_H

#include "listed.h"
#include "text_parts.h"

/* Column 0 is everybody who is not accused, 1 to 8 the rows, 9 all further rows. */
enum { BINS_MAX = 240, BIN_ROWS = 8, BIN_COLUMNS = BIN_ROWS + 2 };

struct bin {
    uint64_t recipients[BIN_COLUMNS];
    uint64_t queued_theirs; /* messages, at the end of the bin */
};

struct bins {
    struct bin *items;
    uint32_t count;       /* 0: no line with a time */
    int64_t begin, width; /* microseconds, UTC; begin is even on the log's wall clock */
    int64_t first, last;  /* of the log, or of what is counted of it */
    uint64_t most;        /* recipients in the fullest bin */
    uint64_t sums[BIN_COLUMNS];
};

struct bins bins_of(const struct report *report, const struct rows *rows,
                    const struct listed *listed);
void bins_free(struct bins *bins);

#endif
