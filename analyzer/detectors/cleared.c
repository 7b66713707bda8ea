/* Who looks alarming to a plain count and is not. */
#include "evidence.h"
#include "gather.h"
#include "span.h"

enum { OFFICE_USERS = 5, BULK_RECIPIENTS = 50, NETWORKS_MANY = 4, GUESSES = 5 };

static bool is_bulk(const struct subject *subject)
{
    const struct message *messages = subject->messages;
    uint64_t sum = 0;
    for (uint32_t i = 0, first = 0; i < subject->message_count; i++) {
        sum += messages[i].recipients;
        while (messages[i].first_usec - messages[first].first_usec > HOUR_USEC)
            sum -= messages[first++].recipients;
        if (sum >= BULK_RECIPIENTS)
            return true;
    }
    return false;
}

/* Networks used within the busiest day. */
static uint32_t count_networks(const struct subject *subject)
{
    struct sighting *seen =
        arena_alloc(subject->arena, (subject->message_count + 1) * sizeof *seen);
    uint32_t count = 0;
    for (uint32_t i = 0; i < subject->message_count; i++) {
        uint32_t at = subject->message_tie[i];
        if (at != NO_TIE)
            seen[count++] =
                (struct sighting){subject->messages[i].first_usec,
                                  subject->world->sources[subject->ties[at].source].wide, i};
    }
    return span_most_distinct(seen, count, DAY_USEC, subject->arena).distinct;
}

static bool mistyped(const struct subject *subject)
{
    for (uint32_t i = 0; i < subject->tie_count; i++)
        if (subject->ties[i].failed_first >= GUESSES)
            return true;
    return false;
}

void clear_account(struct gather *gather, const struct subject *subject)
{
    if (subject->verdict >= VERDICT_SUSPICIOUS)
        return;
    uint32_t networks = subject->tie_count < NETWORKS_MANY ? 0 : count_networks(subject);
    if (is_bulk(subject))
        gather_cleared(gather, subject->principal->name,
                       subject->foreign_messages ? "bulk" : "bulk, own address");
    else if (networks >= NETWORKS_MANY)
        gather_cleared(gather, subject->principal->name,
                       arena_printf(gather->arena, "%u networks", networks));
    else if (mistyped(subject))
        gather_cleared(gather, subject->principal->name, "password mistyped");
}

void clear_offices(struct gather *gather)
{
    const struct world *world = gather->world;
    for (uint32_t i = 0; i < world->facts->source_count; i++) {
        const struct source_view *source = &world->sources[i];
        if (!source->office || source->users < OFFICE_USERS)
            continue;
        struct str ip = facts_str(world->facts, world->facts->sources[i].ip);
        const char *who =
            arena_printf(gather->arena, "%u users of %.*s", source->users, (int)ip.len, ip.ptr);
        gather_cleared(gather, str_of(who), "office");
    }
}
