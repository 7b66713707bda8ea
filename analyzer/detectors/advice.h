/* What to do about an account, and what would make us think better of it. */
#ifndef POSTMORTEM_ADVICE_H
#define POSTMORTEM_ADVICE_H

#include "finding.h"
#include "subject.h"

/* Fills todo and would_change of a report whose other fields stand. */
void advise(const struct subject *subject, struct account_report *report, struct arena *arena);

#endif
