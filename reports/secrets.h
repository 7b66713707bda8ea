/* Passwords and tokens that servers write into their logs must not travel on in a report. */
#ifndef POSTMORTEM_SECRETS_H
#define POSTMORTEM_SECRETS_H

#include "arena.h"
#include "str.h"

/* The line with each known secret as "[secret, n bytes]"; the line itself if it holds none, else
 * memory of the arena. A line that was masked already stays as it is. */
struct str mask_secrets(struct str line, struct arena *arena);

#endif
