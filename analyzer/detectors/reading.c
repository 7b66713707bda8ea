/* was the mailbox read by somebody else? From a network that is not the account's own, more
 * at once than its owner ever reads. */
#include "reading.h"

#include <stdlib.h>

#include "detectors.h"
#include "evidence.h"
#include "numbers.h"
#include "span.h"
#include "subject_build.h"

enum {
    MUCH_FACTOR = 5,
    HUGE_FACTOR = 10,
    MUCH_BYTES = 500000,
    USUAL_READS = 10,
    USERS_OF_A_SERVICE = 5,
    VISITS_MANY = 4,
    TURN_HOURS = 3
};

static bool reads(const struct subject *subject, uint32_t login)
{
    return subject->login_tie[login] != NO_TIE && subject->logins[login].outcome == LOGIN_OK &&
           subject->logins[login].bytes_out > 0;
}

static bool is_strange(const struct subject *subject, const struct tie *tie)
{
    const struct source_view *source = &subject->world->sources[tie->source];
    bool known = source->infrastructure || source->trusted || source->gateway || source->office;
    return subject->has_habits && !known && tie->familiar_from > day_of(tie->ever_ok_usec) &&
           source->users < USERS_OF_A_SERVICE;
}

/* What the owner reads at once, but on one day in twenty; 0: not known. */
static uint64_t usual_bytes(const struct subject *subject)
{
    uint64_t *bytes = arena_alloc(subject->arena, (subject->login_count + 1) * sizeof *bytes);
    uint32_t count = 0;
    for (uint32_t i = 0; i < subject->login_count; i++)
        if (reads(subject, i) && !is_strange(subject, &subject->ties[subject->login_tie[i]]))
            bytes[count++] = subject->logins[i].bytes_out;
    if (count < USUAL_READS)
        return 0;
    qsort(bytes, count, sizeof *bytes, compare_u64);
    return bytes[count * 19 / 20];
}

/* One large message is no theft: twice much, or very much at once. */
static bool is_theft(const struct subject *subject, uint64_t usual)
{
    uint32_t much = 0;
    for (uint32_t i = 0; i < subject->login_count; i++) {
        uint64_t bytes = subject->logins[i].bytes_out;
        if (!reads(subject, i) || !is_strange(subject, &subject->ties[subject->login_tie[i]]) ||
            bytes < MUCH_BYTES || bytes < usual * MUCH_FACTOR)
            continue;
        much += bytes < usual * HUGE_FACTOR ? 1 : 2;
    }
    return much >= 2;
}

void reading_measure(struct subject *subject)
{
    if (subject->principal->kind != PRINCIPAL_ACCOUNT || !subject->has_habits)
        return;
    uint64_t usual = usual_bytes(subject);
    if (!usual || !is_theft(subject, usual))
        return;
    for (uint32_t i = 0; i < subject->tie_count; i++) {
        struct tie *tie = &subject->ties[i];
        tie->took_much = is_strange(subject, tie) && tie->most_bytes >= MUCH_BYTES &&
                         tie->most_bytes >= usual * MUCH_FACTOR;
    }
    for (uint32_t i = 0; i < subject->tie_count; i++)
        if (subject->ties[i].took_much)
            subject->ties[i].familiar_from = DAY_NEVER;
}

struct visits {
    uint32_t networks, logins, turns;
    uint64_t bytes;
    struct refs refs;
};

/* The owner was active from his own network within a few hours. */
static bool owner_is_near(const struct subject *subject, int64_t usec)
{
    for (uint32_t i = 0; i < subject->login_count; i++) {
        uint32_t at = subject->login_tie[i];
        int64_t apart = subject->logins[i].usec - usec;
        if (at != NO_TIE && subject->ties[at].habitual && subject->logins[i].outcome == LOGIN_OK &&
            llabs(apart) < TURN_HOURS * HOUR_USEC)
            return true;
    }
    return false;
}

static struct visits visits_of(const struct subject *subject)
{
    struct visits visits = {0};
    for (uint32_t i = 0; i < subject->tie_count; i++) {
        const struct tie *tie = &subject->ties[i];
        bool read = tie->mailbox_logins && is_strange(subject, tie);
        visits.networks += read;
        visits.logins += read ? tie->mailbox_logins : 0;
        visits.bytes =
            tie->took_much && tie->most_bytes > visits.bytes ? tie->most_bytes : visits.bytes;
    }
    for (uint32_t i = 0; i < subject->login_count && visits.bytes; i++) {
        uint32_t at = subject->login_tie[i];
        if (!reads(subject, i) || !subject->ties[at].took_much)
            continue;
        refs_add(&visits.refs, subject->logins[i].place);
        visits.turns += owner_is_near(subject, subject->logins[i].usec);
    }
    return visits;
}

static void look(struct subject *subject)
{
    if (subject->principal->kind != PRINCIPAL_ACCOUNT)
        return;
    struct visits visits = visits_of(subject);
    if (!visits.bytes || evidence_has(subject, "X-04"))
        return;
    int odd = (visits.networks >= 2) + (visits.logins >= VISITS_MANY) + (visits.turns > 0);
    evidence_add(subject,
                 odd == 3   ? X04_TAKEN_ODDEST
                 : odd == 2 ? X04_TAKEN_ODDER
                 : odd      ? X04_TAKEN_ODD
                            : X04_TAKEN,
                 &visits.refs,
                 "the mailbox was opened %u times from %u addresses of networks not its own, %llu "
                 "bytes were read at once; the owner, usually, at most %llu",
                 visits.logins, visits.networks, (unsigned long long)visits.bytes,
                 (unsigned long long)usual_bytes(subject));
}

const struct detector reading_detector = {"reading", look};
