#include <stdlib.h>

#include "run_internal.h"

/* A host is silent when it says nothing for longer than this, and than so many times what is usual
 * for it at that hour. */
#define SILENCE_MIN_USEC ((int64_t)30 * 60 * USEC_PER_SEC)
#define USEC_PER_MINUTE ((int64_t)60 * USEC_PER_SEC)

enum { SILENCE_TIMES_MEDIAN = 20, HOURS = 24, GAPS_MAX = 1000 };

struct spoken {
    struct str host;
    int64_t first, last;
};

static int by_host_and_time(const void *a, const void *b)
{
    const struct spoken *x = a, *y = b;
    int order = str_compare(x->host, y->host);
    return order ? order : (x->first > y->first) - (x->first < y->first);
}

static int by_length(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static unsigned hour_of(int64_t usec)
{
    int64_t hour = usec / USEC_PER_SEC / 3600 % HOURS;
    return (unsigned)(hour < 0 ? hour + HOURS : hour); /* a zone may lead back before 1970 */
}

/* Median silence of a host by the hour of UTC in which it began. */
static void medians(const struct spoken *spoken, uint32_t count, int64_t *ret)
{
    int64_t *gaps = xcalloc(count + 1, sizeof *gaps);
    for (unsigned hour = 0; hour < HOURS; hour++) {
        uint32_t n = 0;
        for (uint32_t i = 0; i + 1 < count; i++)
            if (hour_of(spoken[i].last) == hour)
                gaps[n++] = spoken[i + 1].first - spoken[i].last;
        if (n)
            qsort(gaps, n, sizeof *gaps, by_length);
        ret[hour] = n ? gaps[n / 2] : 0;
    }
    free(gaps);
}

static uint32_t find_gaps(const struct run *run, const struct spoken *spoken, uint32_t count,
                          struct gap_report *gaps, uint32_t found)
{
    int64_t usual[HOURS];
    int64_t heard = spoken[0].last;
    medians(spoken, count, usual);
    for (uint32_t i = 1; i < count && found < GAPS_MAX; i++) {
        int64_t silence = spoken[i].first - heard,
                limit = SILENCE_TIMES_MEDIAN * usual[hour_of(heard)];
        if (silence > SILENCE_MIN_USEC && silence > limit)
            gaps[found++] = (struct gap_report){spoken[i].host,
                                                {heard, run->settlement.facts.digits},
                                                {spoken[i].first, run->settlement.facts.digits}};
        heard = spoken[i].last > heard ? spoken[i].last : heard;
    }
    return found;
}

void describe_gaps(struct run *run, struct report *report)
{
    const struct store *store = &run->store;
    struct spoken *spoken = xcalloc(store->digest_count + 1, sizeof *spoken);
    struct gap_report *gaps = arena_alloc(&run->arena, GAPS_MAX * sizeof *gaps);
    uint32_t found = 0;
    for (uint32_t i = 0; i < store->digest_count; i++) {
        const struct digest *d = &store->digests[i];
        const struct clock_run *clock = &store->runs[d->segment];
        int64_t minute =
            clock_utc(&run->settlement.clocks[d->segment], clock, d->minute * USEC_PER_MINUTE);
        spoken[i] =
            (struct spoken){intern_get(&store->intern, clock->host),
                            minute + d->first * USEC_PER_SEC, minute + d->last * USEC_PER_SEC};
    }
    qsort(spoken, store->digest_count, sizeof *spoken, by_host_and_time);
    for (uint32_t from = 0, to; from < store->digest_count; from = to) {
        for (to = from + 1; to < store->digest_count && str_eq(spoken[to].host, spoken[from].host);
             to++)
            ;
        found = find_gaps(run, spoken + from, to - from, gaps, found);
    }
    report->coverage.gaps = gaps;
    report->coverage.gap_count = found;
    free(spoken);
}
