/* V-03: a little more every day? The sum of what is above the account's usual day, while strangers'
 * mail to strangers goes out. */
#include <math.h>

#include "detectors.h"
#include "evidence.h"
#include "span.h"
#include "subject_build.h"

enum { USUAL_DAYS = 5, DRIFT_DAYS = 3 };
static const double slack = 0.5, alarm_at = 5, least_deviation = 0.35, most_step = 3;

struct day {
    double recipients;
    bool strange;
};

struct usual {
    double mean, deviation;
    uint32_t days;
};

static struct day *collect(const struct subject *subject, int32_t *ret_first, uint32_t *ret_count)
{
    int32_t first = day_of(subject->messages[0].first_usec),
            last = day_of(subject->messages[subject->message_count - 1].first_usec);
    *ret_first = first;
    *ret_count = last - first < 4000 ? (uint32_t)(last - first) + 1 : 0;
    struct day *days = arena_alloc(subject->arena, ((size_t)*ret_count + 1) * sizeof *days);
    for (uint32_t i = 0; i < subject->message_count && *ret_count; i++) {
        struct day *day = &days[day_of(subject->messages[i].first_usec) - first];
        day->recipients += subject->messages[i].recipients;
        day->strange = day->strange || subject->novel[i];
    }
    return days;
}

/* Of the logarithm, over the days without a stranger. */
static struct usual usual_day(const struct day *days, uint32_t count)
{
    struct usual usual = {0};
    double sum = 0, squares = 0;
    for (uint32_t i = 0; i < count; i++) {
        double x = log1p(days[i].recipients);
        if (days[i].strange)
            continue;
        usual.days++;
        sum += x;
        squares += x * x;
    }
    if (!usual.days)
        return usual;
    usual.mean = sum / usual.days;
    double variance = squares / usual.days - usual.mean * usual.mean;
    usual.deviation = sqrt(variance > 0 ? variance : 0);
    usual.deviation = usual.deviation > least_deviation ? usual.deviation : least_deviation;
    return usual;
}

static void look(struct subject *subject)
{
    int32_t first;
    uint32_t count, run = 0, longest = 0;
    double sum = 0, worst = 0;
    if (!subject->message_count || !evidence_has(subject, "S-07"))
        return;
    const struct day *days = collect(subject, &first, &count);
    struct usual usual = usual_day(days, count);
    for (uint32_t i = 0; i < count && usual.days >= USUAL_DAYS; i++) {
        double z = (log1p(days[i].recipients) - usual.mean) / usual.deviation;
        sum += (z < most_step ? z : most_step) - slack; /* one day alone is no drift */
        sum = sum > 0 ? sum : 0;
        run = sum > 0 ? run + days[i].strange : 0;
        worst = sum > worst ? sum : worst;
        longest = run > longest ? run : longest;
    }
    if (worst < alarm_at || longest < DRIFT_DAYS)
        return;
    struct refs refs = {0};
    for (uint32_t i = 0; i < subject->message_count; i++)
        if (subject->novel[i])
            refs_add(&refs, subject->messages[i].place);
    evidence_add(subject, V03_DRIFT, &refs,
                 "on %u days in a row more than usual, with strangers' mail: %.1f standard "
                 "deviations together; on its own days about %.0f recipients",
                 longest, worst, expm1(usual.mean));
}

const struct detector drift_detector = {"drift", look};
