#include "counts.h"

#include <stdlib.h>

#include "window.h"

static bool is_open(uint8_t settled)
{
    return settled == SETTLED_QUEUED || settled == SETTLED_DEFERRED || settled == SETTLED_HELD;
}

void counts_add_message(struct counts *counts, const struct facts *facts,
                        const struct message *message)
{
    uint64_t unnamed = message->recipients - message->recipient_count, open = 0;
    counts->messages++;
    counts->recipients += message->recipients;
    for (uint32_t i = 0; i < message->recipient_count; i++) {
        uint8_t settled = facts->recipients[message->recipient_first + i].settled;
        counts->settled[settled]++;
        open += is_open(settled);
    }
    counts->settled[message->unnamed_settled] += unnamed;
    open += is_open(message->unnamed_settled) ? unnamed : 0;
    if (message->flags & MESSAGE_MAYBE_REMOVED)
        counts->maybe_removed += open;
}

void counts_add_login(struct counts *counts, const struct login *login)
{
    if (login->outcome == LOGIN_OK)
        counts->logins += login->count;
    else
        counts->login_failures += login->count;
}

void counts_add_refusal(struct counts *counts, const struct refusal *refusal)
{
    counts->rejected += refusal->recipient;
    counts->messages_refused += refusal->whole_message;
}

struct counts counts_of(const struct subject *subject)
{
    struct counts counts = {0};
    for (uint32_t i = 0; i < subject->message_count; i++)
        counts_add_message(&counts, subject->world->facts, &subject->messages[i]);
    for (uint32_t i = 0; i < subject->login_count; i++)
        counts_add_login(&counts, &subject->logins[i]);
    for (uint32_t i = 0; i < subject->refusal_count; i++)
        counts_add_refusal(&counts, &subject->refusals[i]);
    return counts;
}

static bool is_attackers(const struct subject *subject, uint32_t tie)
{
    return tie != NO_TIE && subject->ties[tie].role == ROLE_ATTACKER;
}

static bool is_attackers_ip(const struct subject *subject, uint32_t ip)
{
    uint32_t source = subject->world->source_of[ip];
    for (uint32_t i = 0; i < subject->tie_count && source != NO_SOURCE; i++)
        if (subject->ties[i].source == source)
            return is_attackers(subject, i);
    return false;
}

struct counts counts_foreign(const struct subject *subject)
{
    const struct world *world = subject->world;
    struct counts counts = {0};
    for (uint32_t i = 0; i < subject->message_count; i++)
        if (subject->abuse[i])
            counts_add_message(&counts, world->facts, &subject->messages[i]);
    for (uint32_t i = 0; i < subject->login_count; i++)
        if (is_attackers(subject, subject->login_tie[i]))
            counts_add_login(&counts, &subject->logins[i]);
    uint32_t last = 0;
    bool theirs = false;
    for (uint32_t i = 0; i < subject->refusal_count; i++) {
        uint32_t ip = subject->refusals[i].ip;
        if (ip != last)
            theirs = ip && is_attackers_ip(subject, ip);
        last = ip;
        if (theirs)
            counts_add_refusal(&counts, &subject->refusals[i]);
    }
    return counts;
}

uint32_t counts_foreign_name(const struct subject *subject, uint32_t message)
{
    const struct message *m = &subject->messages[message];
    bool envelope = subject->world->domain_of[m->sender_domain] == subject->foreign[message];
    return envelope ? m->sender_domain : m->header_domain;
}

/* One message under one foreign domain. */
struct use {
    uint32_t domain; /* string id, as written */
    const struct message *message;
};

static int compare_uses(const void *a, const void *b)
{
    const struct use *x = a, *y = b;
    if (x->domain != y->domain)
        return x->domain < y->domain ? -1 : 1;
    if (x->message->sender != y->message->sender)
        return x->message->sender < y->message->sender ? -1 : 1;
    return x->message < y->message ? -1 : x->message > y->message;
}

static int compare_domains(const void *a, const void *b)
{
    const struct forged_domain *x = a, *y = b;
    if (x->messages != y->messages)
        return x->messages > y->messages ? -1 : 1;
    return str_compare(x->domain, y->domain);
}

static struct forged_domain sum_uses(const struct world *world, const struct use *uses,
                                     uint32_t count)
{
    struct forged_domain domain = {.domain = facts_str(world->facts, uses[0].domain)};
    int64_t first = INT64_MAX, last = INT64_MIN;
    for (uint32_t i = 0; i < count; i++) {
        const struct message *message = uses[i].message;
        domain.addresses += i == 0 || message->sender != uses[i - 1].message->sender;
        domain.messages++;
        domain.recipients += message->recipients;
        first = message->first_usec < first ? message->first_usec : first;
        last = message->first_usec > last ? message->first_usec : last;
    }
    domain.first = window_when(world, first);
    domain.last = window_when(world, last);
    return domain;
}

static struct forged_domains sum_all(const struct world *world, struct use *uses, uint32_t count,
                                     struct arena *arena)
{
    uint32_t groups = 0, made = 0;
    qsort(uses, count, sizeof *uses, compare_uses);
    for (uint32_t i = 0; i < count; i++)
        groups += i == 0 || uses[i].domain != uses[i - 1].domain;
    struct forged_domain *domains = arena_alloc(arena, (groups + 1) * sizeof *domains);
    for (uint32_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && uses[end].domain == uses[i].domain;)
            end++;
        domains[made++] = sum_uses(world, uses + i, end - i);
    }
    qsort(domains, made, sizeof *domains, compare_domains);
    return (struct forged_domains){domains, made};
}

struct forged_domains counts_forged(const struct subject *subject, struct arena *arena)
{
    struct use *uses = arena_alloc(subject->arena, (subject->message_count + 1) * sizeof *uses);
    uint32_t count = 0;
    for (uint32_t i = 0; i < subject->message_count; i++)
        if (subject->foreign[i])
            uses[count++] = (struct use){counts_foreign_name(subject, i), &subject->messages[i]};
    return sum_all(subject->world, uses, count, arena);
}

struct forged_domains counts_forged_of(const struct world *world,
                                       const struct message *const *messages, uint32_t count,
                                       struct arena *arena)
{
    struct use *uses = xcalloc(count + 1, sizeof *uses);
    uint32_t used = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t domain = world->domain_of[messages[i]->sender_domain];
        if (domain && !world_is_local(world, domain))
            uses[used++] = (struct use){messages[i]->sender_domain, messages[i]};
    }
    struct forged_domains forged = sum_all(world, uses, used, arena);
    free(uses);
    return forged;
}
