/* Which program made the messages of an address. */
#ifndef POSTMORTEM_PROGRAMS_H
#define POSTMORTEM_PROGRAMS_H

#include "subject.h"

/* Sets owners_program of the strange ties that send with the owner's program alone, where a crowd
 * of strange mail is of another. */
void programs_measure(struct subject *subject);

#endif
