/* Which networks are the account's own. A network is familiar once the account has spent three
 * clean days there, days with its own identity or its mailbox and not under a crowd of foreign
 * domains; those of its first week count from the start. */
#include <stdlib.h>

#include "span.h"
#include "subject_build.h"

enum {
    CLEAN_DAYS = 3,
    LEARNING_DAYS = 7,
    ACTIVE_DAYS = 7,
    OUTSIDE_ON_CLEAN_DAY = 2,
    BASELINE_RECIPIENTS = 30
};

/* One day at one network. */
struct stay {
    uint64_t network;
    int32_t day;
    uint32_t tie;
    uint32_t foreign; /* domain, or 0 */
    bool own;         /* speaks for the owner */
};

static int compare_stays(const void *a, const void *b)
{
    const struct stay *x = a, *y = b;
    if (x->network != y->network)
        return x->network < y->network ? -1 : 1;
    if (x->day != y->day)
        return x->day < y->day ? -1 : 1;
    return x->foreign < y->foreign ? -1 : x->foreign > y->foreign;
}

static struct stay stay_at(const struct subject *subject, uint32_t tie, int64_t usec)
{
    const struct tie *at = &subject->ties[tie];
    return (struct stay){
        .network = subject->world->sources[at->source].narrow, .day = day_of(usec), .tie = tie};
}

static struct stay *collect(const struct subject *subject, uint32_t *ret_count)
{
    size_t most = (size_t)subject->message_count + subject->login_count + 1;
    struct stay *stays = arena_alloc(subject->arena, most * sizeof *stays);
    uint32_t count = 0;
    for (uint32_t i = 0; i < subject->message_count; i++) {
        if (subject->message_tie[i] == NO_TIE)
            continue;
        struct stay stay =
            stay_at(subject, subject->message_tie[i], subject->messages[i].first_usec);
        stay.foreign = subject->foreign[i];
        stay.own = !stay.foreign && subject->messages[i].sender_domain;
        stays[count++] = stay;
    }
    for (uint32_t i = 0; i < subject->login_count; i++) {
        if (subject->login_tie[i] == NO_TIE || subject->logins[i].outcome != LOGIN_OK)
            continue;
        struct stay stay = stay_at(subject, subject->login_tie[i], subject->logins[i].usec);
        stay.own = subject->logins[i].service != SERVICE_SMTP;
        stays[count++] = stay;
    }
    qsort(stays, count, sizeof *stays, compare_stays);
    *ret_count = count;
    return stays;
}

/* Takes the stays of one network and day off the front; says whether it was a clean day. */
static bool take_day(const struct stay *stays, uint32_t count, uint32_t *ret_taken)
{
    uint32_t i = 0, foreign = 0;
    bool own = false, quiet = true;
    for (; i < count && stays[i].network == stays[0].network && stays[i].day == stays[0].day; i++) {
        own = own || stays[i].own;
        quiet = quiet && !stays[i].foreign;
        foreign += stays[i].foreign && (i == 0 || stays[i].foreign != stays[i - 1].foreign);
    }
    *ret_taken = i;
    return (own || quiet) && foreign <= OUTSIDE_ON_CLEAN_DAY;
}

static uint32_t count_days(struct subject *subject, const struct stay *stays, uint32_t count,
                           int32_t *ret_first)
{
    uint32_t days = 0;
    int32_t first = INT32_MAX, last = INT32_MIN;
    for (uint32_t i = 0; i < count; i++) {
        first = stays[i].day < first ? stays[i].day : first;
        last = stays[i].day > last ? stays[i].day : last;
    }
    *ret_first = first;
    if (count == 0 || last - first > 4000)
        return 0;
    bool *seen = arena_alloc(subject->arena, (size_t)(last - first) + 1);
    for (uint32_t i = 0; i < count; i++) {
        days += !seen[stays[i].day - first];
        seen[stays[i].day - first] = true;
    }
    return days;
}

static void learn_network(struct subject *subject, const struct stay *stays, uint32_t count,
                          int32_t start)
{
    uint32_t clean = 0, taken;
    int32_t from = DAY_NEVER;
    for (uint32_t i = 0; i < count && clean < CLEAN_DAYS; i += taken)
        if (take_day(stays + i, count - i, &taken) && ++clean == CLEAN_DAYS)
            from = stays[0].day < start + LEARNING_DAYS ? INT32_MIN : stays[i].day + 1;
    for (uint32_t i = 0; i < count; i++)
        subject->ties[stays[i].tie].familiar_from = from;
}

static void mark_messages(struct subject *subject)
{
    uint64_t familiar = 0;
    for (uint32_t i = 0; i < subject->message_count; i++) {
        uint32_t at = subject->message_tie[i];
        if (at == NO_TIE)
            continue;
        const struct source_view *source = &subject->world->sources[subject->ties[at].source];
        bool known = source->infrastructure || source->trusted || source->gateway || source->office;
        subject->unfamiliar[i] =
            !known && day_of(subject->messages[i].first_usec) < subject->ties[at].familiar_from;
        familiar += subject->unfamiliar[i] ? 0 : subject->messages[i].recipients;
    }
    subject->has_habits = subject->has_habits && familiar >= BASELINE_RECIPIENTS;
}

void familiarity_learn(struct subject *subject)
{
    uint32_t count;
    int32_t start;
    if (subject->world->too_short)
        return;
    struct stay *stays = collect(subject, &count);
    subject->has_habits = count_days(subject, stays, count, &start) >= ACTIVE_DAYS;
    for (uint32_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && stays[end].network == stays[i].network;)
            end++;
        learn_network(subject, stays + i, end - i, start);
    }
    mark_messages(subject);
}
