/* An examined account as reports show it. */
#ifndef POSTMORTEM_ACCOUNT_H
#define POSTMORTEM_ACCOUNT_H

#include "finding.h"
#include "subject.h"

struct account_report account_report_of(const struct subject *subject, struct arena *arena);
/* Whether --account asked for it. */
bool account_is_named(const struct subject *subject);

#endif
