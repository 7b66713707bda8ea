/* report CASE -o DIR: a case folder anew from another one, without the logs. */
#ifndef POSTMORTEM_REPORT_ANEW_H
#define POSTMORTEM_REPORT_ANEW_H

#include "arena.h"
#include "finding.h"
#include "investigate.h"

/* report was read from the folder dir, whose digests hold. What cannot be made without the logs is
 * taken over as it stands, and said if it was asked for. */
bool report_anew(const struct settings *given, const struct command_line *line, const char *dir,
                 struct report *report, struct arena *arena, struct err *err);

#endif
