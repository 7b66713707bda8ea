/* When it happened. */
#ifndef POSTMORTEM_WINDOW_H
#define POSTMORTEM_WINDOW_H

#include "subject.h"

/* Whether the misuse may have begun before the log (or what counts of it) does: it begins in its
 * first hour, and the silence before it is no longer than such pauses are in it. Sorts times. */
bool window_is_cut(const struct world *world, int64_t first_usec, int64_t *times, uint32_t count);
struct when window_when(const struct world *world, int64_t usec);
struct window window_none(void);
/* Of the attackers' slice of an examined account; all TIME_NONE if there is none. */
struct window window_of(const struct subject *subject);
/* Of all the messages of a principal: abuse, peak, last_accept. */
struct window window_of_messages(const struct world *world, const struct message **messages,
                                 uint32_t count);
/* The last thing an attacker did to the account; TIME_NONE if nothing. */
int64_t window_last_event(const struct window *window);

#endif
