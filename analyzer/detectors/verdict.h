/* From evidence to a verdict: sums, requirements and ceilings. */
#ifndef POSTMORTEM_VERDICT_H
#define POSTMORTEM_VERDICT_H

#include "subject.h"

enum { SUM_WATCH = 100, SUM_SUSPICIOUS = 200, SUM_LIKELY = 350, SUM_CONFIRMED = 500 };

/* A stranger guessed the password and opened the mailbox of somebody who works from elsewhere. */
bool verdict_was_read(const struct subject *subject);
/* Sets verdict and class from the summed evidence and the roles. */
void verdict_decide(struct subject *subject);

#endif
