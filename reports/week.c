#include "week.h"

#include "kept.h"

enum { QUARTER_SECONDS = 900, QUARTER_MINUTES = 15, WEEK_BEGINS = 3 * DAY_HOURS * HOUR_QUARTERS };

static unsigned wrap(int64_t quarter)
{
    return (unsigned)((quarter % WEEK_QUARTERS + WEEK_QUARTERS) % WEEK_QUARTERS);
}

static unsigned quarter_of(int64_t usec)
{
    int64_t seconds = usec / USEC_PER_SEC - (usec % USEC_PER_SEC < 0);
    int64_t quarter = seconds / QUARTER_SECONDS - (seconds % QUARTER_SECONDS < 0);
    return wrap(quarter + WEEK_BEGINS); /* 1970-01-01 was a Thursday */
}

struct week week_of(const struct report *report, const struct listed *listed, bool attackers)
{
    const struct facts *facts = report->facts;
    struct week week = {{0}};
    if (!facts)
        return report->kept ? report->kept->weeks[attackers] : week;
    for (uint32_t i = 0; i < facts->login_count; i++) {
        const struct login *login = &facts->logins[i];
        bool theirs = listed->addresses[login->ip];
        bool accused =
            login->principal < facts->principal_count && listed->principals[login->principal];
        if (login->outcome == LOGIN_OK && accused && theirs == attackers &&
            facts_covers(facts, login->usec))
            week.quarters[quarter_of(login->usec)] += login->count;
    }
    return week;
}

uint64_t week_hour(const struct week *week, unsigned day, unsigned hour, int offset_minutes)
{
    uint64_t sum = 0;
    int64_t first =
        ((int64_t)day * DAY_HOURS + hour) * HOUR_QUARTERS - offset_minutes / QUARTER_MINUTES;
    for (unsigned i = 0; i < HOUR_QUARTERS; i++)
        sum += week->quarters[wrap(first + i)];
    return sum;
}
