/* Between the files of the fixture. */
#ifndef POSTMORTEM_FIXTURE_PARTS_H
#define POSTMORTEM_FIXTURE_PARTS_H

#include "fixture.h"

#define COUNT(array) (uint32_t)(sizeof(array) / sizeof(array)[0])
#define AT(clock_seconds)                                                                          \
    {                                                                                              \
        INT64_C(1795305600000000) + (int64_t)(clock_seconds)*USEC_PER_SEC, 0                       \
    } /* 2026-11-22 */
#define CLOCK(hour, minute, second) AT((hour)*3600 + (minute)*60 + (second))
#define NEVER                                                                                      \
    {                                                                                              \
        TIME_NONE, 0                                                                               \
    }
#define S(literal)                                                                                 \
    {                                                                                              \
        literal, sizeof(literal) - 1                                                               \
    }

const struct facts *fixture_facts(void);
/* Queue, campaign, limits. */
void fixture_figures(struct report *report);
struct report fixture_incident(void);
struct report fixture_hostile(void);

#endif
