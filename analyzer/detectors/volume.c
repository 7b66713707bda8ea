/* V: how much at once? An hour against the account's other hours, as the surprise of a negative
 * binomial; never enough alone. */
#define _DEFAULT_SOURCE /* lgamma_r */
#include <math.h>

#include "detectors.h"
#include "evidence.h"
#include "span.h"
#include "subject_build.h"

/* What is usual before anything is known of an account: half a recipient an hour, heaped as
 * people's mail is. */
static const double prior_mean = 0.5, prior_size = 0.1, prior_hours = 72, least_size = 0.03,
                    most_size = 2.0;

struct hour {
    int64_t number;
    uint64_t recipients, counted; /* counted: inside the limits */
};

struct sums {
    double recipients, squares;
};

/* lgamma of a positive number; the function of that name keeps the sign for all threads. */
static double log_gamma(double x)
{
    int sign;
    return lgamma_r(x, &sign);
}

/* -log10 of the chance of x or more recipients in an hour; an upper bound of the chance. */
static double surprise(double x, double mean, double size)
{
    double q = mean / (mean + size);
    double ratio = (x + size) / (x + 1) * q;
    double worst = ratio > q ? ratio : q;
    if (worst >= 1)
        return 0;
    double log_chance = log_gamma(x + size) - log_gamma(size) - log_gamma(x + 1) + x * log(q) +
                        size * log(1 - q) - log(1 - worst);
    return log_chance < 0 ? -log_chance / log(10) : 0;
}

static uint32_t count_hours(const struct subject *subject, struct hour *hours)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < subject->whole->message_count; i++) {
        const struct message *message = &subject->whole->messages[i];
        int64_t number = message->first_usec / HOUR_USEC;
        if (!subject_counts(subject, message))
            continue;
        if (count == 0 || hours[count - 1].number != number)
            hours[count++] = (struct hour){.number = number};
        hours[count - 1].recipients += message->recipients;
        hours[count - 1].counted +=
            facts_covers(subject->world->facts, message->first_usec) ? message->recipients : 0;
    }
    return count;
}

/* Hours that follow each other within half a day, each at least a quarter as busy: one incident. */
struct stretch {
    uint32_t first, end;
};

static struct stretch stretch_at(const struct hour *hours, uint32_t count, uint32_t at)
{
    struct stretch stretch = {at, at + 1};
    int64_t edge = hours[at].number;
    for (uint32_t i = at; i > 0 && hours[i - 1].number >= edge - 12; i--) {
        edge = hours[i - 1].recipients * 4 >= hours[at].recipients ? hours[i - 1].number : edge;
        stretch.first = i - 1;
    }
    edge = hours[at].number;
    for (uint32_t i = at + 1; i < count && hours[i].number <= edge + 12; i++) {
        edge = hours[i].recipients * 4 >= hours[at].recipients ? hours[i].number : edge;
        stretch.end = i + 1;
    }
    return stretch;
}

/* The incident, and half a day before and after it, are not the habit. */
static double surprise_at(const struct hour *hours, uint32_t count, uint32_t at, struct sums all,
                          double span, double *ret_mean)
{
    struct sums own = all;
    struct stretch near = stretch_at(hours, count, at);
    for (uint32_t i = near.first; i < near.end; i++) {
        own.recipients -= (double)hours[i].recipients;
        own.squares -= (double)hours[i].recipients * (double)hours[i].recipients;
    }
    double taken = (double)(hours[near.end - 1].number - hours[near.first].number) + 1;
    taken = taken > 25 ? taken : 25;
    double n = span > taken ? span - taken : 0, weight = n + prior_hours;
    double mean = (own.recipients + prior_hours * prior_mean) / weight;
    double prior_square =
        prior_mean + prior_mean * prior_mean / prior_size + prior_mean * prior_mean;
    double variance = (own.squares + prior_hours * prior_square) / weight - mean * mean;
    double size = mean * mean / (variance - mean > 1e-9 ? variance - mean : 1e-9);
    size = size < least_size ? least_size : size > most_size ? most_size : size;
    *ret_mean = mean;
    return surprise((double)hours[at].counted, mean, size);
}

static struct refs refer(const struct subject *subject, int64_t hour)
{
    struct refs refs = {0};
    for (uint32_t i = 0; i < subject->message_count && refs.count < REFS_MAX; i++)
        if (subject->messages[i].first_usec / HOUR_USEC == hour)
            refs_add(&refs, subject->messages[i].place);
    return refs;
}

static void look(struct subject *subject)
{
    const struct facts *facts = subject->world->facts;
    struct hour *hours =
        arena_alloc(subject->arena, (subject->whole->message_count + 1) * sizeof *hours);
    uint32_t count = count_hours(subject, hours), best = 0;
    struct sums all = {0};
    double worst = 0, usual = 0,
           span = (double)(facts->last_usec - facts->first_usec) / (double)HOUR_USEC;
    for (uint32_t i = 0; i < count; i++) {
        all.recipients += (double)hours[i].recipients;
        all.squares += (double)hours[i].recipients * (double)hours[i].recipients;
    }
    for (uint32_t i = 0; i < count; i++) {
        double mean = 0,
               s = hours[i].counted >= 50 ? surprise_at(hours, count, i, all, span, &mean) : 0;
        if (s > worst) {
            worst = s;
            best = i;
            usual = mean;
        }
    }
    bool alarm = worst >= 6, strong = worst >= 12 && hours[best].counted >= 200;
    bool alone = subject->world->too_short;
    if (alone)
        strong = alarm && hours[best].counted >= 200;
    if (!alarm)
        return;
    struct refs refs = refer(subject, hours[best].number);
    enum signal signal = strong ? (alone ? V01_TWO_HUNDRED_SHORT : V01_TWO_HUNDRED)
                                : (alone ? V01_FIFTY_SHORT : V01_FIFTY);
    if (alone)
        evidence_add(subject, signal, &refs,
                     "%llu recipients within an hour; accounts in general: %.1f an hour (too short "
                     "a log for its own habit)",
                     (unsigned long long)hours[best].counted, usual);
    else
        evidence_add(subject, signal, &refs,
                     "%llu recipients within an hour; otherwise %.1f an hour",
                     (unsigned long long)hours[best].counted, usual);
}

const struct detector volume_detector = {"volume", look};
