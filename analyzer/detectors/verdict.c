#include "verdict.h"

#include "evidence.h"

/* An observation below this does not count as a family of its own. */
enum { FAMILY_LEAST = 30 };
/* Hard enough to need no second family: three domains of one's own business are not, ten are. */
enum { ALONE_LEAST = 160 };

struct tally {
    uint32_t families, telling, alone, hard; /* telling: of S, C, F, G, X */
    bool only_places;                        /* S and T alone */
    bool only_habit;                         /* V, D, M, R alone */
};

static struct tally count(const struct subject *subject)
{
    int sums[128] = {0};
    struct tally tally = {.only_places = true, .only_habit = true};
    for (uint32_t i = 0; i < subject->item_count; i++) {
        const struct weight *weight = &weights[subject->items[i].signal];
        if (weight->tenths < 0)
            continue;
        sums[(unsigned char)weight->family] += subject->items[i].tenths;
        tally.hard += weight->hard;
        tally.alone += weight->hard && weight->tenths >= ALONE_LEAST;
    }
    for (int family = 'A'; family <= 'Z'; family++) {
        if (sums[family] < FAMILY_LEAST)
            continue;
        tally.families++;
        tally.telling += strchr("SCFGX", family) != NULL;
        tally.only_places = tally.only_places && strchr("ST", family);
        tally.only_habit = tally.only_habit && strchr("VDMR", family);
    }
    return tally;
}

/* Misused from a network that is not the owner's: there is somebody to point at. */
static bool has_attacker(const struct subject *subject)
{
    for (uint32_t i = 0; i < subject->tie_count; i++)
        if (subject->ties[i].role == ROLE_ATTACKER && subject->ties[i].first_ok_usec != INT64_MAX)
            return true;
    return false;
}

/* Most of what nobody wanted came from where the owner works. */
static bool is_unwanted_from_home(const struct subject *subject)
{
    uint64_t home = 0, all = 0;
    for (uint32_t i = 0; i < subject->tie_count; i++) {
        const struct tie *tie = &subject->ties[i];
        all += tie->unwanted;
        home += tie->habitual && tie->role == ROLE_OWNER ? tie->unwanted : 0;
    }
    return evidence_has(subject, "R-01") && home * 2 > all;
}

static bool misused_by_owner(const struct subject *subject)
{
    for (uint32_t i = 0; i < subject->message_count; i++) {
        uint32_t at = subject->message_tie[i];
        if (subject->abuse[i] && at != NO_TIE && subject->ties[at].role == ROLE_OWNER)
            return true;
    }
    return false;
}

/* By way of a webmail that hides who it was. */
static bool misused_unseen(const struct subject *subject)
{
    for (uint32_t i = 0; i < subject->message_count; i++)
        if (subject->abuse[i] && subject->message_tie[i] == NO_TIE)
            return true;
    return false;
}

/* A program that was not there before sends what others refuse. */
static bool is_infected(const struct subject *subject, const struct tally *tally)
{
    return tally->hard && evidence_has(subject, "R-02") && evidence_has(subject, "M-02");
}

static uint8_t by_sum(const struct subject *subject, const struct tally *tally, bool person)
{
    int sum = subject->evidence_tenths;
    if (sum >= SUM_CONFIRMED && tally->families >= 3 && tally->hard &&
        (!person || has_attacker(subject)))
        return VERDICT_CONFIRMED;
    bool told = tally->telling || is_infected(subject, tally);
    if (sum >= SUM_LIKELY && tally->families >= 2 && told)
        return VERDICT_LIKELY;
    if (sum >= SUM_SUSPICIOUS && (tally->families >= 2 || tally->alone))
        return VERDICT_SUSPICIOUS;
    return sum >= SUM_WATCH ? VERDICT_WATCH : VERDICT_NONE;
}

bool verdict_was_read(const struct subject *subject)
{
    uint32_t places = 0;
    for (uint32_t i = 0; i < subject->tie_count; i++)
        places += subject->ties[i].ever_ok_usec != INT64_MAX;
    return places >= 2 && evidence_has(subject, "X-04") && evidence_has(subject, "C-01");
}

static uint8_t at_most(uint8_t verdict, uint8_t ceiling)
{
    return verdict > ceiling ? ceiling : verdict;
}

void verdict_decide(struct subject *subject)
{
    struct tally tally = count(subject);
    bool person = subject->principal->kind == PRINCIPAL_ACCOUNT;
    subject->verdict = by_sum(subject, &tally, person);
    subject->class = person                                      ? CLASS_ACCOUNT
                     : subject->principal->kind == PRINCIPAL_UID ? CLASS_LOCAL_INJECTION
                                                                 : CLASS_INFECTED_HOST;
    if (tally.families && tally.only_places)
        subject->verdict = at_most(subject->verdict, VERDICT_WATCH);
    if (person && subject->verdict < VERDICT_SUSPICIOUS && verdict_was_read(subject)) {
        subject->verdict = VERDICT_SUSPICIOUS;
        subject->class = CLASS_MAILBOX_ACCESS;
    }
    if (!person || has_attacker(subject))
        return;
    if (tally.only_habit && subject->verdict && !is_infected(subject, &tally)) {
        subject->verdict = at_most(subject->verdict, VERDICT_SUSPICIOUS);
        subject->class = CLASS_BULK_SENDER;
    } else if (misused_by_owner(subject) ||
               (is_unwanted_from_home(subject) && !misused_unseen(subject))) {
        subject->verdict = at_most(subject->verdict, VERDICT_LIKELY);
        subject->class = CLASS_INFECTED_HOST;
    }
}
