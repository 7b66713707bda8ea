/* OpenSMTPD serves all clients from one process: what belongs together has one session id, which
 * stands in the text. The envelope gives a number made of it in place of the process's. */
#ifndef POSTMORTEM_ENVELOPE_SESSION_H
#define POSTMORTEM_ENVELOPE_SESSION_H

#include <stdbool.h>

#include "envelope.h"

/* Of a line of OpenSMTPD, whose text is known: ret->pid, if there is a session id. */
void envelope_session(struct envelope *ret);
/* "f7a2e6aa567530c9 smtp connected ...": the text alone, as OpenSMTPD writes it to a terminal. */
bool envelope_session_bare(struct str line, struct envelope *ret);

#endif
