/* qmail's programs log through multilog ("@4000000065a1b2c3075bcd15 text") or splogger
 * ("1195741354.123456 text" behind syslog's tag). Stamps: cr.yp.to/libtai/tai64.html. */
#ifndef POSTMORTEM_ENVELOPE_QMAIL_H
#define POSTMORTEM_ENVELOPE_QMAIL_H

#include <stdbool.h>

#include "arena.h"
#include "envelope.h"

/* A line of multilog, also behind tai64nlocal; known by its stamp and a tag or words of qmail's. */
bool envelope_qmail(struct str line, struct arena *scratch, struct envelope *ret);
/* Of a line of qmail-send: its own stamp goes; the number of a delivery stands in place of a pid.
   Of both lines of a delivery in one, the report is readable again: '_' stood for blanks. */
void envelope_qmail_text(struct arena *scratch, struct envelope *ret);

#endif
