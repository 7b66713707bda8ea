#include "unobservable.h"

enum { SENTENCES = 8 };

static bool has_hidden(const struct facts *facts)
{
    for (uint32_t i = 0; i < facts->message_count; i++)
        if (facts->messages[i].flags & MESSAGE_SOURCE_HIDDEN)
            return true;
    return false;
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
    if (world->unnamed_logged)
        list[count++] = "the names of logins that sent nothing";
    if (!facts->names_failures)
        list[count++] = "the names of failed logins";
    if (has_hidden(facts))
        list[count++] = "the addresses behind this server's own proxy or webmail";
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
