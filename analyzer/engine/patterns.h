/* Every pattern of every parser, in the order that is their id: what the build compiles and the run
 * looks up. */
#ifndef POSTMORTEM_PATTERNS_H
#define POSTMORTEM_PATTERNS_H

#include <hs.h>

#include "err.h"
#include "parser.h"

/* The caller frees the array, not what it points to. */
const struct pattern **patterns_collect(unsigned *ret_count);

/* Compiles them for any x86-64 from SSE4.2 on (or any arm64). The caller frees it with
 * hs_free_database. NULL: err names the pattern. */
hs_database_t *patterns_compile(const struct pattern *const *patterns, unsigned count,
                                struct err *err);

#endif
