/* C: how was the password found? Guessing, spraying, checking. */
#include "detectors.h"
#include "evidence.h"
#include "span.h"

enum { GUESSES = 5, MANY_GUESSES = 20, GUESSERS = 10, TRIES_EACH = 3 };
#define CHECK_USEC (72 * HOUR_USEC)

static const char *ip_of(const struct subject *subject, const struct pair *pair)
{
    const struct facts *facts = subject->world->facts;
    struct str text = facts_str(facts, facts->sources[pair->source].ip);
    return arena_cstr(subject->arena, str_head(text, IP_TEXT));
}

/* Lines of one address: its last failures before the success, then the success. */
static struct refs refer(const struct subject *subject, uint32_t pair)
{
    struct refs refs = {0};
    for (uint32_t i = 0; i < subject->login_count; i++) {
        if (subject->login_pair[i] != pair)
            continue;
        bool ok = subject->logins[i].outcome == LOGIN_OK;
        if ((!ok && refs.count == 0) || (ok && refs.count <= 1))
            refs_add(&refs, subject->logins[i].place);
    }
    return refs;
}

static void look_at_guessing(struct subject *subject)
{
    uint32_t worst = NO_PAIR, addresses = 0, failures = 0;
    for (uint32_t i = 0; i < subject->pair_count; i++) {
        const struct pair *pair = &subject->pairs[i];
        bool stranger = !pair->habitual && pair->role != ROLE_OWNER && pair->role != ROLE_INFRASTRUCTURE;
        if (stranger && pair->role == ROLE_ATTACKER && pair->failures) {
            addresses++;
            failures += pair->failures;
        }
        if (stranger && pair->failed_first >= GUESSES &&
            (worst == NO_PAIR || pair->failed_first > subject->pairs[worst].failed_first))
            worst = i;
    }
    if (worst == NO_PAIR)
        return;
    struct refs refs = refer(subject, worst);
    const struct pair *pair = &subject->pairs[worst];
    bool many = pair->failed_first >= MANY_GUESSES || failures >= MANY_GUESSES;
    evidence_add(subject, many ? C01_TWENTY : C01_FIVE, &refs,
                 "%u failed logins from %s within an hour, then the right password from there; "
                 "%u failures from %u such addresses in all; usual: a slip or two",
                 pair->failed_first, ip_of(subject, pair), failures, addresses);
}

static void look_at_spraying(struct subject *subject)
{
    for (uint32_t i = 0; i < subject->pair_count; i++) {
        const struct pair *pair = &subject->pairs[i];
        const struct source_view *source = &subject->world->sources[pair->source];
        if (!source->spraying || pair->first_ok_usec == INT64_MAX || pair->habitual || pair->role == ROLE_OWNER)
            continue;
        struct refs refs = refer(subject, i);
        evidence_add(subject, C02_SPRAY, &refs, "%s tried %u names in vain, then got in here", ip_of(subject, pair),
                     source->tried);
        if (source->tried >= 5 && source->users * 5 < source->tried)
            evidence_add(subject, C05_RATIO, &refs, "%s tried %u names and opened %u; users of an office fail rarely",
                         ip_of(subject, pair), source->tried, source->users);
        return;
    }
}

/* Let in at an address that had guessed here before: an attacker's, or one that was never the account's own. */
static uint32_t find_opened(const struct subject *subject)
{
    for (uint32_t i = 0; i < subject->pair_count; i++) {
        const struct pair *pair = &subject->pairs[i];
        bool guessed = pair->failures && pair->first_ok_usec > pair->first_failed_usec;
        if (pair->first_ok_usec == INT64_MAX || pair->habitual)
            continue;
        if (pair->role == ROLE_ATTACKER || (guessed && pair->odds_tenths > 0 && pair->role == ROLE_UNCLEAR))
            return i;
    }
    return NO_PAIR;
}

static void look_at_crowd(struct subject *subject)
{
    struct sighting *fails = arena_alloc(subject->arena, (subject->login_count + 1) * sizeof *fails);
    uint32_t count = 0, opened = find_opened(subject);
    if (opened == NO_PAIR)
        return;
    for (uint32_t i = 0; i < subject->login_count; i++) {
        uint32_t at = subject->login_pair[i];
        if (at != NO_PAIR && subject->logins[i].outcome == LOGIN_FAILED && subject->pairs[at].failures <= TRIES_EACH &&
            subject->pairs[at].role != ROLE_OWNER && subject->logins[i].usec <= subject->pairs[opened].first_ok_usec)
            fails[count++] = (struct sighting){subject->logins[i].usec, at, i};
    }
    struct span span = span_most_distinct(fails, count, DAY_USEC, subject->arena);
    if (span.distinct < GUESSERS)
        return;
    struct refs refs = {0};
    refs_add(&refs, subject->logins[fails[span.first].row].place);
    refs_add(&refs, subject->logins[fails[span.end - 1].row].place);
    evidence_add(subject, C03_DISTRIBUTED, &refs,
                 "%u addresses failed at most %d times each within a day, then %s got in; usual: 0 or 1 address",
                 span.distinct, TRIES_EACH, ip_of(subject, &subject->pairs[opened]));
}

static uint32_t find_checker(const struct subject *subject)
{
    uint32_t checker = NO_PAIR;
    for (uint32_t i = 0; i < subject->pair_count; i++) {
        const struct pair *pair = &subject->pairs[i];
        if (pair->role == ROLE_ATTACKER && pair->first_ok_usec != INT64_MAX &&
            (checker == NO_PAIR || pair->first_ok_usec < subject->pairs[checker].first_ok_usec))
            checker = i;
    }
    return checker;
}

static uint32_t count_sent_before(const struct subject *subject, uint32_t pair, int64_t usec)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < subject->message_count && subject->messages[i].first_usec < usec; i++)
        count += subject->message_pair[i] == pair;
    return count;
}

/* One attacker's address looks whether the password works; others come to use it. */
static void look_at_check(struct subject *subject)
{
    uint32_t checker = find_checker(subject), others = 0;
    int64_t second = INT64_MAX;
    if (checker == NO_PAIR)
        return;
    const struct pair *first = &subject->pairs[checker];
    for (uint32_t i = 0; i < subject->pair_count; i++) {
        const struct pair *pair = &subject->pairs[i];
        if (i == checker || pair->role != ROLE_ATTACKER || pair->first_ok_usec == INT64_MAX ||
            pair->first_ok_usec - first->first_ok_usec > CHECK_USEC)
            continue;
        others++;
        second = pair->first_ok_usec < second ? pair->first_ok_usec : second;
    }
    bool failed_before = first->first_failed_usec < first->first_ok_usec;
    if (others == 0 || failed_before || count_sent_before(subject, checker, second) > 1)
        return;
    struct refs refs = refer(subject, checker);
    evidence_add(subject, C04_CHECKED, &refs,
                 "%s knew the password at the first try; %u more strange addresses used it within 72 hours; usual: 0",
                 ip_of(subject, first), others);
}

static void look(struct subject *subject)
{
    if (subject->principal->kind != PRINCIPAL_ACCOUNT)
        return;
    look_at_guessing(subject);
    look_at_spraying(subject);
    look_at_crowd(subject);
    look_at_check(subject);
}

const struct detector credentials_detector = {"credentials", look};
