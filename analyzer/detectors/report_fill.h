/* The last step: orders what was gathered and puts it into the report. */
#ifndef POSTMORTEM_REPORT_FILL_H
#define POSTMORTEM_REPORT_FILL_H

#include "finding.h"
#include "gather.h"

void report_fill(struct report *report, struct gather *gather);

#endif
