/* Dovecot's own log file, and what it writes differently to syslog. */
#ifndef POSTMORTEM_ENVELOPE_DOVECOT_H
#define POSTMORTEM_ENVELOPE_DOVECOT_H

#include <stdbool.h>

#include "arena.h"
#include "envelope.h"
#include "str.h"

/* "imap-login: Info: Login: ..." as it follows the stamp in a file of log_path: fills format,
   program ("dovecot") and text, which becomes what syslog would show. */
bool envelope_dovecot_line(struct str rest, struct arena *scratch, struct envelope *ret);

/* Makes the text of program "dovecot" uniform: no second "dovecot: ", no "Info: " behind the name
 * of the process. */
void envelope_dovecot_text(struct arena *scratch, struct envelope *ret);

#endif
