/* The lines of a block that tell all of its clocks and hosts: of every stretch of a host's clock
 * the first, the last, the earliest and the latest. A store that is fed with them alone has the
 * spans, the steps and the hosts of the whole log. */
#ifndef POSTMORTEM_WATCH_H
#define POSTMORTEM_WATCH_H

#include "kept.h"
#include "stamp.h"
#include "str.h"

enum { WATCH_MAX = 64 };

struct watch {
    struct watched {
        struct str host; /* valid as long as the block */
        struct stamp stamp;
        struct kept_line first, last, least, most;
        int64_t least_usec, most_usec;
    } items[WATCH_MAX];
    unsigned count;
    bool full; /* there were more clocks than that */
};

void watch_begin(struct watch *watch);
void watch_line(struct watch *watch, struct str host, const struct stamp *stamp,
                const struct kept_line *line);
/* Adds the lines to keep. */
void watch_end(const struct watch *watch, struct kept *ret);

#endif
