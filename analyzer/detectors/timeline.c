/* What happened, in the order in which it happened: the turning points of each incident, not its
 * every message. */
#include "gather.h"
#include "window.h"

enum { ADDRESSES_TOLD = 60 };

static void tell(struct gather *gather, struct str actor, struct when time, const char *what,
                 const struct place *place)
{
    if (time.usec == TIME_NONE)
        return;
    struct timeline_entry *entry = gather_event(gather);
    *entry = (struct timeline_entry){.time = time, .actor = actor, .what = what};
    if (place && place->line)
        entry->refs[entry->ref_count++].place = *place;
}

/* The line of the login or message at that moment from that tie. */
static const struct place *place_at(const struct subject *subject, uint32_t tie, int64_t usec)
{
    for (uint32_t i = 0; i < subject->login_count; i++)
        if (subject->login_tie[i] == tie && subject->logins[i].usec == usec)
            return &subject->logins[i].place;
    for (uint32_t i = 0; i < subject->message_count; i++)
        if (subject->message_tie[i] == tie && subject->messages[i].first_usec == usec)
            return &subject->messages[i].place;
    return NULL;
}

static const struct place *message_at(const struct subject *subject, int64_t usec)
{
    for (uint32_t i = 0; i < subject->message_count; i++)
        if (subject->abuse[i] && subject->messages[i].first_usec == usec)
            return &subject->messages[i].place;
    return NULL;
}

static void tell_addresses(struct gather *gather, const struct subject *subject)
{
    const struct facts *facts = subject->world->facts;
    uint32_t told = 0;
    for (uint32_t i = 0; i < subject->tie_count && told < ADDRESSES_TOLD; i++) {
        const struct tie *tie = &subject->ties[i];
        struct str ip = str_head(facts_str(facts, facts->sources[tie->source].ip), 64);
        if (tie->role != ROLE_ATTACKER)
            continue;
        told++;
        if (tie->failures)
            tell(gather, subject->principal->name,
                 window_when(subject->world, tie->first_failed_usec),
                 arena_printf(gather->arena, "first failed login from %.*s (%u in all)",
                              (int)ip.len, ip.ptr, tie->failures),
                 place_at(subject, i, tie->first_failed_usec));
        if (tie->first_ok_usec != INT64_MAX)
            tell(gather, subject->principal->name, window_when(subject->world, tie->first_ok_usec),
                 arena_printf(gather->arena, "first let in from %.*s (%u messages later on)",
                              (int)ip.len, ip.ptr, tie->messages),
                 place_at(subject, i, tie->first_ok_usec));
    }
}

void tell_account(struct gather *gather, const struct subject *subject,
                  const struct account_report *report)
{
    const struct window *window = &report->window;
    struct str name = subject->principal->name;
    if (report->verdict < VERDICT_WATCH)
        return;
    tell_addresses(gather, subject);
    tell(gather, name, window->test, "first message of the misuse, a test",
         message_at(subject, window->test.usec));
    tell(gather, name, window->abuse, "misuse begins", message_at(subject, window->abuse.usec));
    tell(gather, name, window->peak, "busiest five minutes begin",
         message_at(subject, window->peak.usec));
    tell(gather, name, report->mailbox.first, "mailbox opened", NULL);
    tell(gather, name, window->last_accept, "last message of the misuse accepted", NULL);
    tell(gather, name, window->containment, "the password no longer works for the strangers", NULL);
    tell(gather, name, window->last_try, "last event of a stranger's address", NULL);
}

static struct str actor_of(const struct finding *finding)
{
    if (finding->principal.ptr)
        return finding->principal;
    return str_of(class_name(finding->class));
}

void tell_findings(struct gather *gather)
{
    for (uint32_t i = 0; i < gather->finding_count; i++) {
        const struct finding *finding = &gather->findings[i];
        const struct place *place = finding->evidence_count && finding->evidence[0].ref_count
                                        ? &finding->evidence[0].refs[0].place
                                        : NULL;
        struct str actor = actor_of(finding);
        if (finding->verdict < VERDICT_SUSPICIOUS)
            continue;
        tell(gather, actor, finding->window.guess, "password guessing begins", NULL);
        tell(gather, actor, finding->window.access, "a guesser is let in; the log gives no name",
             place);
        tell(gather, actor, finding->window.abuse, "misuse begins", place);
        tell(gather, actor, finding->window.last_accept, "last message of the misuse accepted",
             NULL);
    }
}

void tell_queue(struct gather *gather)
{
    const struct facts *facts = gather->world->facts;
    const struct queue_depth *fullest = queue_fullest(facts->depth, facts->depth_count);
    if (!fullest || gather->timeline_count == 0)
        return;
    tell(gather, STR("queue"), (struct when){fullest->usec, 0},
         arena_printf(gather->arena, "fullest: %u active, %u deferred, %u held", fullest->active,
                      fullest->deferred, fullest->held),
         NULL);
}
