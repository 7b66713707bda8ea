#include "detect.h"

#include <stdlib.h>

#include "account.h"
#include "examine.h"
#include "gather.h"
#include "parallel.h"
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

/* Principals are looked at in pieces, by several threads; what the pieces find is put together in
 * their order, so that nothing depends on who was quicker. */
enum { PIECE = 64 };

/* What one thread counts for every address. */
struct tally {
    uint32_t clean_users, habitual_users, flagged, certain;
};

struct rounds {
    struct world *world;
    unsigned threads;
    struct workbench *benches; /* by thread */
    struct tally **tallies;    /* by thread, by source */
    struct gather *parts;      /* by piece */
    struct arena *arenas;      /* by piece: of its parts */
    bool *spam;                /* as in struct gather */
};

static uint32_t pieces(const struct world *world)
{
    return (world->facts->principal_count + PIECE - 1) / PIECE;
}

static uint32_t piece_end(const struct world *world, uint32_t piece)
{
    uint32_t all = world->facts->principal_count, end = (piece + 1) * PIECE;
    return end < all ? end : all;
}

static void rounds_init(struct rounds *rounds, struct world *world, unsigned threads)
{
    *rounds = (struct rounds){.world = world, .threads = threads ? threads : 1};
    rounds->benches = xcalloc(rounds->threads, sizeof *rounds->benches);
    rounds->tallies = xcalloc(rounds->threads, sizeof *rounds->tallies);
    for (unsigned i = 0; i < rounds->threads; i++) {
        workbench_init(&rounds->benches[i], world);
        rounds->tallies[i] =
            xcalloc((size_t)world->facts->source_count + 1, sizeof *rounds->tallies[i]);
    }
    rounds->parts = xcalloc(pieces(world) + 1, sizeof *rounds->parts);
    rounds->arenas = xcalloc(pieces(world) + 1, sizeof *rounds->arenas);
    rounds->spam = xcalloc((size_t)world->facts->message_count + 1, sizeof *rounds->spam);
}

static void rounds_free(struct rounds *rounds)
{
    for (unsigned i = 0; i < rounds->threads; i++) {
        workbench_free(&rounds->benches[i]);
        free(rounds->tallies[i]);
    }
    free(rounds->benches);
    free(rounds->tallies);
    free(rounds->parts);
    free(rounds->arenas);
    free(rounds->spam);
}

static struct tally sum_tallies(const struct rounds *rounds, uint32_t source)
{
    struct tally sum = {0};
    for (unsigned i = 0; i < rounds->threads; i++) {
        sum.clean_users += rounds->tallies[i][source].clean_users;
        sum.habitual_users += rounds->tallies[i][source].habitual_users;
        sum.flagged += rounds->tallies[i][source].flagged;
        sum.certain += rounds->tallies[i][source].certain;
    }
    return sum;
}

static void survey_piece(void *user, unsigned thread, uint32_t piece)
{
    struct rounds *rounds = user;
    struct subject subject;
    for (uint32_t i = piece * PIECE; i < piece_end(rounds->world, piece); i++) {
        if (!is_user(rounds->world->facts, i))
            continue;
        subject_build(&subject, rounds->world, i, &rounds->benches[thread]);
        for (uint32_t k = 0; k < subject.tie_count; k++) {
            const struct tie *tie = &subject.ties[k];
            struct tally *tally = &rounds->tallies[thread][tie->source];
            bool clean = tie->ever_ok_usec != INT64_MAX && tie->foreign_messages == 0;
            tally->clean_users += clean && is_main(&subject, tie);
            tally->habitual_users += clean && tie->familiar_from != DAY_NEVER;
        }
    }
}

/* How each account uses each address, for the sums over all accounts. */
static void survey(struct rounds *rounds)
{
    struct world *world = rounds->world;
    parallel(rounds->threads, pieces(world), survey_piece, rounds);
    for (uint32_t i = 0; i < world->facts->source_count; i++) {
        struct tally sum = sum_tallies(rounds, i);
        world->sources[i].clean_users += sum.clean_users;
        world->sources[i].habitual_users += sum.habitual_users;
    }
    world_judge_sources(world);
}

static void first_piece(void *user, unsigned thread, uint32_t piece)
{
    struct rounds *rounds = user;
    struct world *world = rounds->world;
    struct subject subject;
    for (uint32_t i = piece * PIECE; i < piece_end(world, piece); i++) {
        if (!is_user(world->facts, i))
            continue;
        examine(&subject, world, i, &rounds->benches[thread]);
        world->flagged[i] = subject.verdict >= VERDICT_SUSPICIOUS;
        world->certain[i] = subject.verdict >= VERDICT_LIKELY;
        for (uint32_t k = 0; k < subject.tie_count && world->flagged[i]; k++) {
            if (subject.ties[k].role != ROLE_ATTACKER)
                continue;
            struct tally *tally = &rounds->tallies[thread][subject.ties[k].source];
            tally->flagged++;
            tally->certain += world->certain[i] && subject.ties[k].first_ok_usec != INT64_MAX;
        }
    }
}

/* Which addresses misused somebody: the second round holds it against them everywhere. */
static void first_round(struct rounds *rounds)
{
    struct world *world = rounds->world;
    parallel(rounds->threads, pieces(world), first_piece, rounds);
    for (uint32_t i = 0; i < world->facts->source_count; i++) {
        struct tally sum = sum_tallies(rounds, i);
        world->sources[i].flagged = sum.flagged;
        world->sources[i].certain = sum.certain;
    }
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

static void second_piece(void *user, unsigned thread, uint32_t piece)
{
    struct rounds *rounds = user;
    const struct world *world = rounds->world;
    struct gather *gather = &rounds->parts[piece];
    struct subject subject;
    *gather = (struct gather){
        .world = world, .arena = &rounds->arenas[piece], .spam = rounds->spam};
    for (uint32_t i = piece * PIECE; i < piece_end(world, piece); i++) {
        uint8_t kind = world->facts->principals[i].kind;
        if (kind == PRINCIPAL_ANON)
            continue;
        examine(&subject, world, i, &rounds->benches[thread]);
        if (kind != PRINCIPAL_ACCOUNT) {
            find_local(gather, &subject);
            continue;
        }
        struct account_report *report = gather_account(gather);
        *report = account_report_of(&subject, gather->arena);
        clear_account(gather, &subject);
        note_touches(gather, &subject);
        note_spam(gather, &subject);
        tell_account(gather, &subject, report);
    }
}

static void second_round(struct rounds *rounds, struct gather *gather)
{
    parallel(rounds->threads, pieces(rounds->world), second_piece, rounds);
    for (uint32_t i = 0; i < pieces(rounds->world); i++) {
        gather_append(gather, &rounds->parts[i]);
        gather_free(&rounds->parts[i]);
        arena_absorb(gather->arena, &rounds->arenas[i]);
    }
}

void detect(const struct facts *facts, const struct settings *settings, struct arena *arena,
            struct report *report)
{
    struct world world;
    struct rounds rounds;
    world_init(&world, facts, settings);
    rounds_init(&rounds, &world, settings->threads);
    struct gather gather = {.world = &world, .arena = arena, .spam = rounds.spam};
    report->facts = facts;
    survey(&rounds);
    first_round(&rounds);
    second_round(&rounds, &gather);
    find_guessing(&gather);
    find_relays(&gather);
    find_gateways(&gather);
    clear_offices(&gather);
    tell_findings(&gather);
    tell_queue(&gather);
    report_fill(report, &gather);
    rounds_free(&rounds);
    gather_free(&gather);
    world_free(&world);
}
