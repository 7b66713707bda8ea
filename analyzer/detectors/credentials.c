/* C: how was the password found? Guessing, spraying, checking. */
#include "detectors.h"
#include "evidence.h"
#include "radix.h"
#include "span.h"

enum {
    GUESSES = 5,
    MANY_GUESSES = 20,
    GUESSERS = 10,
    TRIES_EACH = 3,
    READER_GUESSES = 10,
    CROWD_FACTOR = 3
};
#define CHECK_USEC (72 * HOUR_USEC)

static const char *ip_of(const struct subject *subject, const struct tie *tie)
{
    const struct facts *facts = subject->world->facts;
    struct str text = facts_str(facts, facts->sources[tie->source].ip);
    return arena_cstr(subject->arena, str_head(text, IP_TEXT));
}

/* Lines of one address: its last failures before the success, then the success. */
static struct refs refer(const struct subject *subject, uint32_t tie)
{
    struct refs refs = {0};
    for (uint32_t i = 0; i < subject->login_count; i++) {
        if (subject->login_tie[i] != tie)
            continue;
        bool ok = subject->logins[i].outcome == LOGIN_OK;
        if ((!ok && refs.count == 0) || (ok && refs.count <= 1))
            refs_add(&refs, subject->logins[i].place);
    }
    return refs;
}

/* Guesses of one address, or of several that are attackers' for other reasons too. */
struct guesses {
    uint32_t tie, failures, addresses;
};

static struct guesses guesses_of_one(const struct subject *subject)
{
    struct guesses worst = {.tie = NO_TIE, .addresses = 1};
    for (uint32_t i = 0; i < subject->tie_count; i++) {
        const struct tie *tie = &subject->ties[i];
        bool stranger =
            !tie->habitual && tie->role != ROLE_OWNER && tie->role != ROLE_INFRASTRUCTURE;
        if (stranger && tie->failed_first > worst.failures) {
            worst.tie = i;
            worst.failures = tie->failed_first;
        }
    }
    return worst;
}

/* The failures of all attackers' addresses in the hour before the first of those that guessed was
 * let in. */
static struct guesses guesses_of_all(const struct subject *subject)
{
    struct guesses all = {.tie = NO_TIE};
    bool *counted = arena_alloc(subject->arena, subject->tie_count + 1);
    for (uint32_t i = 0; i < subject->tie_count; i++) {
        const struct tie *tie = &subject->ties[i];
        if (tie->role == ROLE_ATTACKER && tie->first_ok_usec != INT64_MAX &&
            tie->first_failed_usec < tie->first_ok_usec &&
            (all.tie == NO_TIE || tie->first_ok_usec < subject->ties[all.tie].first_ok_usec))
            all.tie = i;
    }
    for (uint32_t i = 0; i < subject->login_count && all.tie != NO_TIE; i++) {
        const struct login *login = &subject->logins[i];
        uint32_t at = subject->login_tie[i];
        int64_t before = subject->ties[all.tie].first_ok_usec - login->usec;
        if (at == NO_TIE || subject->ties[at].role != ROLE_ATTACKER ||
            login->outcome != LOGIN_FAILED || before < 0 || before > HOUR_USEC)
            continue;
        all.failures += login->count;
        all.addresses += !counted[at];
        counted[at] = true;
    }
    return all;
}

static void look_at_guessing(struct subject *subject)
{
    struct guesses one = guesses_of_one(subject), all = guesses_of_all(subject);
    struct guesses worst = all.failures > one.failures ? all : one;
    if (worst.tie == NO_TIE || worst.failures < GUESSES)
        return;
    struct refs refs = refer(subject, worst.tie);
    evidence_add(subject, worst.failures >= MANY_GUESSES ? C01_TWENTY : C01_FIVE, &refs,
                 "%u failed logins from %u address%s within an hour, then the right password from "
                 "%s; usual: a slip or two",
                 worst.failures, worst.addresses, worst.addresses == 1 ? "" : "es",
                 ip_of(subject, &subject->ties[worst.tie]));
}

static void look_at_spraying(struct subject *subject)
{
    for (uint32_t i = 0; i < subject->tie_count; i++) {
        const struct tie *tie = &subject->ties[i];
        const struct source_view *source = &subject->world->sources[tie->source];
        if (!source->spraying || tie->first_ok_usec == INT64_MAX || tie->habitual ||
            tie->role == ROLE_OWNER)
            continue;
        struct refs refs = refer(subject, i);
        evidence_add(subject, C02_SPRAY, &refs, "%s tried %u names in vain, then got in here",
                     ip_of(subject, tie), source->tried);
        if (source->tried >= 5 && source->users * 5 < source->tried)
            evidence_add(subject, C05_RATIO, &refs,
                         "%s tried %u names and opened %u; users of an office fail rarely",
                         ip_of(subject, tie), source->tried, source->users);
        return;
    }
}

/* Let in at an address that had guessed here before: an attacker's, or one that was never the
 * account's own. */
static uint32_t find_opened(const struct subject *subject)
{
    for (uint32_t i = 0; i < subject->tie_count; i++) {
        const struct tie *tie = &subject->ties[i];
        bool guessed = tie->failures && tie->first_ok_usec > tie->first_failed_usec;
        if (tie->first_ok_usec == INT64_MAX || tie->habitual)
            continue;
        if (tie->role == ROLE_ATTACKER ||
            (guessed && tie->odds_tenths > 0 && tie->role == ROLE_UNCLEAR))
            return i;
    }
    return NO_TIE;
}

/* Failures a day, on a day like most: well-known names are guessed at for ever. */
static uint32_t usual_guessers(const struct subject *subject)
{
    const struct facts *facts = subject->world->facts;
    int64_t days = (facts->last_usec - facts->first_usec) / DAY_USEC + 1;
    if (days < 3 || days > 4000)
        return 0;
    int64_t *counts = arena_alloc(subject->arena, (size_t)days * sizeof *counts);
    for (uint32_t i = 0; i < subject->login_count; i++) {
        int64_t day = (subject->logins[i].usec - facts->first_usec) / DAY_USEC;
        if (subject->logins[i].outcome == LOGIN_FAILED && day >= 0 && day < days)
            counts[day]++;
    }
    radix_sort_times(counts, (uint32_t)days);
    return (uint32_t)counts[days / 2];
}

static void look_at_crowd(struct subject *subject)
{
    struct sighting *fails =
        arena_alloc(subject->arena, (subject->login_count + 1) * sizeof *fails);
    uint32_t count = 0, opened = find_opened(subject);
    if (opened == NO_TIE)
        return;
    for (uint32_t i = 0; i < subject->login_count; i++) {
        uint32_t at = subject->login_tie[i];
        if (at != NO_TIE && subject->logins[i].outcome == LOGIN_FAILED &&
            subject->ties[at].failures <= TRIES_EACH && subject->ties[at].role != ROLE_OWNER &&
            subject->logins[i].usec <= subject->ties[opened].first_ok_usec)
            fails[count++] = (struct sighting){subject->logins[i].usec, at, i};
    }
    struct span span = span_most_distinct(fails, count, DAY_USEC, subject->arena);
    if (span.distinct < GUESSERS || span.distinct < CROWD_FACTOR * usual_guessers(subject))
        return;
    struct refs refs = {0};
    refs_add(&refs, subject->logins[fails[span.first].row].place);
    refs_add(&refs, subject->logins[fails[span.end - 1].row].place);
    evidence_add(subject, C03_DISTRIBUTED, &refs,
                 "%u addresses failed at most %d times each within a day, then %s got in; usual: 0 "
                 "or 1 address",
                 span.distinct, TRIES_EACH, ip_of(subject, &subject->ties[opened]));
}

static uint32_t find_checker(const struct subject *subject)
{
    uint32_t checker = NO_TIE;
    for (uint32_t i = 0; i < subject->tie_count; i++) {
        const struct tie *tie = &subject->ties[i];
        if (tie->role == ROLE_ATTACKER && tie->first_ok_usec != INT64_MAX &&
            (checker == NO_TIE || tie->first_ok_usec < subject->ties[checker].first_ok_usec))
            checker = i;
    }
    return checker;
}

static uint32_t count_sent_before(const struct subject *subject, uint32_t tie, int64_t usec)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < subject->message_count && subject->messages[i].first_usec < usec; i++)
        count += subject->message_tie[i] == tie;
    return count;
}

/* A failed login of an address, in the hours before, that the log gives no name: it may have been
 * this account's. */
static bool failed_unnamed(const struct facts *facts, uint32_t source, int64_t before_usec)
{
    const struct source_fact *fact = &facts->sources[source];
    for (uint32_t i = 0; i < fact->login_count && fact->failed > fact->failed_named; i++) {
        const struct login *login = &facts->logins[facts->logins_by_ip[fact->login_first + i]];
        if (login->outcome == LOGIN_FAILED && login->name == 0 && login->usec < before_usec &&
            before_usec - login->usec <= CHECK_USEC)
            return true;
    }
    return false;
}

/* Where no failure is named, any stranger's may have been a guess at this account. */
static bool may_have_been_guessed(const struct subject *subject, int64_t before_usec)
{
    const struct facts *facts = subject->world->facts;
    for (uint32_t i = 0; i < facts->source_count && !facts->names_failures; i++)
        if (!facts->sources[i].own && subject->world->sources[i].users == 0 &&
            failed_unnamed(facts, i, before_usec))
            return true;
    return false;
}

static bool was_guessed(const struct subject *subject, int64_t before_usec)
{
    for (uint32_t i = 0; i < subject->tie_count; i++) {
        const struct tie *tie = &subject->ties[i];
        if (tie->role == ROLE_ATTACKER &&
            (tie->first_failed_usec < before_usec ||
             failed_unnamed(subject->world->facts, tie->source, before_usec)))
            return true;
    }
    return may_have_been_guessed(subject, before_usec);
}

/* One attacker's address looks whether the password works; others come to use it. */
static void look_at_check(struct subject *subject)
{
    uint32_t checker = find_checker(subject), others = 0;
    int64_t second = INT64_MAX;
    if (checker == NO_TIE)
        return;
    const struct tie *first = &subject->ties[checker];
    for (uint32_t i = 0; i < subject->tie_count; i++) {
        const struct tie *tie = &subject->ties[i];
        if (i == checker || tie->role != ROLE_ATTACKER || tie->first_ok_usec == INT64_MAX ||
            tie->first_ok_usec - first->first_ok_usec > CHECK_USEC)
            continue;
        others++;
        second = tie->first_ok_usec < second ? tie->first_ok_usec : second;
    }
    if (others == 0 || was_guessed(subject, first->first_ok_usec) ||
        count_sent_before(subject, checker, second) > 1)
        return;
    struct refs refs = refer(subject, checker);
    evidence_add(subject, C04_CHECKED, &refs,
                 "%s knew the password at the first try; %u more strange addresses used it within "
                 "72 hours; usual: 0",
                 ip_of(subject, first), others);
}

/* The mailbox was opened from where its password had been guessed, an address that is not the
 * account's own and sends nothing as its owner. */
static void look_at_reading(struct subject *subject)
{
    for (uint32_t i = 0; i < subject->tie_count; i++) {
        const struct tie *tie = &subject->ties[i];
        const struct source_view *source = &subject->world->sources[tie->source];
        if (tie->failed_first < READER_GUESSES || !tie->mailbox_logins || tie->habitual ||
            tie->own_messages || tie->role == ROLE_OWNER || tie->role == ROLE_INFRASTRUCTURE ||
            source->office)
            continue;
        struct refs refs = refer(subject, i);
        evidence_add(subject, X04_MAILBOX, &refs,
                     "the mailbox was opened %u times from %s, after %u failed logins there; "
                     "usual: from the owner's addresses alone",
                     tie->mailbox_logins, ip_of(subject, tie), tie->failed_first);
        return;
    }
}

static void look(struct subject *subject)
{
    if (subject->principal->kind != PRINCIPAL_ACCOUNT)
        return;
    look_at_guessing(subject);
    look_at_spraying(subject);
    look_at_crowd(subject);
    look_at_check(subject);
    look_at_reading(subject);
}

const struct detector credentials_detector = {"credentials", look};
