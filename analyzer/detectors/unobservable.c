#include "unobservable.h"

enum { SENTENCES = 10 };

static bool has_hidden(const struct facts *facts)
{
    for (uint32_t i = 0; i < facts->message_count; i++)
        if (facts->messages[i].flags & MESSAGE_SOURCE_HIDDEN)
            return true;
    return false;
}

/* Failures that only a password server logs, which knows no client. */
static bool has_placeless_failures(const struct facts *facts)
{
    for (uint32_t i = 0; i < facts->login_count; i++)
        if (facts->logins[i].outcome == LOGIN_FAILED && !facts->logins[i].ip)
            return true;
    return false;
}

/* OpenSMTPD does not say who called its sendmail command. */
static bool has_unnamed_user(const struct facts *facts)
{
    for (uint32_t i = 0; i < facts->principal_count; i++)
        if (facts->principals[i].kind == PRINCIPAL_UID &&
            str_starts(facts->principals[i].name, STR("uid:unknown")))
            return true;
    return false;
}

/* Messages without a login that this server, or a mailbox server of its name, handed to itself. */
static uint64_t webmail_messages(const struct world *world)
{
    const struct facts *facts = world->facts;
    struct ip ip;
    uint64_t count = 0;
    for (uint32_t i = 0; i < facts->message_count; i++) {
        const struct message *m = &facts->messages[i];
        uint32_t source = m->ip ? world->source_of[m->ip] : NO_SOURCE;
        if (facts->principals[m->principal].kind == PRINCIPAL_NET && source != NO_SOURCE &&
            facts->sources[source].own && ip_parse(facts_str(facts, m->ip), &ip) &&
            !ip_is_loopback(&ip) && facts_covers(facts, m->first_usec))
            count++;
    }
    return count;
}

/* Accounts sent, and no line says how they logged in (Exchange's message tracking alone). */
static bool lacks_logins(const struct facts *facts)
{
    bool sent = false;
    for (uint32_t i = 0; i < facts->principal_count; i++)
        sent |=
            facts->principals[i].kind == PRINCIPAL_ACCOUNT && facts->principals[i].message_count;
    return sent && facts->login_count == 0;
}

void unobservable_list(const struct world *world, struct arena *arena, struct report *report)
{
    const struct facts *facts = world->facts;
    const char **list = arena_alloc(arena, SENTENCES * sizeof *list);
    uint32_t count = 0;
    list[count++] = "source ports";
    if (!world->mailbox_logged)
        list[count++] = "who else read mail (no log of mailbox logins)";
    else
        list[count++] = "what was read in a mailbox";
    if (facts->hides_logins)
        list[count++] = "logins that sent nothing";
    if (world->unnamed_logged)
        list[count++] = "the names of logins that sent nothing";
    if (lacks_logins(facts))
        list[count++] = "logins and failed logins (no line tells of any)";
    else if (!facts->names_failures)
        list[count++] = "the names of failed logins";
    if (has_placeless_failures(facts))
        list[count++] = "the addresses of some failed logins (the password server logs none)";
    if (has_hidden(facts))
        list[count++] = "the addresses behind this server's own proxy or webmail";
    if (has_unnamed_user(facts))
        list[count++] = "which local user called the sendmail command";
    if (facts->clientless)
        list[count++] = "who sent what: qmail logs neither client nor login of a message";
    uint64_t unnamed = webmail_messages(world);
    if (unnamed)
        list[count++] = arena_printf(arena,
                                     "who sent %llu messages from this server's own address (the "
                                     "log of its webmail or mailbox server says it)",
                                     (unsigned long long)unnamed);
    for (uint32_t i = 0; i < facts->source_count; i++) {
        if (!world->sources[i].gateway)
            continue;
        struct str ip = facts_str(facts, facts->sources[i].ip);
        list[count++] =
            arena_printf(arena, "the addresses behind the gateway %.*s", (int)ip.len, ip.ptr);
        break;
    }
    report->coverage.unobservable = list;
    report->coverage.unobservable_count = count;
}
