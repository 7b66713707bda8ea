/* How many messages lay in the queues, minute by minute. A message is active from its first line
 * on, deferred from the first try in vain on (its later tries too), held from hold to release, and
 * gone with the line that ends it. */
#include <stdlib.h>

#include "settle_internal.h"

#define MINUTE_USEC ((int64_t)60 * USEC_PER_SEC)
/* So many minutes are told apart: two years; a longer log is cut into so many cells. */
enum { CELLS_MAX = 1 << 20, POINTS_MAX = 500, OLD_SECONDS = 5 };

enum lying { LIES_ACTIVE, LIES_DEFERRED, LIES_HELD, LYING };
/* What is known of a message so far. */
enum { IN_QUEUE = 1, WAITED = 2, HELD = 4, ARRIVED = 8, MOVED = 16 };

struct cell {
    int32_t change[LYING]; /* first what came less what went, in the end how many there are */
};

struct depth_count {
    struct settling *s;
    struct cell *cells;
    uint8_t *known; /* by fragment */
    int64_t start_usec, cell_usec;
    uint32_t cell_count;
};

static const struct fragment *fragment_at(const struct depth_count *d, uint32_t index)
{
    return &d->s->store->fragments[index];
}

static void add(struct depth_count *d, enum lying lying, int64_t usec, int32_t change)
{
    const struct facts *facts = &d->s->out->facts;
    usec = usec < facts->first_usec ? facts->first_usec : usec;
    usec = usec > facts->last_usec ? facts->last_usec : usec;
    d->cells[(usec - d->start_usec) / d->cell_usec].change[lying] += change;
}

static enum lying lying_of(uint8_t known)
{
    return known & HELD ? LIES_HELD : known & WAITED ? LIES_DEFERRED : LIES_ACTIVE;
}

static void move(struct depth_count *d, uint32_t index, int64_t usec, uint8_t known)
{
    enum lying from = lying_of(d->known[index]), to = lying_of(known);
    d->known[index] = known | MOVED;
    if (from == to)
        return;
    add(d, from, usec, -1);
    add(d, to, usec, 1);
}

/* Lay there since before its first line, most of the time after a try in vain. */
static void arrive(struct depth_count *d, uint32_t index, const struct turn *turn)
{
    const struct fragment *f = fragment_at(d, index);
    int64_t first = settle_utc(d->s, f->first),
            usec = settle_utc(d->s, turn->when) -
                   (int64_t)(turn->kind_and_seconds >> 2) * USEC_PER_SEC;
    if ((f->flags & (FRAGMENT_STARTED | FRAGMENT_SELF_ID)) || (d->known[index] & ARRIVED))
        return;
    bool old = first - usec > (int64_t)OLD_SECONDS * USEC_PER_SEC && !(d->known[index] & MOVED);
    d->known[index] |= (uint8_t)(old ? ARRIVED | WAITED : ARRIVED);
    if (usec >= first)
        return;
    add(d, LIES_ACTIVE, first, -1);
    add(d, old ? LIES_DEFERRED : LIES_ACTIVE, usec, 1);
}

static uint32_t owner_of(const struct depth_count *d, uint32_t index)
{
    while (fragment_at(d, index)->flags & FRAGMENT_ABSORBED)
        index = fragment_at(d, index)->absorbed_by;
    return index;
}

static void see_turn(struct depth_count *d, const struct turn *turn)
{
    uint32_t index = owner_of(d, turn->fragment);
    uint8_t known = d->known[index];
    int64_t usec = settle_utc(d->s, turn->when);
    if (!(known & IN_QUEUE))
        return;
    switch ((enum turn_kind)(turn->kind_and_seconds & 3)) {
    case TURN_ARRIVED:
        arrive(d, index, turn);
        break;
    case TURN_DEFERRED:
        move(d, index, usec, known | WAITED);
        break;
    case TURN_HELD:
        move(d, index, usec, known | HELD);
        break;
    case TURN_RELEASED:
        move(d, index, usec, known & (uint8_t)~HELD);
        break;
    }
}

static void count_messages(struct depth_count *d)
{
    const struct store *store = d->s->store;
    for (uint32_t i = 0; i < store->fragment_count; i++) {
        const struct fragment *f = fragment_at(d, i);
        if ((f->flags & FRAGMENT_ABSORBED) || !settle_is_queued(f))
            continue;
        d->known[i] = IN_QUEUE;
        add(d, LIES_ACTIVE, settle_utc(d->s, f->first), 1);
    }
    for (uint32_t i = 0; i < store->turn_count; i++)
        see_turn(d, &store->turns[i]);
    for (uint32_t i = 0; i < store->fragment_count; i++)
        if ((d->known[i] & IN_QUEUE) && settle_is_done(d->s, fragment_at(d, i)))
            add(d, lying_of(d->known[i]), settle_utc(d->s, fragment_at(d, i)->last), -1);
}

static void sum_cells(struct depth_count *d)
{
    for (uint32_t i = 1; i < d->cell_count; i++)
        for (unsigned k = 0; k < LYING; k++)
            d->cells[i].change[k] += d->cells[i - 1].change[k];
}

static int64_t in_all(const struct cell *cell)
{
    return (int64_t)cell->change[LIES_ACTIVE] + cell->change[LIES_DEFERRED] +
           cell->change[LIES_HELD];
}

/* The fullest of the cells of each bin, within the limits. */
static void list_points(struct depth_count *d)
{
    struct facts *facts = &d->s->out->facts;
    int64_t first = facts->since_usec > facts->first_usec ? facts->since_usec : facts->first_usec,
            end = facts->until_usec <= facts->last_usec ? facts->until_usec - 1 : facts->last_usec;
    if (first > end)
        return;
    uint32_t from = (uint32_t)((first - d->start_usec) / d->cell_usec),
             until = (uint32_t)((end - d->start_usec) / d->cell_usec) + 1,
             width = (until - from + POINTS_MAX - 1) / POINTS_MAX;
    struct queue_depth *points = xcalloc(POINTS_MAX, sizeof *points);
    uint32_t count = 0;
    for (uint32_t bin = from; bin < until; bin += width) {
        const struct cell *fullest = &d->cells[bin];
        for (uint32_t i = bin; i < bin + width && i < until; i++)
            if (in_all(&d->cells[i]) > in_all(fullest))
                fullest = &d->cells[i];
        points[count++] = (struct queue_depth){
            d->start_usec + bin * d->cell_usec, (uint32_t)fullest->change[LIES_ACTIVE],
            (uint32_t)fullest->change[LIES_DEFERRED], (uint32_t)fullest->change[LIES_HELD]};
    }
    facts->depth = points;
    facts->depth_count = count;
}

static bool has_any(const struct depth_count *d)
{
    for (uint32_t i = 0; i < d->s->store->fragment_count; i++)
        if (d->known[i] & IN_QUEUE)
            return true;
    return false;
}

void settle_depth(struct settling *s)
{
    const struct facts *facts = &s->out->facts;
    struct depth_count d = {.s = s};
    if (facts->first_usec == TIME_NONE || facts->last_usec < facts->first_usec)
        return;
    int64_t minute = facts->first_usec / MINUTE_USEC;
    d.start_usec = (minute - (facts->first_usec % MINUTE_USEC < 0)) * MINUTE_USEC;
    int64_t minutes = (facts->last_usec - d.start_usec) / MINUTE_USEC + 1;
    d.cell_usec = (minutes + CELLS_MAX - 1) / CELLS_MAX * MINUTE_USEC;
    d.cell_count = (uint32_t)((facts->last_usec - d.start_usec) / d.cell_usec + 1);
    d.cells = xcalloc(d.cell_count, sizeof *d.cells);
    d.known = xcalloc((size_t)s->store->fragment_count + 1, sizeof *d.known);
    count_messages(&d);
    sum_cells(&d);
    if (has_any(&d))
        list_points(&d);
    free(d.cells);
    free(d.known);
}
