/* What a worker of the second pass found in its block. */
#ifndef POSTMORTEM_QUOTE_PICK_H
#define POSTMORTEM_QUOTE_PICK_H

#include "batch.h"
#include "scan.h"

/* Whose line it is: the principal and the address, each as 1 + its number among those quoted, or 0.
 */
struct owner {
    uint32_t principal, source;
};

/* A line of a block that is quoted, or referred to. */
struct pick {
    struct str line, program;
    uint64_t offset;
    uint32_t number, length;
    struct owner owner; /* nobody: only referred to */
    uint32_t field_first, field_count;
    uint8_t kind, sha256[32];
    const char *what;
};

struct picks {
    struct pick *items;
    size_t count, capacity;
    struct field *fields; /* of lines that an address owns */
    size_t field_count, field_capacity;
    uint64_t lines;
};

/* Slices of line are kept as far as they point into text, which outlives the scan. */
void pick_add(struct picks *picks, struct str text, const struct line_cursor *cursor,
              struct owner owner, const struct scanned *line);
void picks_free(void *picks);

#endif
