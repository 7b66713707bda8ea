/* When it happened. */
#ifndef POSTMORTEM_WINDOW_H
#define POSTMORTEM_WINDOW_H

#include "subject.h"

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
