/* --events FILE: every line that was understood, as one normalised event in JSON with the names of
 * the Elastic Common Schema (as in timeline.jsonl), zstd-compressed: for ClickHouse, DuckDB, Spark.
 */
#ifndef POSTMORTEM_EVENTS_H
#define POSTMORTEM_EVENTS_H

#include <signal.h>

#include "err.h"
#include "settings.h"

/* Reads the logs once more. There is a whole file at the end or none. */
bool events_write(const struct settings *settings, const volatile sig_atomic_t *stop,
                  struct err *err);

#endif
