/* D: to whom? From a strange network to everybody the account knows, to a crowd of colleagues, to
 * many domains, to the same number at every stroke. */
#include "recipients.h"

#include <stdlib.h>

#include "detectors.h"
#include "evidence.h"
#include "span.h"
#include "subject_build.h"

enum {
    BOOK_LEAST = 15,
    BOOK_PERCENT = 70,
    STAFF = 50,
    STAFF_USUAL = 5, /* times what it ever wrote to in a day */
    SPREAD = 50,
    SPREAD_USUAL = 5,
    EQUAL_RECIPIENTS = 10,
    EQUAL_MESSAGES = 5
};

struct person {
    uint64_t address;
    uint32_t row; /* of the message */
    bool strange; /* the message is */
};

static int by_address(const void *a, const void *b)
{
    const struct person *x = a, *y = b;
    if (x->address != y->address)
        return x->address < y->address ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

/* People the account wrote to; regular: more than once. */
struct known {
    uint32_t all, regular;
};

/* Of mail by a stranger: those that the account wrote to before, as they come, and how many it
 * knew. */
static struct sighting *acquaintances(const struct subject *subject, bool regular,
                                      uint32_t *ret_count, struct known *ret_known)
{
    size_t room = 1;
    uint32_t people = 0, count = 0;
    *ret_known = (struct known){0};
    for (uint32_t i = 0; i < subject->message_count; i++)
        room += subject->messages[i].recipient_count;
    struct person *list = arena_alloc(subject->arena, room * sizeof *list);
    for (uint32_t i = 0; i < subject->message_count; i++) {
        const struct recipient_fact *to = message_recipients(subject, &subject->messages[i]);
        for (uint32_t k = 0; k < subject->messages[i].recipient_count; k++)
            list[people++] = (struct person){to[k].address, i, subject->unfamiliar[i]};
    }
    qsort(list, people, sizeof *list, by_address);
    struct sighting *seen = arena_alloc(subject->arena, room * sizeof *seen);
    for (uint32_t i = 0, end; i < people; i = end) {
        for (end = i; end < people && list[end].address == list[i].address;)
            end++;
        uint32_t own = 0;
        for (uint32_t k = i; k < end && !list[i].strange; k++)
            own += !list[k].strange;
        ret_known->all += own > 0;
        ret_known->regular += own > 1;
        for (uint32_t k = i; k < end && own > regular; k++)
            if (list[k].strange)
                seen[count++] = (struct sighting){subject->messages[list[k].row].first_usec,
                                                  list[k].address, list[k].row};
    }
    *ret_count = count;
    return seen;
}

static int by_time(const void *a, const void *b)
{
    const struct sighting *x = a, *y = b;
    if (x->usec != y->usec)
        return x->usec < y->usec ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

struct blast {
    struct sighting *items;
    struct span span;
    uint32_t of; /* what to compare its figure with */
};

static struct blast book_part(const struct subject *subject, bool regular)
{
    struct blast blast = {0};
    struct known known;
    uint32_t count;
    blast.items = acquaintances(subject, regular, &count, &known);
    blast.of = regular ? known.regular : known.all;
    if (count < BOOK_LEAST)
        return blast;
    qsort(blast.items, count, sizeof *blast.items, by_time);
    struct span span = span_most_distinct(blast.items, count, HOUR_USEC, subject->arena);
    if (span.distinct >= BOOK_LEAST && span.distinct * 100 >= blast.of * BOOK_PERCENT)
        blast.span = span;
    return blast;
}

static struct blast book_blast(const struct subject *subject)
{
    struct blast all = book_part(subject, false);
    return all.span.distinct ? all : book_part(subject, true);
}

/* Local recipients, or recipients' domains, of the mail from strange networks or of the rest. */
static struct span crowd(const struct subject *subject, bool staff, bool strange,
                         struct sighting **ret_items)
{
    const struct world *world = subject->world;
    size_t room = 1;
    uint32_t count = 0;
    for (uint32_t i = 0; i < subject->message_count; i++)
        room += subject->messages[i].recipient_count;
    struct sighting *items = arena_alloc(subject->arena, room * sizeof *items);
    for (uint32_t i = 0; i < subject->message_count; i++) {
        const struct recipient_fact *to = message_recipients(subject, &subject->messages[i]);
        for (uint32_t k = 0; k < subject->messages[i].recipient_count; k++) {
            if (subject->unfamiliar[i] != strange ||
                (staff && !world_recipient_is_local(world, &to[k])))
                continue;
            uint64_t key = staff ? to[k].address : world->domain_of[to[k].domain];
            items[count++] = (struct sighting){subject->messages[i].first_usec, key, i};
        }
    }
    *ret_items = items;
    return span_most_distinct(items, count, DAY_USEC, subject->arena);
}

static struct blast crowd_blast(const struct subject *subject, bool staff)
{
    struct blast blast = {0};
    struct sighting *others;
    blast.of = crowd(subject, staff, false, &others).distinct;
    struct span span = crowd(subject, staff, true, &blast.items);
    uint32_t least = staff ? STAFF : SPREAD,
             factor = staff ? (uint32_t)STAFF_USUAL : (uint32_t)SPREAD_USUAL;
    if (span.distinct >= least && span.distinct >= blast.of * factor)
        blast.span = span;
    return blast;
}

static void mark(struct subject *subject, const struct blast *blast)
{
    for (uint32_t i = blast->span.first; i < blast->span.end; i++) {
        uint32_t at = subject->message_tie[blast->items[i].row];
        if (at != NO_TIE)
            subject->ties[at].blasted = true;
    }
}

void recipients_measure(struct subject *subject)
{
    if (!subject->has_habits || subject->principal->kind != PRINCIPAL_ACCOUNT ||
        !subject_is_elsewhere(subject))
        return;
    struct blast book = book_blast(subject), staff = crowd_blast(subject, true);
    mark(subject, &book);
    mark(subject, &staff);
}

static struct refs refer(const struct subject *subject, const struct blast *blast)
{
    struct refs refs = {0};
    uint32_t last = UINT32_MAX;
    for (uint32_t i = blast->span.first; i < blast->span.end && refs.count < REFS_MAX; i++) {
        if (blast->items[i].row != last)
            refs_add(&refs, subject->messages[blast->items[i].row].place);
        last = blast->items[i].row;
    }
    return refs;
}

static void look_at_blasts(struct subject *subject)
{
    if (!subject_is_elsewhere(subject))
        return;
    struct blast book = book_blast(subject), staff = crowd_blast(subject, true),
                 spread = crowd_blast(subject, false);
    struct refs of_book = refer(subject, &book), of_staff = refer(subject, &staff),
                of_spread = refer(subject, &spread);
    if (book.span.distinct)
        evidence_add(subject, D08_BOOK, &of_book,
                     "from networks not its own within an hour to %u of the %u it ever wrote to",
                     book.span.distinct, book.of);
    if (staff.span.distinct)
        evidence_add(subject, D09_STAFF, &of_staff,
                     "from networks not its own within a day to %u people of this server; else at "
                     "most %u",
                     staff.span.distinct, staff.of);
    if (spread.span.distinct)
        evidence_add(subject, D02_SPREAD, &of_spread,
                     "from networks not its own within a day to %u domains; else at most %u",
                     spread.span.distinct, spread.of);
}

/* As many recipients at every stroke, where a person has one or two. */
static void look_at_equal(struct subject *subject)
{
    uint32_t counts[128] = {0}, all = 0, most = 0;
    struct refs refs = {0};
    for (uint32_t i = 0; i < subject->message_count; i++) {
        uint32_t recipients = subject->messages[i].recipients;
        if (!subject->abuse[i])
            continue;
        all++;
        counts[recipients < 127 ? recipients : 127]++;
    }
    for (uint32_t i = EQUAL_RECIPIENTS; i < 127; i++)
        most = counts[i] > counts[most] ? i : most;
    if (most < EQUAL_RECIPIENTS || counts[most] < EQUAL_MESSAGES || counts[most] * 5 < all * 4)
        return;
    for (uint32_t i = 0; i < subject->message_count; i++)
        if (subject->abuse[i] && subject->messages[i].recipients == most)
            refs_add(&refs, subject->messages[i].place);
    evidence_add(subject, D06_EQUAL, &refs, "%u of %u messages have exactly %u recipients each",
                 counts[most], all, most);
}

static void look(struct subject *subject)
{
    if (subject->principal->kind != PRINCIPAL_ACCOUNT || !subject->has_habits)
        return;
    look_at_blasts(subject);
    look_at_equal(subject);
}

const struct detector recipients_detector = {"recipients", look};
