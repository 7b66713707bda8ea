#include "detect.h"

#include <stdlib.h>

#include "account.h"
#include "examine.h"
#include "gather.h"
#include "report_fill.h"
#include "window.h"

static bool is_user(const struct facts *facts, uint32_t index)
{
    return facts->principals[index].kind == PRINCIPAL_ACCOUNT;
}

/* At least half of what the account did, it did there. */
static bool is_main(const struct subject *subject, const struct tie *tie)
{
    uint64_t all = 0;
    for (uint32_t i = 0; i < subject->tie_count; i++)
        all += (uint64_t)subject->ties[i].logins + subject->ties[i].messages;
    return 2 * ((uint64_t)tie->logins + tie->messages) >= all;
}

/* How each account uses each address, for the sums over all accounts. */
static void survey(struct world *world, struct workbench *bench)
{
    struct subject subject;
    for (uint32_t i = 0; i < world->facts->principal_count; i++) {
        if (!is_user(world->facts, i))
            continue;
        subject_build(&subject, world, i, bench);
        for (uint32_t k = 0; k < subject.tie_count; k++) {
            const struct tie *tie = &subject.ties[k];
            bool clean = tie->ever_ok_usec != INT64_MAX && tie->foreign_messages == 0;
            world->sources[tie->source].clean_users += clean && is_main(&subject, tie);
            world->sources[tie->source].habitual_users += clean && tie->familiar_from != DAY_NEVER;
        }
    }
    world_judge_sources(world);
}

/* Which addresses misused somebody: the second round holds it against them everywhere. */
static void first_round(struct world *world, struct workbench *bench, uint32_t *flagged)
{
    struct subject subject;
    for (uint32_t i = 0; i < world->facts->principal_count; i++) {
        if (!is_user(world->facts, i))
            continue;
        examine(&subject, world, i, bench);
        world->flagged[i] = subject.verdict >= VERDICT_SUSPICIOUS;
        for (uint32_t k = 0; k < subject.tie_count && world->flagged[i]; k++)
            if (subject.ties[k].role == ROLE_ATTACKER)
                flagged[subject.ties[k].source]++;
    }
    for (uint32_t i = 0; i < world->facts->source_count; i++)
        world->sources[i].flagged = flagged[i];
}

static void note_touches(struct gather *gather, const struct subject *subject)
{
    for (uint32_t i = 0; i < subject->tie_count; i++) {
        const struct tie *tie = &subject->ties[i];
        bool opened = tie->role == ROLE_ATTACKER && tie->first_ok_usec != INT64_MAX;
        if (subject->verdict < VERDICT_WATCH && !opened)
            continue;
        *gather_touch(gather) =
            (struct touch){tie->source, subject->index, opened, tie->first_ok_usec};
    }
}

static void second_round(struct gather *gather, struct workbench *bench)
{
    struct subject subject;
    for (uint32_t i = 0; i < gather->world->facts->principal_count; i++) {
        uint8_t kind = gather->world->facts->principals[i].kind;
        if (kind == PRINCIPAL_ANON)
            continue;
        examine(&subject, gather->world, i, bench);
        if (kind != PRINCIPAL_ACCOUNT) {
            find_local(gather, &subject);
            continue;
        }
        struct account_report *report = gather_account(gather);
        *report = account_report_of(&subject, gather->arena);
        clear_account(gather, &subject);
        note_touches(gather, &subject);
        tell_account(gather, &subject, report);
    }
}

void detect(const struct facts *facts, const struct settings *settings, struct arena *arena,
            struct report *report)
{
    struct world world;
    struct workbench bench;
    world_init(&world, facts, settings);
    workbench_init(&bench, &world);
    struct gather gather = {.world = &world, .arena = arena};
    uint32_t *flagged = xcalloc((size_t)facts->source_count + 1, sizeof *flagged);
    report->facts = facts;
    survey(&world, &bench);
    first_round(&world, &bench, flagged);
    second_round(&gather, &bench);
    find_guessing(&gather);
    find_relays(&gather);
    find_gateways(&gather);
    clear_offices(&gather);
    tell_findings(&gather);
    report_fill(report, &gather);
    free(flagged);
    gather_free(&gather);
    workbench_free(&bench);
    world_free(&world);
}
