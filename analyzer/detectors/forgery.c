/* F: who does it claim to be? Sender domains and addresses that are not the account's. */
#include "hash.h"
#include <stdlib.h>

#include "counts.h"
#include "detectors.h"
#include "evidence.h"
#include "span.h"

enum { MANY_MESSAGES = 5, MANY_RECIPIENTS = 20 };

static void refer(struct refs *refs, const struct message *message)
{
    refs_add(refs, message->place);
}

static uint32_t own_messages(const struct subject *subject)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < subject->message_count; i++)
        count += !subject->foreign[i] && subject->messages[i].sender_domain;
    return count;
}

static struct sighting *foreign_sightings(const struct subject *subject, uint32_t *ret_count)
{
    struct sighting *sightings =
        arena_alloc(subject->arena, (subject->message_count + 1) * sizeof *sightings);
    uint32_t count = 0;
    for (uint32_t i = 0; i < subject->message_count; i++)
        if (subject->foreign[i])
            sightings[count++] =
                (struct sighting){subject->messages[i].first_usec, subject->foreign[i], i};
    *ret_count = count;
    return sightings;
}

/* Distinct domains of a span in order of appearance, as written: at most 4, enough for examples. */
static uint32_t first_names(const struct subject *subject, const struct sighting *sightings,
                            struct span span, uint32_t *names)
{
    uint64_t keys[4];
    uint32_t count = 0;
    for (uint32_t i = span.first; i < span.end && count < 4; i++) {
        bool seen = false;
        for (uint32_t k = 0; k < count; k++)
            seen = seen || keys[k] == sightings[i].key;
        if (seen)
            continue;
        keys[count] = sightings[i].key;
        names[count++] = counts_foreign_name(subject, sightings[i].row);
    }
    return count;
}

static void look_at_domains(struct subject *subject, const struct sighting *sightings,
                            uint32_t count)
{
    struct refs refs = {0};
    uint32_t written[4];
    struct span span = span_most_distinct(sightings, count, DAY_USEC, subject->arena);
    uint32_t named = first_names(subject, sightings, span, written);
    const char *names = evidence_domains(subject, written, named);
    uint32_t own = own_messages(subject);
    for (uint32_t i = 0; i < count; i++)
        refer(&refs, &subject->messages[sightings[i].row]);
    bool many = count >= MANY_MESSAGES || subject->foreign_recipients >= MANY_RECIPIENTS;
    evidence_add(subject, many ? F01_MANY : F01_FEW, &refs,
                 "%u messages to %u recipients under sender domains that are not its own (%s); as "
                 "its own: %u messages",
                 count, subject->foreign_recipients, names, own);
    if (span.distinct < 2)
        return;
    struct refs examples = {0};
    for (uint32_t i = span.first; i < span.end; i++)
        if (i == span.first || sightings[i].key != sightings[i - 1].key)
            refer(&examples, &subject->messages[sightings[i].row]);
    evidence_add(subject,
                 span.distinct >= 10  ? F02_TEN
                 : span.distinct >= 3 ? F02_THREE
                                      : F02_TWO,
                 &examples, "sent as %u foreign domains within a day (%s); of its own: %u",
                 span.distinct, names, own ? 1 + subject->identity_count : subject->identity_count);
}

/* Senders that differ only in what list servers and trackers put there are one. */
static uint64_t address_key(struct str sender)
{
    char text[128];
    size_t len = 0;
    ptrdiff_t at = str_find_last_char(sender, '@');
    size_t local = at < 0 ? sender.len : (size_t)at;
    for (size_t i = 0; i < sender.len && len < sizeof text; i++) {
        char c = char_lower(sender.ptr[i]);
        if (i < local && (c == '+' || c == '=')) {
            i = local - 1;
            continue;
        }
        if (i < local && char_is_digit(c) && len && text[len - 1] == '#')
            continue;
        text[len++] = i < local && char_is_digit(c) ? '#' : c;
    }
    return XXH3_64bits(text, len);
}

static void look_at_addresses(struct subject *subject, struct sighting *sightings, uint32_t count)
{
    const struct facts *facts = subject->world->facts;
    struct refs refs = {0};
    for (uint32_t i = 0; i < count; i++)
        sightings[i].key =
            address_key(facts_str(facts, subject->messages[sightings[i].row].sender));
    struct span span = span_most_distinct(sightings, count, DAY_USEC, subject->arena);
    if (span.distinct < 5)
        return;
    for (uint32_t i = span.first; i < span.end; i++)
        refer(&refs, &subject->messages[sightings[i].row]);
    evidence_add(subject, span.distinct >= 20 ? F03_TWENTY : F03_FIVE, &refs,
                 "%u different foreign sender addresses within a day; a person has one or two",
                 span.distinct);
}

static int compare_principal(const void *key, const void *element)
{
    const struct str *name = key;
    const struct principal *principal = element;
    return str_compare(*name, principal->name);
}

static const struct principal *find_account(const struct facts *facts, struct str name)
{
    uint32_t accounts = 0, high = facts->principal_count;
    while (accounts < high) {
        uint32_t middle = accounts + (high - accounts) / 2;
        if (facts->principals[middle].kind == PRINCIPAL_ACCOUNT)
            accounts = middle + 1;
        else
            high = middle;
    }
    return bsearch(&name, facts->principals, accounts, sizeof *facts->principals,
                   compare_principal);
}

/* The other account of this server whose address a message bears; NULL if none. */
static const struct principal *borrowed_account(const struct subject *subject,
                                                const struct message *message)
{
    char lower[320];
    struct str sender = str_head(facts_str(subject->world->facts, message->sender), sizeof lower);
    ptrdiff_t at = str_find_last_char(sender, '@');
    if (at <= 0 ||
        !world_is_local(subject->world, subject->world->domain_of[message->sender_domain]))
        return NULL;
    for (size_t i = 0; i < sender.len; i++)
        lower[i] = char_lower(sender.ptr[i]);
    const struct principal *found =
        find_account(subject->world->facts, (struct str){lower, sender.len});
    if (!found)
        found = find_account(subject->world->facts, (struct str){lower, (size_t)at});
    return found == subject->principal ? NULL : found;
}

static void look_at_colleagues(struct subject *subject)
{
    const struct principal *seen[3] = {0};
    uint32_t count = 0;
    struct refs refs = {0};
    for (uint32_t i = 0; i < subject->message_count && count < 3; i++) {
        uint32_t at = subject->message_tie[i];
        if (at == NO_TIE || subject->ties[at].role == ROLE_OWNER ||
            subject->ties[at].role == ROLE_INFRASTRUCTURE)
            continue;
        const struct principal *other = borrowed_account(subject, &subject->messages[i]);
        if (!other || other == seen[0] || other == seen[1])
            continue;
        seen[count++] = other;
        refer(&refs, &subject->messages[i]);
    }
    if (count)
        evidence_add(subject, count >= 3 ? F04_THREE : F04_ONE, &refs,
                     "sent under the address of %s%u other local account%s (%.*s) from addresses "
                     "that are not the owner's",
                     count >= 3 ? "at least " : "", count, count > 1 ? "s" : "",
                     (int)str_head(seen[0]->name, 60).len, seen[0]->name.ptr);
}

static bool is_attackers(const struct subject *subject, uint32_t ip)
{
    for (uint32_t i = 0; i < subject->tie_count; i++)
        if (subject->world->facts->sources[subject->ties[i].source].ip == ip &&
            subject->ties[i].role == ROLE_ATTACKER)
            return true;
    return false;
}

/* One wrong alias, tried again and again from where the owner works, is a mistake. */
static bool is_mistake(const struct subject *subject, const struct sighting *tries, uint32_t count)
{
    uint32_t last = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct refusal *refusal = &subject->refusals[tries[i].row];
        if (refusal->sender != subject->refusals[tries[0].row].sender)
            return false;
        if (refusal->ip != last && is_attackers(subject, refusal->ip))
            return false;
        last = refusal->ip;
    }
    return true;
}

static void look_at_refusals(struct subject *subject)
{
    struct sighting *tries =
        arena_alloc(subject->arena, (subject->refusal_count + 1) * sizeof *tries);
    struct refs refs = {0};
    uint32_t count = 0;
    for (uint32_t i = 0; i < subject->refusal_count; i++)
        if (subject->refusals[i].reason == REASON_NOT_OWNER)
            tries[count++] = (struct sighting){subject->refusals[i].usec, i, i};
    struct span span = span_most_distinct(tries, count, DAY_USEC, subject->arena);
    if (span.distinct < 3 || is_mistake(subject, tries, count))
        return;
    for (uint32_t i = span.first; i < span.end; i++)
        refs_add(&refs, subject->refusals[tries[i].row].place);
    evidence_add(subject, span.distinct >= 20 ? F05_TWENTY : F05_THREE, &refs,
                 "%u times within a day refused for a sender address that is not its own; usual: 0",
                 span.distinct);
}

static void look(struct subject *subject)
{
    uint32_t count;
    struct sighting *sightings = foreign_sightings(subject, &count);
    if (count) {
        look_at_domains(subject, sightings, count);
        look_at_addresses(subject, sightings, count);
    }
    if (subject->principal->kind == PRINCIPAL_ACCOUNT)
        look_at_colleagues(subject);
    look_at_refusals(subject);
}

const struct detector forgery_detector = {"forgery", look};
