/* strangers' mail to strangers, taken without a login. One finding, since one setting is the
 * cause. */
#include <stdlib.h>

#include "counts.h"
#include "gather.h"
#include "numbers.h"
#include "source_report.h"
#include "window.h"

enum { SURE_RECIPIENTS = 10, SURE_DOMAINS = 3 };

struct relay {
    struct counts counts;
    struct source_report *sources;
    uint32_t source_count, domains;
    const struct message **messages;
    uint32_t message_count;
};

static bool goes_outside(const struct world *world, const struct message *message)
{
    for (uint32_t i = 0; i < message->recipient_count; i++)
        if (!world_recipient_is_local(world,
                                      &world->facts->recipients[message->recipient_first + i]))
            return true;
    return message->recipients > message->recipient_count;
}

static bool is_foreign(const struct world *world, const struct message *message)
{
    uint32_t domain = world->domain_of[message->sender_domain];
    return domain && !world_is_local(world, domain);
}

/* From outside, or through a gateway that makes outsiders look like insiders. */
static bool may_relay(const struct world *world, const struct principal *principal)
{
    if (principal->kind == PRINCIPAL_ANON)
        return true;
    if (principal->kind != PRINCIPAL_NET || principal->message_count == 0)
        return false;
    uint32_t ip = world->facts->messages[principal->message_first].ip;
    uint32_t source = ip ? world->source_of[ip] : NO_SOURCE;
    return source != NO_SOURCE && world->sources[source].gateway;
}

/* Mail of one principal; false if it relays nothing that is not its own business. */
static bool add_principal(struct relay *relay, const struct world *world,
                          const struct principal *principal)
{
    uint32_t before = relay->message_count;
    bool foreign = false;
    for (uint32_t i = 0; i < principal->message_count; i++) {
        const struct message *message = &world->facts->messages[principal->message_first + i];
        if (!facts_covers(world->facts, message->first_usec) || !goes_outside(world, message))
            continue;
        foreign = foreign || is_foreign(world, message);
        relay->messages[relay->message_count++] = message;
    }
    if (!foreign)
        relay->message_count = before;
    return foreign;
}

static struct source_report source_of(struct relay *relay, const struct world *world,
                                      uint32_t first)
{
    const struct message *message = relay->messages[first];
    uint32_t source = message->ip ? world->source_of[message->ip] : NO_SOURCE;
    struct source_report report = {.asn = UNKNOWN};
    if (source == NO_SOURCE)
        report.ip = message->ip ? facts_str(world->facts, message->ip) : STR("unknown");
    else
        report = source_report_of(world, source);
    bool inside = source != NO_SOURCE &&
                  (world->sources[source].gateway || world->sources[source].infrastructure);
    report.role = inside ? ROLE_INFRASTRUCTURE : ROLE_ATTACKER;
    report.did = DID_SEND;
    report.first = window_when(world, message->first_usec);
    report.last = window_when(world, relay->messages[relay->message_count - 1]->first_usec);
    for (uint32_t i = first; i < relay->message_count; i++) {
        report.messages++;
        report.recipients += relay->messages[i]->recipients;
    }
    return report;
}

static int compare_messages(const void *a, const void *b)
{
    const struct message *x = *(const struct message *const *)a,
                         *y = *(const struct message *const *)b;
    if (x->first_usec != y->first_usec)
        return x->first_usec < y->first_usec ? -1 : 1;
    return x < y ? -1 : x > y;
}

static uint32_t count_domains(const struct relay *relay, const struct world *world)
{
    uint32_t *ids = xcalloc(relay->message_count + 1, sizeof *ids), distinct = 0;
    for (uint32_t i = 0; i < relay->message_count; i++)
        ids[i] = is_foreign(world, relay->messages[i])
                     ? world->domain_of[relay->messages[i]->sender_domain]
                     : 0;
    qsort(ids, relay->message_count, sizeof *ids, compare_u32);
    for (uint32_t i = 0; i < relay->message_count; i++)
        distinct += ids[i] && (i == 0 || ids[i] != ids[i - 1]);
    free(ids);
    return distinct;
}

static uint8_t verdict_of(const struct relay *relay)
{
    bool sure = relay->counts.recipients >= SURE_RECIPIENTS;
    if (sure && relay->source_count >= 2)
        return VERDICT_CONFIRMED;
    if (sure && relay->domains >= SURE_DOMAINS)
        return VERDICT_LIKELY;
    return relay->domains >= 2 || sure ? VERDICT_SUSPICIOUS : VERDICT_WATCH;
}

static const struct evidence *evidence_of(struct relay *relay, struct gather *gather)
{
    struct evidence *evidence = arena_alloc(gather->arena, sizeof *evidence);
    const struct weight *weight = &weights[X01_RELAY];
    *evidence = (struct evidence){
        .id = weight->id, .family = weight->family, .weight_tenths = weight->tenths};
    evidence->text = arena_printf(gather->arena,
                                  "%llu messages to %llu recipients from %u address%s under %u "
                                  "foreign domains, taken without a login "
                                  "for recipients elsewhere; a closed server takes none",
                                  (unsigned long long)relay->counts.messages,
                                  (unsigned long long)relay->counts.recipients, relay->source_count,
                                  relay->source_count == 1 ? "" : "es", relay->domains);
    for (uint32_t i = 0; i < relay->message_count && evidence->ref_count < REFS_MAX; i++)
        evidence->refs[evidence->ref_count++].place = relay->messages[i]->place;
    return evidence;
}

static void add_forged(struct finding *finding, const struct relay *relay, struct gather *gather)
{
    struct forged_domains forged =
        counts_forged_of(gather->world, relay->messages, relay->message_count, gather->arena);
    finding->forged_domains = forged.items;
    finding->forged_domain_count = forged.count;
}

static void report(struct relay *relay, struct gather *gather, const struct principal *only)
{
    const struct world *world = gather->world;
    struct finding *finding = gather_finding(gather);
    source_reports_sort(relay->sources, relay->source_count);
    qsort(relay->messages, relay->message_count, sizeof *relay->messages, compare_messages);
    for (uint32_t i = 0; i < relay->message_count; i++)
        counts_add_message(&relay->counts, world->facts, relay->messages[i]);
    relay->domains = count_domains(relay, world);
    finding->class = CLASS_OPEN_RELAY;
    finding->verdict = verdict_of(relay);
    if (only) {
        finding->principal = only->name;
        finding->principal_index = (uint32_t)(only - world->facts->principals);
    }
    finding->window = window_of_messages(world, relay->messages, relay->message_count);
    finding->sources = relay->sources;
    finding->source_count = relay->source_count;
    finding->counts = relay->counts;
    finding->evidence = evidence_of(relay, gather);
    finding->evidence_count = 1;
    add_forged(finding, relay, gather);
}

void find_relays(struct gather *gather)
{
    const struct facts *facts = gather->world->facts;
    size_t messages = 0, principals = 0;
    const struct principal *only = NULL;
    for (uint32_t i = 0; i < facts->principal_count; i++) {
        bool may = may_relay(gather->world, &facts->principals[i]);
        messages += may ? facts->principals[i].message_count : 0;
        principals += may;
    }
    struct relay relay = {.messages = xcalloc(messages + 1, sizeof *relay.messages)};
    relay.sources = arena_alloc(gather->arena, (principals + 1) * sizeof *relay.sources);
    for (uint32_t i = 0; i < facts->principal_count; i++) {
        uint32_t before = relay.message_count;
        const struct principal *principal = &facts->principals[i];
        if (!may_relay(gather->world, principal) ||
            !add_principal(&relay, gather->world, principal))
            continue;
        relay.sources[relay.source_count++] = source_of(&relay, gather->world, before);
        only = relay.source_count == 1 ? principal : NULL;
    }
    if (relay.source_count)
        report(&relay, gather, only);
    free(relay.messages);
}
