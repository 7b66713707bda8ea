#include "settle_internal.h"

/* A wall-clock time by the clock that the log ends with. */
static int64_t wall_utc(const struct settling *s, int64_t wall)
{
    const struct clock_run zoneless = {.kind = STAMP_ZONELESS};
    for (uint32_t i = s->store->run_count; i-- > 0;) {
        if (s->store->runs[i].kind == STAMP_UTC)
            continue;
        const struct clock_map *clock = &s->out->clocks[i];
        struct clock_map zone = {.offset_sec = clock->offset_sec, .zone = clock->zone};
        return clock_utc(&zone, &zoneless, wall);
    }
    return wall;
}

static int64_t limit_utc(const struct settling *s, const struct time_limit *limit, int64_t none)
{
    int64_t end = s->out->facts.last_usec;
    switch (limit->kind) {
    case LIMIT_UTC:
        return limit->usec;
    case LIMIT_WALL:
        return wall_utc(s, limit->usec);
    case LIMIT_BACK:
        return end == TIME_NONE ? none : end - limit->usec;
    case LIMIT_NONE:
        break;
    }
    return none;
}

void settle_limits(struct settling *s)
{
    struct facts *facts = &s->out->facts;
    struct time_limit until = s->settings->until;
    if (until.whole_day)
        until.usec += (int64_t)SEC_PER_DAY * USEC_PER_SEC;
    facts->since_usec = limit_utc(s, &s->settings->since, INT64_MIN);
    facts->until_usec = limit_utc(s, &until, INT64_MAX);
    s->history_usec = s->settings->no_history ? facts->since_usec : INT64_MIN;
}
