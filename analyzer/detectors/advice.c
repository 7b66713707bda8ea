#include "advice.h"

#include <stdio.h>

enum { TODO_MAX = 5 };

static const char *say(struct arena *arena, const char *before, struct str name, const char *after)
{
    struct str shown = str_head(name, 100);
    return arena_printf(arena, "%s%.*s%s", before, (int)shown.len, shown.ptr, after);
}

static void add(struct account_report *report, const char **list, const char *text)
{
    if (report->todo_count < TODO_MAX)
        list[report->todo_count++] = text;
}

static uint64_t still_queued(const struct counts *counts)
{
    return counts->settled[SETTLED_QUEUED] + counts->settled[SETTLED_DEFERRED] +
           counts->settled[SETTLED_HELD];
}

static void advise_steps(const struct subject *subject, struct account_report *report,
                         struct arena *arena)
{
    const char **list = arena_alloc(arena, TODO_MAX * sizeof *list);
    report->todo = list;
    if (subject->class == CLASS_INFECTED_HOST || subject->class == CLASS_BULK_SENDER) {
        add(report, list,
            say(arena, "ask the user of ", report->name,
                " whether this mail was meant; look at the computer it came from"));
        return;
    }
    add(report, list,
        say(arena, "give ", report->name,
            " a new password and end its sessions and application passwords"));
    add(report, list,
        say(arena, "look for forwarding, filter rules and new identities in the mailbox of ",
            report->name, ""));
    uint64_t queued = still_queued(&report->foreign);
    if (queued)
        add(report, list,
            arena_printf(arena,
                         "hold the %llu recipients of its mail that are still in the queue, then "
                         "review them",
                         (unsigned long long)queued));
    if (report->mailbox.opened == 1)
        add(report, list,
            say(arena, "the mailbox of ", report->name,
                " was opened by a stranger: find out what was in it and who must be told"));
    if (report->mailbox.opened == UNKNOWN)
        add(report, list,
            "this log does not show whether the mailbox was read: look at the log of the IMAP "
            "server");
}

/* The operator may know what the log does not. */
static const char *what_would_change(const struct subject *subject,
                                     const struct account_report *report, struct arena *arena)
{
    const char *address = "", *domain = "";
    for (uint32_t i = 0; i < report->source_count && report->sources; i++)
        if (report->sources[i].role == ROLE_ATTACKER &&
            report->sources[i].messages + report->sources[i].logins) {
            address = say(arena, "if ", report->sources[i].ip,
                          " and the other addresses marked so are known networks (--trusted-net)");
            break;
        }
    if (report->forged_domain_count && report->forged_domain_count <= 3)
        domain =
            arena_printf(arena, "%s%s%.*s%s", *address ? ", or " : "", "if ",
                         (int)str_head(report->forged_domains[0].domain, 100).len,
                         report->forged_domains[0].domain.ptr, " is its own domain (--identity)");
    if (!*address && !*domain)
        return NULL;
    (void)subject;
    return arena_printf(arena, "would drop %s%s", address, domain);
}

void advise(const struct subject *subject, struct account_report *report, struct arena *arena)
{
    if (report->verdict >= VERDICT_SUSPICIOUS)
        advise_steps(subject, report, arena);
    if (report->verdict >= VERDICT_WATCH)
        report->would_change = what_would_change(subject, report, arena);
}
