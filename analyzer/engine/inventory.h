/* What is there to be read: every input with its hosts, clocks, gaps and digest, and no analysis.
 */
#ifndef POSTMORTEM_INVENTORY_H
#define POSTMORTEM_INVENTORY_H

#include "run.h"

struct inventory_input {
    const struct input_report *input;
    const struct str *hosts; /* empty: lines without a host */
    uint32_t host_count;
    const char *const *zones; /* of its clocks: "Asia/Dhaka", "+05:30" */
    uint32_t zone_count;
    bool zone_assumed, year_assumed;
    const struct gap_report *gaps; /* of its hosts, within its span */
    uint32_t gap_count;
};

struct inventory {
    struct inventory_input *inputs; /* logs in the order of time, then what holds none */
    uint32_t input_count;
};

/* Reads everything once. The inventory lives as long as the run; after RUN_NO_LOG it tells what
 * there was instead. RUN_FAILED: err says why. */
enum run_state run_inventory(struct run *run, struct inventory *ret, struct err *err);

#endif
