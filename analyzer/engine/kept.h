/* Lines of one log member kept out of those read by, with their places, so that they can be read
 * again as if nothing but they stood there. */
#ifndef POSTMORTEM_KEPT_H
#define POSTMORTEM_KEPT_H

#include "arena.h"
#include "block.h"

struct kept_line {
    const char *data; /* with its line end, if it has one */
    uint64_t offset;  /* in the member */
    uint64_t number;  /* 0-based: in the block until it is kept, then in the member */
    uint64_t skipped; /* as in struct block */
    uint32_t bytes;   /* 0: no line, but damage in front of the line of that number */
    uint8_t skipped_end, encoding;
    bool witness; /* not asked for: it tells of clocks, hosts, local domains */
};

struct kept {
    struct arena text;
    struct kept_line *items;
    size_t count, capacity;
};

/* One more; its data is borrowed. */
void kept_add(struct kept *kept, const struct kept_line *line);
/* A copy of what another holds, whose numbers count from base; at most limit bytes in all, else
 * false. */
bool kept_copy(struct kept *kept, const struct kept *from, uint64_t base, size_t limit);
/* In the order of the member, each line once. */
void kept_sort(struct kept *kept);
void kept_free(struct kept *kept);

/* A block of that line alone. It borrows the line's data. */
struct block kept_block(const struct kept_line *line);

#endif
