/* Inside the amavis parser: its verdict line, and the table of all its other line kinds. */
#ifndef POSTMORTEM_AMAVIS_H
#define POSTMORTEM_AMAVIS_H

#include <stdbool.h>

#include "event.h"
#include "str.h"
#include "template.h"

/* "Passed CLEAN {...}, [client] <from> -> <to>, ..." behind "(task) ". open_end: "..." stood at the
 * end of the line. */
bool amavis_verdict(struct str text, struct str task, bool open_end, struct event *out);

extern const struct line_kind amavis_kinds[];

#endif
