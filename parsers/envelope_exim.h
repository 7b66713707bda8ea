/* The lines of Exim's own files, and what Exim repeats of them in syslog: "2026-11-22 16:22:34.123
 * +0100 [1234] text". They name neither host nor program. Exim specification, chapter "Log files".
 */
#ifndef POSTMORTEM_ENVELOPE_EXIM_H
#define POSTMORTEM_ENVELOPE_EXIM_H

#include <stdbool.h>

#include "envelope.h"
#include "str.h"

/* A line of mainlog, rejectlog or paniclog, known by what it says. */
bool envelope_exim(struct str line, struct envelope *ret);

/* A line without stamp below one of the reject log: envelope and headers of the message. */
bool envelope_exim_header(struct str line, struct envelope *ret);

/* Takes Exim's own stamp and pid off the text of a syslog line, and fills what the envelope does
 * not say: *stamp if it has no time, *pid if that is 0. Either may be NULL. */
void exim_text_clean(struct str *text, struct stamp *stamp, uint32_t *pid);

#endif
