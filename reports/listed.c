#include "listed.h"

#include <stdlib.h>

#include "arena.h"

static void add_addresses(struct listed *listed, const struct source_report *sources,
                          uint32_t count)
{
    for (uint32_t i = 0; sources && i < count; i++)
        if (sources[i].role == ROLE_ATTACKER)
            listed->addresses[address_id(listed->facts, sources[i].ip)] = 1;
}

static void add_account(struct listed *listed, const struct account_report *account)
{
    if (account->verdict < VERDICT_WATCH)
        return;
    if (account->principal < listed->facts->principal_count)
        listed->principals[account->principal] = 1;
    add_addresses(listed, account->sources, account->source_count);
}

static void add_finding(struct listed *listed, const struct finding *finding)
{
    if (finding->principal_index < listed->facts->principal_count)
        listed->principals[finding->principal_index] = 1;
    add_addresses(listed, finding->sources, finding->source_count);
}

struct listed listed_of(const struct report *report)
{
    struct listed listed = {.facts = report->facts, .theirs = theirs_new(report)};
    if (!listed.facts)
        return listed;
    listed.principals = xcalloc((size_t)listed.facts->principal_count + 1, 1);
    listed.addresses = xcalloc((size_t)listed.facts->string_count + 1, 1);
    for (uint32_t i = 0; i < report->account_count; i++)
        add_account(&listed, &report->accounts[i]);
    for (uint32_t i = 0; i < report->finding_count; i++)
        add_finding(&listed, &report->findings[i]);
    listed.addresses[0] = 0; /* of addresses that the facts do not know */
    return listed;
}

bool listed_message(const struct listed *listed, uint32_t message)
{
    const struct message *one = &listed->facts->messages[message];
    return facts_covers(listed->facts, one->first_usec) &&
           (listed->principals[one->principal] || theirs_has(listed->theirs, message));
}

static bool is_listed(const struct listed *listed, uint32_t principal, uint32_t ip, int64_t usec)
{
    if (!facts_covers(listed->facts, usec))
        return false;
    return (principal < listed->facts->principal_count && listed->principals[principal]) ||
           listed->addresses[ip];
}

bool listed_login(const struct listed *listed, const struct login *login)
{
    return is_listed(listed, login->principal, login->ip, login->usec);
}

bool listed_refusal(const struct listed *listed, const struct refusal *refusal)
{
    return is_listed(listed, refusal->principal, refusal->ip, refusal->usec);
}

void listed_free(struct listed *listed)
{
    theirs_free(listed->theirs);
    free(listed->principals);
    free(listed->addresses);
}

void message_settled(const struct facts *facts, const struct message *message, uint64_t *settled)
{
    memset(settled, 0, SETTLED_COUNT * sizeof *settled);
    for (uint32_t i = 0; i < message->recipient_count; i++)
        settled[facts->recipients[message->recipient_first + i].settled]++;
    if (message->recipients > message->recipient_count)
        settled[message->unnamed_settled] += message->recipients - message->recipient_count;
}
