/* report.json of a case folder, read back into the report that it was written from. */
#ifndef POSTMORTEM_CASE_READ_H
#define POSTMORTEM_CASE_READ_H

#include "arena.h"
#include "err.h"
#include "finding.h"

/* Enough for the formats of report.h; what only the logs tell (facts, principals) is absent.
 * Everything in *ret lives in arena. False with STATUS_DIFFERS if it is no report of this program,
 * or of a version that wrote less, and names what is missing. */
bool case_read(const char *dir, struct arena *arena, struct report *ret, struct err *err);

#endif
