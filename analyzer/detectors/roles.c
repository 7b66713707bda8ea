#include "roles.h"

#include <stdlib.h>

#include "numbers.h"
#include "subject_build.h"

#define NEWCOMER_LEAD_USEC ((int64_t)12 * 3600 * USEC_PER_SEC)
enum {
    NEWCOMER_RECIPIENTS = 200,
    CROWD_PROVIDERS = 10,
    CROWD_PROVIDERS_REFUSED = 4, /* where a fifth of what they sent was not wanted */
    CROWD_UNWANTED = 20
};

/* Log-odds in tenths of a deciban that an address is an attacker's (design 4, detection model). */
enum {
    ODDS_UNFAMILIAR = 60,
    ODDS_GUESSED = 60,
    ODDS_GUESSED_FALLEN = 40, /* and the account did fall */
    ODDS_SPRAYING = 100,
    ODDS_FORGED = 80,
    ODDS_FORGED_LITTLE = 30,
    ODDS_UNWANTED = 40,
    ODDS_NOVEL = 40,
    ODDS_SHARED = 60,
    ODDS_TOOK = 40,
    ODDS_BLASTED = 40,
    ODDS_OWNERS_PROGRAM = -50,
    ODDS_CROWD = 110, /* outweighs the name it sends under */
    ODDS_MAILBOX = -80,
    ODDS_HABITUAL = -150,
    ODDS_OFFICE = -100,
    ODDS_TRUSTED = -200,
    ODDS_PRIVATE = -50,
    ODDS_OWN_IDENTITY = -20,
    ODDS_FIRST = -40,
    ATTACKER_FROM = 80,
};
enum {
    GUESSES = 5,
    TRIES = 3,
    MANY_FOREIGN_DOMAINS = 3,
    CROWD_OF_DOMAINS = 10,
    FOREIGN_MESSAGES = 5,
    FOREIGN_RECIPIENTS = 20,
    BULK_MESSAGES = 50,
    BULK_RECIPIENTS = 100,
    LONELY_NETWORKS = 3
};

/* Networks that appear under foreign domains and never under the account's own, more of them than a
 * person has: home and telephone make two. Where the account's own name never appears there is
 * nobody to compare with. */
static bool has_strangers(const struct subject *subject)
{
    uint64_t networks[LONELY_NETWORKS + 1];
    uint32_t count = 0;
    bool own = false;
    for (uint32_t i = 0; i < subject->tie_count; i++)
        own = own || subject->ties[i].own_messages > 0;
    uint32_t enough = own ? LONELY_NETWORKS : LONELY_NETWORKS + 1;
    for (uint32_t i = 0; i < subject->tie_count && count < enough; i++)
        if (subject->ties[i].foreign_messages > 0 && subject->ties[i].own_messages == 0)
            count +=
                network_add(networks, count, subject->world->sources[subject->ties[i].source].wide);
    return count >= enough;
}

/* first: the address from which the account was first used, which may be that of a business with
 * several names. */
static bool forges(const struct subject *subject, const struct tie *tie, bool strangers, bool first)
{
    uint32_t many = first && !subject->has_habits ? CROWD_OF_DOMAINS : MANY_FOREIGN_DOMAINS;
    if (tie->foreign_messages == 0)
        return false;
    if (subject->foreign_domains >= many || tie->foreign_messages >= BULK_MESSAGES ||
        tie->foreign_recipients >= BULK_RECIPIENTS)
        return true;
    return strangers && (subject->foreign_messages >= FOREIGN_MESSAGES ||
                         subject->foreign_recipients >= FOREIGN_RECIPIENTS);
}

static bool is_unwanted(const struct tie *tie)
{
    return tie->unwanted >= 3 && tie->unwanted * 5 >= tie->answered;
}

/* Without habits to go by: an address that comes half a day after another of the account's own, and
 * pours out what nobody wants, is not one of the owner's. */
static bool is_newcomer(const struct subject *subject, const struct tie *tie)
{
    const struct source_view *sources = subject->world->sources;
    if (subject->has_habits || subject->world->too_short || tie->recipients < NEWCOMER_RECIPIENTS ||
        !is_unwanted(tie))
        return false;
    for (uint32_t i = 0; i < subject->tie_count; i++) {
        const struct tie *other = &subject->ties[i];
        if (other->own_messages && !other->foreign_messages && !is_unwanted(other) &&
            other->ever_ok_usec < tie->ever_ok_usec - NEWCOMER_LEAD_USEC &&
            sources[other->source].narrow != sources[tie->source].narrow)
            return true;
    }
    return false;
}

/* First let in half a day or more after the account was first used, from a network it had not used
 * by then. */
static bool comes_late(const struct subject *subject, const struct tie *tie, uint32_t first)
{
    const struct source_view *sources = subject->world->sources;
    int64_t limit = subject->ties[first].ever_ok_usec + NEWCOMER_LEAD_USEC;
    if (tie->ever_ok_usec == INT64_MAX || tie->ever_ok_usec < limit || !tie->messages ||
        tie->mailbox_logins)
        return false;
    for (uint32_t i = 0; i < subject->tie_count; i++)
        if (subject->ties[i].ever_ok_usec < limit &&
            sources[subject->ties[i].source].provider == sources[tie->source].provider)
            return false;
    return true;
}

/* Without habits to go by: an accused account that is suddenly used from many providers at once is
 * used by a botnet, whatever name it sends under. */
static bool has_crowd(const struct subject *subject, uint32_t first)
{
    uint32_t count = 0, distinct = 0;
    if (subject->has_habits || subject->world->too_short || !subject->accused || first == NO_TIE)
        return false;
    uint64_t *providers = arena_alloc(subject->arena, subject->tie_count * sizeof *providers);
    uint64_t answered = 0, unwanted = 0;
    for (uint32_t i = 0; i < subject->tie_count; i++) {
        if (!comes_late(subject, &subject->ties[i], first))
            continue;
        providers[count++] = subject->world->sources[subject->ties[i].source].provider;
        answered += subject->ties[i].answered;
        unwanted += subject->ties[i].unwanted;
    }
    qsort(providers, count, sizeof *providers, compare_u64);
    for (uint32_t i = 0; i < count; i++)
        distinct += i == 0 || providers[i] != providers[i - 1];
    bool refused = unwanted >= CROWD_UNWANTED && unwanted * 5 >= answered;
    return distinct >= (refused ? CROWD_PROVIDERS_REFUSED : CROWD_PROVIDERS);
}

static int odds_for(const struct subject *subject, const struct tie *tie, bool forged)
{
    const struct source_view *source = &subject->world->sources[tie->source];
    bool elsewhere = source->flagged > subject->world->flagged[subject->index];
    int odds = tie->unfamiliar || is_newcomer(subject, tie) ? ODDS_UNFAMILIAR : 0;
    bool guessed = tie->failed_first >= GUESSES && !tie->habitual;
    odds += guessed ? ODDS_GUESSED : 0;
    odds += guessed && subject->accused ? ODDS_GUESSED_FALLEN : 0;
    odds += source->spraying ? ODDS_SPRAYING : 0;
    odds += forged ? ODDS_FORGED : tie->foreign_messages ? ODDS_FORGED_LITTLE : 0;
    odds += is_unwanted(tie) ? ODDS_UNWANTED : 0;
    odds += tie->in_novel_slice ? ODDS_NOVEL : 0;
    odds += elsewhere ? ODDS_SHARED : 0;
    odds += tie->took_much ? ODDS_TOOK : 0;
    odds += tie->blasted ? ODDS_BLASTED : 0;
    return odds;
}

/* first: the address from which the account was first used. */
static int odds_against(const struct subject *subject, const struct tie *tie, bool first,
                        bool forged)
{
    const struct source_view *source = &subject->world->sources[tie->source];
    bool own = tie->own_messages > 0 && tie->foreign_messages == 0;
    int odds = tie->habitual ? ODDS_HABITUAL : 0;
    odds += source->office ? ODDS_OFFICE : 0;
    odds += source->trusted ? ODDS_TRUSTED : 0;
    odds += tie->owners_program ? ODDS_OWNERS_PROGRAM : 0;
    if (forged || tie->failed_first >= GUESSES || source->spraying)
        return odds;
    odds += source->private_net ? ODDS_PRIVATE : 0;
    odds += tie->mailbox_logins && tie->own_messages && !tie->unfamiliar ? ODDS_MAILBOX : 0;
    odds += own && !subject->has_habits && !is_newcomer(subject, tie) ? ODDS_OWN_IDENTITY : 0;
    odds += first && !subject->has_habits && tie->foreign_messages == 0 ? ODDS_FIRST : 0;
    return odds;
}

/* Same provider as an address the account works from: a telephone with an old password looks like a
 * guesser. */
static bool is_near_owner(const struct subject *subject, const struct tie *tie)
{
    const struct source_view *sources = subject->world->sources;
    for (uint32_t i = 0; i < subject->tie_count; i++) {
        const struct tie *other = &subject->ties[i];
        if (other->ever_ok_usec != INT64_MAX && other->role == ROLE_OWNER &&
            sources[other->source].provider == sources[tie->source].provider)
            return true;
    }
    return false;
}

/* Never let in for this account. */
static uint8_t role_of_failure(const struct subject *subject, const struct tie *tie,
                               uint32_t strangers)
{
    const struct source_view *source = &subject->world->sources[tie->source];
    if (source->office || source->trusted)
        return ROLE_OWNER;
    if (source->spraying || source->flagged)
        return ROLE_ATTACKER;
    bool guessed = tie->failures >= GUESSES ||
                   (subject->accused && (strangers >= GUESSES || tie->failures >= TRIES));
    return guessed && source->users == 0 && !is_near_owner(subject, tie) ? ROLE_ATTACKER
                                                                         : ROLE_UNCLEAR;
}

static uint8_t did(const struct tie *tie)
{
    unsigned set = tie->failures ? DID_GUESS : 0;
    set |= tie->messages ? DID_SEND : 0;
    set |= tie->mailbox_logins ? DID_READ : 0;
    set |= tie->logins && tie->messages <= 1 && tie->recipients <= 2 && !tie->mailbox_logins
               ? DID_CHECK
               : 0;
    return (uint8_t)set;
}

static uint32_t find_first(const struct subject *subject)
{
    uint32_t first = NO_TIE;
    for (uint32_t i = 0; i < subject->tie_count; i++)
        if (subject->ties[i].ever_ok_usec != INT64_MAX &&
            (first == NO_TIE || subject->ties[i].ever_ok_usec < subject->ties[first].ever_ok_usec))
            first = i;
    return first;
}

static void weigh(struct subject *subject)
{
    bool strangers = has_strangers(subject);
    uint32_t first = find_first(subject);
    bool crowd = has_crowd(subject, first);
    int32_t onset = subject->onset_usec == INT64_MAX ? DAY_NEVER - 1 : day_of(subject->onset_usec);
    for (uint32_t i = 0; i < subject->tie_count; i++) {
        struct tie *tie = &subject->ties[i];
        const struct source_view *source = &subject->world->sources[tie->source];
        bool known = source->infrastructure || source->gateway || source->trusted || source->office;
        tie->habitual = subject->has_habits && tie->familiar_from <= onset;
        tie->unfamiliar = subject->has_habits && !tie->habitual && !known;
        bool forged = forges(subject, tie, strangers, i == first);
        tie->odds_tenths =
            odds_for(subject, tie, forged) + odds_against(subject, tie, i == first, forged);
        if (crowd && !known && comes_late(subject, tie, first))
            tie->odds_tenths += ODDS_CROWD;
        tie->did = did(tie);
        tie->role = tie->odds_tenths >= ATTACKER_FROM ? ROLE_ATTACKER
                    : tie->odds_tenths >= 0           ? ROLE_UNCLEAR
                                                      : ROLE_OWNER;
        if (source->infrastructure || source->gateway)
            tie->role = ROLE_INFRASTRUCTURE;
    }
}

static void judge_failures(struct subject *subject)
{
    uint32_t strangers = 0;
    for (uint32_t i = 0; i < subject->tie_count; i++) {
        const struct tie *tie = &subject->ties[i];
        bool stranger =
            tie->ever_ok_usec == INT64_MAX && subject->world->sources[tie->source].users == 0;
        if (stranger || tie->role == ROLE_ATTACKER)
            strangers += tie->failures;
    }
    for (uint32_t i = 0; i < subject->tie_count; i++) {
        struct tie *tie = &subject->ties[i];
        if (tie->ever_ok_usec == INT64_MAX && tie->role != ROLE_INFRASTRUCTURE)
            tie->role = role_of_failure(subject, tie, strangers);
    }
}

/* Mail of attackers' addresses; forged or novel mail also where its address says nothing. */
static void mark_abuse(struct subject *subject)
{
    for (uint32_t i = 0; i < subject->message_count; i++) {
        uint32_t at = subject->message_tie[i];
        uint8_t role = at == NO_TIE ? ROLE_INFRASTRUCTURE : subject->ties[at].role;
        bool blind = role == ROLE_INFRASTRUCTURE || role == ROLE_OWNER;
        subject->abuse[i] = role == ROLE_ATTACKER || (blind && subject->foreign[i]) ||
                            (at == NO_TIE && subject->novel[i]);
    }
}

void roles_assign(struct subject *subject)
{
    weigh(subject);
    judge_failures(subject);
    mark_abuse(subject);
}

int64_t roles_onset(const struct subject *subject)
{
    int64_t onset = INT64_MAX;
    for (uint32_t i = 0; i < subject->tie_count; i++)
        if (subject->ties[i].role == ROLE_ATTACKER && subject->ties[i].first_ok_usec < onset)
            onset = subject->ties[i].first_ok_usec;
    for (uint32_t i = 0; i < subject->message_count && onset == INT64_MAX; i++)
        if (subject->abuse[i])
            onset = subject->messages[i].first_usec;
    return onset;
}
