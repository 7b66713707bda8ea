/* What containers and tools put around a whole line: docker compose, docker -t, json-file, CRI,
 * grep -H, byte order marks. */
#ifndef POSTMORTEM_UNWRAP_H
#define POSTMORTEM_UNWRAP_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "stamp.h"
#include "str.h"

struct wrapping {
    struct str inner;   /* the line inside; in scratch where it had to be decoded */
    struct stamp stamp; /* the wrapping's own, kind STAMP_NONE if it has none */
};

/* Takes one wrapping off; false if there is none. */
bool unwrap(struct str line, struct arena *scratch, struct wrapping *ret);

/* "file:" and "file:123:" of grep: gives what follows each colon that may end such a prefix. *at
   begins with 0 and is carried from call to call; false when there is none left. Only the caller
   can say whether a log line follows. */
bool unwrap_grep(struct str line, size_t *at, struct str *ret_inner);

/* Takes off the end of a line what is no part of it: carriage returns and NULs. */
struct str unwrap_trim_end(struct str line);

#endif
