/* Whose address is it: the owner's, an attacker's, the server's. */
#ifndef POSTMORTEM_ROLES_H
#define POSTMORTEM_ROLES_H

#include "subject.h"

/* Sets role, did and odds of every tie, and the attackers' slice of the messages. The second look
 * (accused, onset_usec set) also names those who only guessed at an account that fell. */
void roles_assign(struct subject *subject);
/* Start of the misuse: the first success or message of an attacker's address; INT64_MAX if there is
 * none. */
int64_t roles_onset(const struct subject *subject);

#endif
