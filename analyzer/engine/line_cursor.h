/* Lines of a block one by one, with their place. */
#ifndef POSTMORTEM_LINE_CURSOR_H
#define POSTMORTEM_LINE_CURSOR_H

#include "block.h"
#include "str.h"

struct line_cursor {
    const char *at, *end;
    uint64_t offset, next_offset; /* of this line and of the next, in the member */
    uint32_t length; /* in the member, without line end; includes what was skipped of a long line */
    uint32_t number, next_number; /* 0-based in the block */
};
void line_cursor_begin(struct line_cursor *cursor, const struct block *block);
bool line_cursor_next(struct line_cursor *cursor, const struct block *block, struct str *ret);

#endif
