/* Which networks are the account's own. A network, small or with its neighbourhood, is familiar
 * once the account has spent three clean days there, days with its own identity or its mailbox and
 * not under a crowd of foreign domains; those of its first week count from the start. Whoever reads
 * mail through this server reads it where he is at home: a network that only sends is his only if
 * it goes on for most of the time. */
#include <stdlib.h>

#include "span.h"
#include "subject_build.h"

enum {
    CLEAN_DAYS = 3,
    LEARNING_DAYS = 7,
    ACTIVE_DAYS = 7,
    OUTSIDE_ON_CLEAN_DAY = 2,
    BASELINE_RECIPIENTS = 30,
    BASELINE_VISITS = 30,
    SENDING_DAYS = 5
};

/* One day at one network. */
struct stay {
    uint64_t network;
    int32_t day;
    uint32_t tie;
    uint32_t foreign; /* domain, or 0 */
    bool own;         /* speaks for the owner */
    bool read;        /* the mailbox was opened */
};

/* When the account was active, and whether it is known to read its mail. */
struct life {
    int32_t first, last;
    uint32_t days, reading_days;
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

static struct stay stay_at(uint32_t tie, int64_t usec)
{
    return (struct stay){.day = day_of(usec), .tie = tie};
}

static bool is_mailbox(const struct login *login)
{
    return login->service == SERVICE_IMAP || login->service == SERVICE_POP3 ||
           login->service == SERVICE_WEBMAIL;
}

/* Mail often comes in bursts: equal stays tell no more than one. */
static bool is_same(const struct stay *a, const struct stay *b)
{
    return a->network == b->network && a->day == b->day && a->tie == b->tie &&
           a->foreign == b->foreign && a->own == b->own;
}

static struct stay *collect(const struct subject *subject, uint32_t *ret_count)
{
    size_t most = (size_t)subject->message_count + subject->login_count + 1;
    struct stay *stays = arena_alloc(subject->arena, most * sizeof *stays);
    uint32_t count = 0;
    for (uint32_t i = 0; i < subject->message_count; i++) {
        if (subject->message_tie[i] == NO_TIE)
            continue;
        struct stay stay = stay_at(subject->message_tie[i], subject->messages[i].first_usec);
        stay.foreign = subject->foreign[i];
        stay.own = !stay.foreign && subject->messages[i].sender_domain;
        count += !count || !is_same(&stays[count - 1], &stay);
        stays[count - 1] = stay;
    }
    for (uint32_t i = 0; i < subject->login_count; i++) {
        if (subject->login_tie[i] == NO_TIE || subject->logins[i].outcome != LOGIN_OK)
            continue;
        struct stay stay = stay_at(subject->login_tie[i], subject->logins[i].usec);
        stay.own = subject->logins[i].service != SERVICE_SMTP;
        stay.read = is_mailbox(&subject->logins[i]);
        stays[count++] = stay;
    }
    *ret_count = count;
    return stays;
}

/* By small or wide networks. */
static void sort_by_network(const struct subject *subject, struct stay *stays, uint32_t count,
                            bool wide)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct source_view *source =
            &subject->world->sources[subject->ties[stays[i].tie].source];
        stays[i].network = wide ? source->wide : source->narrow;
    }
    qsort(stays, count, sizeof *stays, compare_stays);
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

static struct life life_of(struct subject *subject, const struct stay *stays, uint32_t count)
{
    struct life life = {.first = INT32_MAX, .last = INT32_MIN};
    for (uint32_t i = 0; i < count; i++) {
        life.first = stays[i].day < life.first ? stays[i].day : life.first;
        life.last = stays[i].day > life.last ? stays[i].day : life.last;
    }
    if (count == 0 || life.last - life.first > 4000)
        return life;
    enum { ACTIVE = 1, READING = 2 };
    uint8_t *seen = arena_alloc(subject->arena, (size_t)(life.last - life.first) + 1);
    for (uint32_t i = 0; i < count; i++)
        seen[stays[i].day - life.first] |= stays[i].read ? ACTIVE | READING : ACTIVE;
    for (int32_t i = 0; i <= life.last - life.first; i++) {
        life.days += seen[i] > 0;
        life.reading_days += (seen[i] & READING) > 0;
    }
    return life;
}

/* Sends there, and never reads: a service that has the password, or a thief. */
static bool only_passes(const struct stay *stays, uint32_t count, const struct life *life,
                        uint32_t clean)
{
    if (life->reading_days < ACTIVE_DAYS)
        return false;
    for (uint32_t i = 0; i < count; i++)
        if (stays[i].read)
            return false;
    int32_t stretch = stays[count - 1].day - stays[0].day + 1;
    return clean < SENDING_DAYS || stretch * 5 < (life->last - life->first + 1) * 3;
}

/* stays: all of one network. */
static void learn_network(struct subject *subject, const struct stay *stays, uint32_t count,
                          const struct life *life)
{
    uint32_t clean = 0, taken;
    int32_t from = DAY_NEVER;
    for (uint32_t i = 0; i < count; i += taken)
        if (take_day(stays + i, count - i, &taken) && ++clean == CLEAN_DAYS)
            from = stays[0].day < life->first + LEARNING_DAYS ? INT32_MIN : stays[i].day + 1;
    if (only_passes(stays, count, life, clean))
        return;
    for (uint32_t i = 0; i < count; i++) {
        struct tie *tie = &subject->ties[stays[i].tie];
        tie->familiar_from = from < tie->familiar_from ? from : tie->familiar_from;
    }
}

static void learn_networks(struct subject *subject, struct stay *stays, uint32_t count, bool wide,
                           const struct life *life)
{
    sort_by_network(subject, stays, count, wide);
    for (uint32_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && stays[end].network == stays[i].network;)
            end++;
        learn_network(subject, stays + i, end - i, life);
    }
}

static bool is_familiar(const struct subject *subject, uint32_t tie, int64_t usec)
{
    const struct source_view *source = &subject->world->sources[subject->ties[tie].source];
    bool known = source->infrastructure || source->trusted || source->gateway || source->office;
    return known || day_of(usec) >= subject->ties[tie].familiar_from;
}

/* A webmail that shows nobody's address is a place too: from which day it is the account's own. */
static int32_t learn_hidden(const struct subject *subject, int32_t start)
{
    int32_t first = DAY_NEVER, day = DAY_NEVER;
    uint32_t days = 0;
    for (uint32_t i = 0; i < subject->message_count; i++) {
        if (subject->message_tie[i] != NO_TIE || subject->foreign[i])
            continue;
        int32_t today = day_of(subject->messages[i].first_usec);
        first = first == DAY_NEVER ? today : first;
        days += today != day;
        day = today;
        if (days == CLEAN_DAYS)
            return first < start + LEARNING_DAYS ? INT32_MIN : today + 1;
    }
    return DAY_NEVER;
}

static void mark_messages(struct subject *subject, int32_t start)
{
    int32_t begin = subject->message_count ? day_of(subject->messages[0].first_usec) : start;
    int32_t hidden_from = learn_hidden(subject, begin < start ? begin : start);
    uint64_t recipients = 0, visits = 0;
    for (uint32_t i = 0; i < subject->message_count; i++) {
        uint32_t at = subject->message_tie[i];
        int64_t usec = subject->messages[i].first_usec;
        subject->unfamiliar[i] =
            at == NO_TIE ? day_of(usec) < hidden_from : !is_familiar(subject, at, usec);
        recipients += subject->unfamiliar[i] ? 0 : subject->messages[i].recipients;
        visits += !subject->unfamiliar[i];
    }
    for (uint32_t i = 0; i < subject->login_count; i++)
        visits += subject->login_tie[i] != NO_TIE && subject->logins[i].outcome == LOGIN_OK &&
                  is_mailbox(&subject->logins[i]) &&
                  is_familiar(subject, subject->login_tie[i], subject->logins[i].usec);
    subject->has_habits =
        subject->has_habits && (recipients >= BASELINE_RECIPIENTS || visits >= BASELINE_VISITS);
}

void familiarity_learn(struct subject *subject)
{
    uint32_t count;
    if (subject->world->too_short)
        return;
    struct stay *stays = collect(subject, &count);
    struct life life = life_of(subject, stays, count);
    subject->has_habits = life.days >= ACTIVE_DAYS;
    learn_networks(subject, stays, count, false, &life);
    learn_networks(subject, stays, count, true, &life);
    mark_messages(subject, life.first);
}
