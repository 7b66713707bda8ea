/* What the next server calls a message that it took, from its answer to the end of data. */
#ifndef POSTMORTEM_ACCEPTED_AS_H
#define POSTMORTEM_ACCEPTED_AS_H

#include "str.h"

/* "250 2.0.0 Ok: queued as ID" (Postfix, amavis), "250 OK id=ID" (Exim), "250 2.0.0 ID Message
 * accepted for delivery" (Sendmail, OpenSMTPD). Empty if it names none. */
struct str accepted_as(struct str reply);

#endif
