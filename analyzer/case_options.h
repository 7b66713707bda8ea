/* The options that a case folder was made with, where a command makes it anew. */
#ifndef POSTMORTEM_CASE_OPTIONS_H
#define POSTMORTEM_CASE_OPTIONS_H

#include "arena.h"
#include "err.h"
#include "finding.h"
#include "settings.h"

/* Those of the case that `report` knows, and over them what was given now. options of the report
 * become those of the case with what was given now in place of the same option. Files that the case
 * names and that are gone are complained about and left out. False with err if the case holds what
 * no command line takes. */
bool case_options(const struct settings *given, struct report *report, struct arena *arena,
                  struct settings *ret, struct err *err);

#endif
