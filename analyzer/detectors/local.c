/* Misuse that no mailbox is to blame for: programs on the server, machines of its own networks,
 * gateways that hide everybody. */
#include <stdlib.h>

#include "counts.h"
#include "evidence.h"
#include "gather.h"
#include "source_report.h"
#include "window.h"

static const struct message **all_messages(const struct subject *subject)
{
    const struct message **messages =
        arena_alloc(subject->arena, (subject->message_count + 1) * sizeof *messages);
    for (uint32_t i = 0; i < subject->message_count; i++)
        messages[i] = &subject->messages[i];
    return messages;
}

/* A machine of an own network is accused only if others complained: gateways relay strangers' mail
 * all day. */
static bool is_worth_telling(const struct subject *subject)
{
    if (subject->verdict < VERDICT_SUSPICIOUS)
        return false;
    if (subject->principal->kind == PRINCIPAL_UID)
        return true;
    for (uint32_t i = 0; i < subject->tie_count; i++)
        if (subject->world->sources[subject->ties[i].source].infrastructure ||
            subject->world->sources[subject->ties[i].source].gateway)
            return false;
    return subject->tie_count > 0 &&
           (evidence_has(subject, "R-01") || evidence_has(subject, "R-02")) &&
           evidence_has(subject, "F-02");
}

/* The folder that most of the recipients were written to from. */
static const char *script_of(const struct subject *subject, struct arena *arena)
{
    const struct facts *facts = subject->world->facts;
    uint64_t *recipients = xcalloc(facts->string_count, sizeof *recipients);
    uint32_t most = 0;
    for (uint32_t i = 0; i < subject->message_count; i++) {
        uint32_t folder = subject->messages[i].script;
        recipients[folder] += folder ? subject->messages[i].recipients : 0;
        if (recipients[folder] > recipients[most])
            most = folder;
    }
    free(recipients);
    return most ? arena_cstr(arena, facts_str(facts, most)) : NULL;
}

void find_local(struct gather *gather, const struct subject *subject)
{
    if (!is_worth_telling(subject))
        return;
    struct finding *finding = gather_finding(gather);
    struct source_reports sources = source_reports_of(subject, gather->arena);
    struct forged_domains forged = counts_forged(subject, gather->arena);
    finding->class = subject->class;
    finding->verdict = subject->verdict;
    finding->principal = subject->principal->name;
    finding->principal_index = subject->index;
    finding->script = script_of(subject, gather->arena);
    finding->window =
        window_of_messages(subject->world, all_messages(subject), subject->message_count);
    finding->sources = sources.items;
    finding->source_count = sources.count;
    finding->counts = counts_of(subject);
    finding->forged_domains = forged.items;
    finding->forged_domain_count = forged.count;
    finding->evidence = evidence_copy(subject, gather->arena);
    finding->evidence_count = subject->item_count;
}

void find_gateways(struct gather *gather)
{
    const struct world *world = gather->world;
    for (uint32_t i = 0; i < world->facts->source_count; i++) {
        if (!world->sources[i].gateway || world->sources[i].first_usec == INT64_MAX)
            continue;
        struct finding *finding = gather_finding(gather);
        struct source_report *source = arena_alloc(gather->arena, sizeof *source);
        *source = source_report_of(world, i);
        source->role = ROLE_INFRASTRUCTURE;
        source->login_failures = world->sources[i].failed;
        finding->class = CLASS_HIDDEN_SOURCE;
        finding->verdict = VERDICT_NONE;
        finding->sources = source;
        finding->source_count = 1;
        finding->counts.login_failures = world->sources[i].failed;
    }
}
