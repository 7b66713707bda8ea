/* M: what made the messages? Sizes that hardly differ, Message-IDs of a program the account never
 * used; and, for the account, ids of the program it always uses. */
#include "programs.h"

#include <stdlib.h>

#include "detectors.h"
#include "evidence.h"
#include "numbers.h"
#include "span.h"
#include "subject_build.h"

enum {
    SIZES_LEAST = 20,
    SIZES_PERCENT = 70,
    SIZE_WITHIN = 3, /* percent of a size, either way */
    OWN_LEAST = 10,
    NEW_LEAST = 5,
    LEARNING_DAYS = 7,
    NEW_PERCENT = 70,
    SAME_PERCENT = 90
};

struct shapes {
    uint32_t *own; /* sorted */
    uint32_t own_count;
};

/* In question: of the attackers; without any, all from strange networks. */
static bool in_slice(const struct subject *subject, uint32_t message, bool attackers)
{
    return attackers ? subject->abuse[message] : subject->unfamiliar[message];
}

static bool has_attackers(const struct subject *subject)
{
    for (uint32_t i = 0; i < subject->message_count; i++)
        if (subject->abuse[i])
            return true;
    return false;
}

static struct shapes shapes_of(const struct subject *subject, bool attackers)
{
    struct shapes shapes = {
        arena_alloc(subject->arena, (subject->message_count + 1) * sizeof *shapes.own), 0};
    for (uint32_t i = 0; i < subject->message_count; i++)
        if (!in_slice(subject, i, attackers) && !subject->unfamiliar[i] &&
            subject->messages[i].message_shape)
            shapes.own[shapes.own_count++] = subject->messages[i].message_shape;
    qsort(shapes.own, shapes.own_count, sizeof *shapes.own, compare_u32);
    return shapes;
}

static bool is_own(const struct shapes *shapes, const struct message *message)
{
    return bsearch(&message->message_shape, shapes->own, shapes->own_count, sizeof *shapes->own,
                   compare_u32) != NULL;
}

void programs_measure(struct subject *subject)
{
    uint32_t others = 0;
    if (subject->principal->kind != PRINCIPAL_ACCOUNT || !subject->has_habits ||
        !subject_is_elsewhere(subject))
        return;
    struct shapes shapes = shapes_of(subject, false);
    bool *other = arena_alloc(subject->arena, subject->tie_count + 1);
    bool *own = arena_alloc(subject->arena, subject->tie_count + 1);
    for (uint32_t i = 0; i < subject->message_count && shapes.own_count >= OWN_LEAST; i++) {
        uint32_t at = subject->message_tie[i];
        if (!subject->unfamiliar[i] || at == NO_TIE || !subject->messages[i].message_shape)
            continue;
        bool same = is_own(&shapes, &subject->messages[i]);
        own[at] = own[at] || same;
        other[at] = other[at] || !same;
        others += !same;
    }
    for (uint32_t i = 0; i < subject->tie_count && others >= SIZES_LEAST; i++)
        subject->ties[i].owners_program = own[i] && !other[i];
}

static void look_at_shapes(struct subject *subject, bool attackers)
{
    struct shapes shapes = shapes_of(subject, attackers);
    struct refs refs = {0};
    uint32_t all = 0, other = 0;
    for (uint32_t i = 0; i < subject->message_count && shapes.own_count >= OWN_LEAST; i++) {
        const struct message *message = &subject->messages[i];
        if (!in_slice(subject, i, attackers) || !message->message_shape)
            continue;
        all++;
        if (is_own(&shapes, message))
            continue;
        other++;
        refs_add(&refs, message->place);
    }
    if (other >= NEW_LEAST && other * 100 >= all * NEW_PERCENT)
        evidence_add(subject, M02_PROGRAM, &refs,
                     "%u of %u messages have Message-IDs of a program that the account did not use "
                     "in its own %u messages",
                     other, all, shapes.own_count);
    else if (all >= NEW_LEAST && (all - other) * 100 >= all * SAME_PERCENT)
        evidence_add(subject, E03_PROGRAM, NULL,
                     "%u of %u messages from strange networks have Message-IDs like its own %u",
                     all - other, all, shapes.own_count);
}

/* The most messages, of all or of the rest, whose sizes hardly differ; as a percentage. */
static uint32_t uniformity(const struct subject *subject, bool attackers, bool slice,
                           uint32_t *ret_count)
{
    uint64_t *sizes = arena_alloc(subject->arena, (subject->message_count + 1) * sizeof *sizes);
    uint32_t count = 0, best = 0;
    for (uint32_t i = 0; i < subject->message_count; i++)
        if (in_slice(subject, i, attackers) == slice && subject->messages[i].size)
            sizes[count++] = subject->messages[i].size;
    qsort(sizes, count, sizeof *sizes, compare_u64);
    for (uint32_t first = 0, end = 0; first < count; first++) {
        while (end < count &&
               sizes[end] * (100 - SIZE_WITHIN) <= sizes[first] * (100 + SIZE_WITHIN))
            end++;
        best = end - first > best ? end - first : best;
    }
    *ret_count = count;
    return count ? (uint32_t)((uint64_t)best * 100 / count) : 0;
}

static void look_at_sizes(struct subject *subject, bool attackers)
{
    uint32_t count, others;
    uint32_t percent = uniformity(subject, attackers, true, &count),
             usual = uniformity(subject, attackers, false, &others);
    struct refs refs = {0};
    if (count < SIZES_LEAST || percent < SIZES_PERCENT ||
        (others >= OWN_LEAST && usual * 2 >= percent))
        return;
    for (uint32_t i = 0; i < subject->message_count; i++)
        if (in_slice(subject, i, attackers))
            refs_add(&refs, subject->messages[i].place);
    evidence_add(subject, M01_SIZE, &refs,
                 "%u %% of %u messages are of one size, give or take %d %%; of its own: %u %%",
                 percent, count, SIZE_WITHIN, usual);
}

/* A program that the account began to use after its habits were known, and sends much with: the
 * slice of a machine that is infected. */
static void look_at_new_program(struct subject *subject)
{
    struct shapes shapes = {
        arena_alloc(subject->arena, (subject->message_count + 1) * sizeof *shapes.own), 0};
    struct refs refs = {0};
    uint32_t i = 0, other = 0;
    int64_t settled = subject->whole->message_count
                          ? subject->whole->messages[0].first_usec + LEARNING_DAYS * DAY_USEC
                          : 0;
    for (; i < subject->message_count && subject->messages[i].first_usec < settled; i++)
        if (subject->messages[i].message_shape)
            shapes.own[shapes.own_count++] = subject->messages[i].message_shape;
    qsort(shapes.own, shapes.own_count, sizeof *shapes.own, compare_u32);
    for (; i < subject->message_count && shapes.own_count >= OWN_LEAST; i++) {
        const struct message *message = &subject->messages[i];
        if (!message->message_shape || is_own(&shapes, message))
            continue;
        other++;
        refs_add(&refs, message->place);
    }
    if (other >= SIZES_LEAST)
        evidence_add(subject, M02_PROGRAM, &refs,
                     "%u messages have Message-IDs of a program that the account did not use in "
                     "its first week",
                     other);
}

static void look(struct subject *subject)
{
    if (subject->principal->kind != PRINCIPAL_ACCOUNT || !subject->has_habits)
        return;
    bool attackers = has_attackers(subject);
    look_at_shapes(subject, attackers);
    if (!evidence_has(subject, "M-02") && !attackers)
        look_at_new_program(subject);
    look_at_sizes(subject, attackers);
}

const struct detector programs_detector = {"programs", look};
