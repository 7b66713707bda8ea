/* When the accused accounts were logged in to, as a week of quarters of an hour. */
#ifndef POSTMORTEM_WEEK_H
#define POSTMORTEM_WEEK_H

#include "listed.h"

enum { WEEK_DAYS = 7, DAY_HOURS = 24, HOUR_QUARTERS = 4 };
enum { WEEK_QUARTERS = WEEK_DAYS * DAY_HOURS * HOUR_QUARTERS };

/* Successful logins by quarter of an hour of the week, UTC, from Monday on: from the addresses
 * called attackers', or from all others. */
struct week {
    uint64_t quarters[WEEK_QUARTERS];
};

/* Of the facts, else what a case folder kept, else nothing. */
struct week week_of(const struct report *report, const struct listed *listed, bool attackers);

/* Logins in an hour (0 to 23) of a day (0: Monday) by a clock that many minutes east of UTC. */
uint64_t week_hour(const struct week *week, unsigned day, unsigned hour, int offset_minutes);

#endif
