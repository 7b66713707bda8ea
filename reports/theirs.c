#include "theirs.h"

#include <stdlib.h>

#include "arena.h"

enum mark { MARK_UNSEEN, MARK_YES, MARK_NO };

struct theirs {
    const struct report *report;
    uint8_t *marks;    /* by string id: enum mark, for the account or finding at hand */
    uint8_t *messages; /* by message: 1 if theirs */
};

bool account_is_accused(const struct account_report *account)
{
    return account->verdict >= VERDICT_SUSPICIOUS;
}

uint32_t finding_unnamed(const struct finding *finding)
{
    uint32_t count = 0;
    if (finding->class == CLASS_CREDENTIAL_ATTACK)
        for (uint32_t i = 0; i < finding->account_count; i++)
            count += finding->accounts[i].opened && !finding->accounts[i].account.ptr;
    return count;
}

bool finding_is_accused(const struct finding *finding)
{
    switch (finding->class) {
    case CLASS_OPEN_RELAY:
    case CLASS_LOCAL_INJECTION:
    case CLASS_INFECTED_HOST:
    case CLASS_MAILBOX_ACCESS:
        return finding->verdict >= VERDICT_SUSPICIOUS;
    default:
        return finding_unnamed(finding) > 0;
    }
}

const struct source_fact *source_fact_find(const struct facts *facts, struct str ip)
{
    uint32_t low = 0, high = facts->source_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = str_compare(facts_str(facts, facts->sources[middle].ip), ip);
        if (order == 0)
            return &facts->sources[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

uint32_t address_id(const struct facts *facts, struct str ip)
{
    const struct source_fact *fact = source_fact_find(facts, ip);
    return fact ? fact->ip : 0;
}

static void mark_sources(struct theirs *theirs, const struct source_report *sources, uint32_t count,
                         bool attackers_only, enum mark mark)
{
    for (uint32_t i = 0; i < count; i++)
        if (!attackers_only || sources[i].role == ROLE_ATTACKER)
            theirs->marks[address_id(theirs->report->facts, sources[i].ip)] = (uint8_t)mark;
    theirs->marks[0] = MARK_UNSEEN;
}

static bool is_forged(const struct facts *facts, const struct account_report *account, uint32_t id)
{
    for (uint32_t i = 0; i < account->forged_domain_count && id; i++)
        if (str_eq(facts_str(facts, id), account->forged_domains[i].domain))
            return true;
    return false;
}

static bool is_theirs(struct theirs *theirs, const struct account_report *account,
                      const struct message *message)
{
    if (account->foreign.messages >= account->counts.messages ||
        theirs->marks[message->ip] == MARK_YES)
        return true;
    if (message->ip)
        return false;
    /* Addresses and domains share the ids; an address is never asked for as a domain. */
    uint8_t *mark = &theirs->marks[message->sender_domain];
    if (*mark == MARK_UNSEEN)
        *mark =
            is_forged(theirs->report->facts, account, message->sender_domain) ? MARK_YES : MARK_NO;
    return *mark == MARK_YES && message->sender_domain;
}

static void forget_domains(struct theirs *theirs, const struct principal *principal)
{
    const struct message *messages = theirs->report->facts->messages;
    for (uint32_t i = 0; i < principal->message_count; i++)
        theirs->marks[messages[principal->message_first + i].sender_domain] = MARK_UNSEEN;
}

static void add_account(struct theirs *theirs, const struct account_report *account)
{
    const struct facts *facts = theirs->report->facts;
    if (account->principal >= facts->principal_count || account->foreign.messages == 0)
        return;
    const struct principal *principal = &facts->principals[account->principal];
    mark_sources(theirs, account->sources, account->source_count, true, MARK_YES);
    for (uint32_t i = 0; i < principal->message_count; i++) {
        uint32_t index = principal->message_first + i;
        if (is_theirs(theirs, account, &facts->messages[index]))
            theirs->messages[index] = 1;
    }
    forget_domains(theirs, principal);
    mark_sources(theirs, account->sources, account->source_count, true, MARK_UNSEEN);
}

/* A finding of several principals: all that was relayed from its sources. */
static void add_relayed(struct theirs *theirs, const struct finding *finding)
{
    const struct facts *facts = theirs->report->facts;
    mark_sources(theirs, finding->sources, finding->source_count, false, MARK_YES);
    for (uint32_t i = 0; i < facts->message_count; i++) {
        const struct message *message = &facts->messages[i];
        uint8_t kind = facts->principals[message->principal].kind;
        if (theirs->marks[message->ip] == MARK_YES &&
            (kind == PRINCIPAL_NET || kind == PRINCIPAL_ANON))
            theirs->messages[i] = 1;
    }
    mark_sources(theirs, finding->sources, finding->source_count, false, MARK_UNSEEN);
}

static void add_finding(struct theirs *theirs, const struct finding *finding)
{
    const struct facts *facts = theirs->report->facts;
    if (finding->class == CLASS_CREDENTIAL_ATTACK || finding->class == CLASS_MAILBOX_ACCESS)
        return;
    if (finding->principal_index >= facts->principal_count) {
        add_relayed(theirs, finding);
        return;
    }
    const struct principal *principal = &facts->principals[finding->principal_index];
    for (uint32_t i = 0; i < principal->message_count; i++)
        theirs->messages[principal->message_first + i] = 1;
}

struct theirs *theirs_new(const struct report *report)
{
    struct theirs *theirs = xcalloc(1, sizeof *theirs);
    theirs->report = report;
    if (!report->facts)
        return theirs;
    theirs->marks = xcalloc((size_t)report->facts->string_count + 1, 1);
    theirs->messages = xcalloc((size_t)report->facts->message_count + 1, 1);
    for (uint32_t i = 0; i < report->account_count; i++)
        if (account_is_accused(&report->accounts[i]))
            add_account(theirs, &report->accounts[i]);
    for (uint32_t i = 0; i < report->finding_count; i++)
        if (finding_is_accused(&report->findings[i]))
            add_finding(theirs, &report->findings[i]);
    return theirs;
}

static bool is_covered(const struct theirs *theirs, uint32_t message)
{
    const struct facts *facts = theirs->report->facts;
    return facts_covers(facts, facts->messages[message].first_usec);
}

bool theirs_ever(const struct theirs *theirs, uint32_t message)
{
    return theirs->messages && theirs->messages[message];
}

bool theirs_has(const struct theirs *theirs, uint32_t message)
{
    return theirs_ever(theirs, message) && is_covered(theirs, message);
}

void theirs_free(struct theirs *theirs)
{
    if (!theirs)
        return;
    free(theirs->marks);
    free(theirs->messages);
    free(theirs);
}

struct queue_share theirs_in_queue(const struct theirs *theirs)
{
    struct queue_share share = {0};
    const struct facts *facts = theirs->report->facts;
    for (uint32_t i = 0; facts && i < facts->message_count; i++) {
        if (!(facts->messages[i].flags & MESSAGE_OPEN) || !is_covered(theirs, i))
            continue;
        share.open++;
        share.theirs += theirs_has(theirs, i);
        share.maybe_removed |= (facts->messages[i].flags & MESSAGE_MAYBE_REMOVED) != 0;
    }
    return share;
}

bool report_queue(const struct report *report, struct queue_share *ret)
{
    if (!report->facts) {
        *ret = report->queue ? *report->queue : (struct queue_share){0};
        return report->queue != NULL;
    }
    struct theirs *theirs = theirs_new(report);
    *ret = theirs_in_queue(theirs);
    theirs_free(theirs);
    return true;
}
