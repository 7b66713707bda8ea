/* A message's turns in the queue: only those that neither its first nor its last line tells. */
#include "store_internal.h"

enum { SECONDS_MAX = 1 << 30 }; /* what a turn has room for */

static void add_turn(struct store *store, const struct fragment *fragment, struct moment when,
                     enum turn_kind kind, uint32_t seconds)
{
    struct turn *turn = STORE_ADD(store, turns, turn);
    turn->when = when;
    turn->fragment = (uint32_t)(fragment - store->fragments);
    turn->kind_and_seconds = (uint32_t)kind | seconds % SECONDS_MAX << 2;
}

/* Whole seconds of "345600" or "0.35", as Postfix writes them; false for any other form. */
static bool whole_seconds(struct str delay, uint32_t *ret)
{
    uint64_t seconds, fraction;
    struct str whole = delay, rest = delay;
    if (str_cut(&rest, STR("."), &whole) && !str_to_u64(rest, &fraction))
        return false;
    if (!str_to_u64(whole, &seconds) || seconds >= SECONDS_MAX)
        return false;
    *ret = (uint32_t)seconds;
    return true;
}

/* A message that lay in the queue before its first line: the delay of its first try says since
 * when. */
static void arrival(const struct fold *fold, const struct folded *event, struct fragment *fragment)
{
    uint32_t seconds;
    if ((fragment->flags & (FRAGMENT_STARTED | FRAGMENT_SELF_ID)) || fragment->tried)
        return;
    fragment->tried = true;
    if (whole_seconds(folded_get(event, FIELD_DELAY), &seconds))
        add_turn(fold->store, fragment, event->when, TURN_ARRIVED, seconds);
}

void turn_fold(const struct fold *fold, const struct folded *event, struct fragment *fragment)
{
    if (event->line->kind == EVENT_HELD)
        add_turn(fold->store, fragment, event->when, TURN_HELD, 0);
    else if (event->line->kind == EVENT_RELEASED)
        add_turn(fold->store, fragment, event->when, TURN_RELEASED, 0);
    else if (event->line->kind == EVENT_DELIVERY)
        arrival(fold, event, fragment);
    if (event->line->kind != EVENT_DELIVERY || event->line->outcome != OUTCOME_DEFERRED ||
        fragment->waited)
        return;
    fragment->waited = true;
    add_turn(fold->store, fragment, event->when, TURN_DEFERRED, 0);
}

void turn_join(struct store *a, const struct store *b, const uint32_t *fragment_map,
               uint32_t run_base)
{
    for (uint32_t i = 0; i < b->turn_count; i++) {
        struct turn *turn = STORE_ADD(a, turns, turn);
        *turn = b->turns[i];
        turn->fragment = fragment_map[turn->fragment];
        if (turn->when.run != NO_RUN)
            turn->when.run += run_base;
    }
}
