/* What a run knows that no log says: who reports, what was done, when it is made. */
#ifndef POSTMORTEM_RUN_FACTS_H
#define POSTMORTEM_RUN_FACTS_H

#include "arena.h"
#include "case.h"
#include "investigate.h"
#include "settings.h"

/* --actions FILE: before anything is read, since the text goes into letters and reports as it
 * stands. Empty without the option; false with STATUS_USAGE if it cannot be had. */
bool actions_read(const struct settings *settings, struct arena *arena, struct str *ret,
                  struct err *err);

/* began and ended: microseconds since 1970. settings and line are borrowed. */
struct run_info run_info_of(const struct settings *settings, const struct command_line *line,
                            struct str actions, int64_t began_usec, int64_t ended_usec);
int64_t now_usec(void);

#endif
