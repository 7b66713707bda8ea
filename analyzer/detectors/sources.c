/* S: from where? Many addresses, many networks, two places at once, places never seen before. */
#include "detectors.h"
#include "evidence.h"
#include "span.h"

enum {
    FEW_PROVIDERS = 2,
    FEW_NETWORKS = 3,
    RELATIVE_FACTOR = 5,
    RELATIVE_LEAST = 6,
    RETURNS = 2,
    PLACES_LEAST = 4
};

/* One success at one address. */
struct visit {
    int64_t usec;
    uint32_t tie;
    struct place place;
};

struct visits {
    struct visit *items;
    uint32_t count;
};

/* Successes and submissions in time order; those of the server's own addresses, of offices and
 * trusted networks say nothing. */
static struct visits collect(const struct subject *subject)
{
    struct visits visits = {0};
    size_t most = (size_t)subject->message_count + subject->login_count + 1;
    visits.items = arena_alloc(subject->arena, most * sizeof *visits.items);
    uint32_t m = 0, l = 0;
    while (m < subject->message_count || l < subject->login_count) {
        bool login = m == subject->message_count ||
                     (l < subject->login_count &&
                      subject->logins[l].usec <= subject->messages[m].first_usec);
        uint32_t at = login ? subject->login_tie[l] : subject->message_tie[m];
        struct visit visit =
            login ? (struct visit){subject->logins[l].usec, at, subject->logins[l].place}
                  : (struct visit){subject->messages[m].first_usec, at, subject->messages[m].place};
        bool failed = login && subject->logins[l].outcome != LOGIN_OK;
        l += login;
        m += !login;
        if (failed || at == NO_TIE)
            continue;
        const struct source_view *source = &subject->world->sources[subject->ties[at].source];
        if (!source->infrastructure && !source->gateway && !source->trusted && !source->office)
            visits.items[visits.count++] = visit;
    }
    return visits;
}

enum key_kind { KEY_ADDRESS, KEY_NETWORK, KEY_PROVIDER };

static uint64_t key_of(const struct subject *subject, uint32_t tie, enum key_kind kind)
{
    const struct source_view *source = &subject->world->sources[subject->ties[tie].source];
    if (kind == KEY_NETWORK)
        return source->wide;
    if (kind == KEY_PROVIDER)
        return source->provider;
    return ip_is_v4(&source->ip) ? subject->ties[tie].source : ip_network(&source->ip, 32, 64);
}

static struct span most(const struct subject *subject, struct visits visits, enum key_kind kind,
                        int64_t length)
{
    struct sighting *sightings =
        arena_alloc(subject->arena, (visits.count + 1) * sizeof *sightings);
    for (uint32_t i = 0; i < visits.count; i++)
        sightings[i] =
            (struct sighting){visits.items[i].usec, key_of(subject, visits.items[i].tie, kind), i};
    return span_most_distinct(sightings, visits.count, length, subject->arena);
}

static struct refs refer(struct visits visits, struct span span)
{
    struct refs refs = {0};
    uint32_t last = NO_TIE;
    for (uint32_t i = span.first; i < span.end && refs.count < REFS_MAX; i++) {
        if (visits.items[i].tie != last)
            refs_add(&refs, visits.items[i].place);
        last = visits.items[i].tie;
    }
    return refs;
}

/* Addresses on an ordinary day, which is the busiest but one in twenty. */
static uint32_t usual_addresses(const struct subject *subject, struct visits visits)
{
    uint32_t days = 0, most_but_worst = 0, worst = 0;
    for (uint32_t i = 0, end; i < visits.count; i = end, days++) {
        int64_t day = visits.items[i].usec / DAY_USEC;
        for (end = i; end < visits.count && visits.items[end].usec / DAY_USEC == day;)
            end++;
        struct visits part = {visits.items + i, end - i};
        uint32_t distinct = most(subject, part, KEY_ADDRESS, DAY_USEC).distinct;
        if (distinct > worst) {
            most_but_worst = worst;
            worst = distinct;
        } else if (distinct > most_but_worst) {
            most_but_worst = distinct;
        }
    }
    return days >= 7 ? most_but_worst : 0;
}

/* A telephone gets a new address from its one provider all day. */
static bool is_roaming(const struct subject *subject, struct visits visits)
{
    return most(subject, visits, KEY_PROVIDER, DAY_USEC).distinct <= FEW_PROVIDERS ||
           most(subject, visits, KEY_NETWORK, DAY_USEC).distinct <= FEW_NETWORKS;
}

static void look_at_addresses(struct subject *subject, struct visits visits)
{
    struct span day = most(subject, visits, KEY_ADDRESS, DAY_USEC);
    if (day.distinct < RELATIVE_LEAST || is_roaming(subject, visits))
        return;
    uint32_t usual = subject->has_habits ? usual_addresses(subject, collect(subject->whole)) : 0;
    struct refs refs = refer(visits, day);
    enum signal signal = S01_TEN;
    if (day.distinct >= 100)
        signal = S01_HUNDRED;
    else if (day.distinct >= 30)
        signal = S01_THIRTY;
    else if (day.distinct < 10 && (usual == 0 || day.distinct < usual * RELATIVE_FACTOR))
        return;
    else if (day.distinct < 10)
        signal = S01_RELATIVE;
    if (usual)
        evidence_add(subject, signal, &refs,
                     "used from %u addresses within a day; on other days at most %u", day.distinct,
                     usual);
    else
        evidence_add(subject, signal, &refs,
                     "used from %u addresses within a day; a person has one to three",
                     day.distinct);
}

static void look_at_networks(struct subject *subject, struct visits visits)
{
    struct span hour = most(subject, visits, KEY_NETWORK, HOUR_USEC);
    struct span day = most(subject, visits, KEY_NETWORK, DAY_USEC);
    uint32_t hour_providers = most(subject, visits, KEY_PROVIDER, HOUR_USEC).distinct;
    uint32_t day_providers = most(subject, visits, KEY_PROVIDER, DAY_USEC).distinct;
    enum signal signal = SIGNAL_COUNT;
    if (hour.distinct >= 20)
        signal = S02_TWENTY;
    else if (day.distinct >= 12 && day_providers >= 8)
        signal = S02_DIVERSE;
    else if (hour_providers >= 4)
        signal = S02_HOUR;
    else if (hour.distinct >= 6)
        signal = S02_SIX;
    else if (day_providers >= 6)
        signal = S02_DAY;
    if (signal == SIGNAL_COUNT)
        return;
    bool in_hour = signal != S02_DIVERSE && signal != S02_DAY;
    struct refs refs = refer(visits, in_hour ? hour : day);
    evidence_add(subject, signal, &refs,
                 "used from %u networks of %u providers within %s; a person has one or two",
                 in_hour ? hour.distinct : day.distinct, in_hour ? hour_providers : day_providers,
                 in_hour ? "an hour" : "a day");
}

/* Owner and stranger by turns: owner, stranger, owner, stranger, each within six hours. */
static void look_at_alternation(struct subject *subject, struct visits visits)
{
    struct refs refs = {0};
    uint32_t returns = 0;
    uint8_t side = 0; /* 0 nobody yet, 1 owner, 2 stranger */
    int64_t turned = 0;
    bool stranger_came = false;
    for (uint32_t i = 0; i < visits.count; i++) {
        const struct tie *tie = &subject->ties[visits.items[i].tie];
        bool owner = tie->habitual || tie->role == ROLE_OWNER,
             stranger = tie->role == ROLE_ATTACKER;
        if (!owner && !stranger)
            continue;
        uint8_t now = stranger ? 2 : 1;
        if (side && now != side) {
            bool soon = visits.items[i].usec - turned < 6 * HOUR_USEC;
            returns += soon && stranger_came;
            refs_add(&refs, visits.items[i].place);
        }
        stranger_came = stranger_came || now == 2;
        side = now;
        turned = visits.items[i].usec;
    }
    if (returns >= RETURNS)
        evidence_add(subject, S04_ALTERNATION, &refs,
                     "its own and strange networks by turns: %u returns within six hours each; a "
                     "traveller goes and comes once",
                     returns);
}

/* Through a webmail that the account did not use before. */
static void look_at_webmail(struct subject *subject)
{
    struct refs refs = {0};
    uint32_t count = 0;
    for (uint32_t i = 0; i < subject->message_count && subject->has_habits; i++) {
        if (subject->message_tie[i] != NO_TIE || !subject->unfamiliar[i])
            continue;
        count++;
        refs_add(&refs, subject->messages[i].place);
    }
    if (count)
        evidence_add(subject, S08_WEBMAIL, &refs,
                     "%u messages by way of a webmail that hides its users; the account did not "
                     "use it before",
                     count);
}

static void look_at_first_seen(struct subject *subject, struct visits visits)
{
    struct refs refs = {0};
    uint32_t networks = 0;
    bool provider_new = false;
    for (uint32_t i = 0; i < subject->tie_count && subject->has_habits; i++) {
        const struct tie *tie = &subject->ties[i];
        if (!tie->unfamiliar || tie->first_ok_usec == INT64_MAX || tie->role == ROLE_OWNER)
            continue;
        uint64_t provider = subject->world->sources[tie->source].provider;
        bool known = false;
        for (uint32_t k = 0; k < subject->tie_count && !known; k++)
            known = subject->ties[k].habitual &&
                    subject->world->sources[subject->ties[k].source].provider == provider;
        networks++;
        provider_new = provider_new || !known;
        for (uint32_t k = 0; k < visits.count && networks == 1; k++)
            if (visits.items[k].tie == i)
                refs_add(&refs, visits.items[k].place);
    }
    look_at_webmail(subject);
    if (networks)
        evidence_add(subject, provider_new ? S05_PROVIDER : S05_NETWORK, &refs,
                     "%u address%s of networks the account never used before%s", networks,
                     networks == 1 ? "" : "es", provider_new ? ", of another provider" : "");
}

static void look(struct subject *subject)
{
    if (subject->principal->kind != PRINCIPAL_ACCOUNT)
        return;
    struct visits visits = collect(subject);
    if (subject->tie_count >= PLACES_LEAST) {
        look_at_addresses(subject, visits);
        look_at_networks(subject, visits);
    }
    look_at_alternation(subject, visits);
    look_at_first_seen(subject, visits);
}

const struct detector sources_detector = {"sources", look};
