/* Passwords and tokens that servers write into their logs must not travel on in a report. */
#ifndef POSTMORTEM_SECRETS_H
#define POSTMORTEM_SECRETS_H

#include "arena.h"
#include "str.h"

/* The line with each known secret as "[secret, n bytes]"; the line itself if it holds none, else
 * memory of the arena. A line that was masked already stays as it is, but where a mask itself
 * stands as the value of something secret: then it is masked once more, and no secret comes back.
 */
struct str mask_secrets(struct str line, struct arena *arena);

/* The same of a slice of the line, where what tells a secret may stand in front of the slice; n
 * counts what of the secret lies in it. A part that is no slice of the line is masked alone. */
struct str mask_secrets_of_part(struct str line, struct str part, struct arena *arena);

#endif
