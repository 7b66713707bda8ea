/* Inside of the Sendmail parser: what its files share. Line forms: deliver.c, collect.c, srvrsmtp.c
 * and envelope.c of Sendmail 8.12 to 8.18. Functions that return bool say "no line of mine" by
 * false; *out is not read then. */
#ifndef POSTMORTEM_SENDMAIL_H
#define POSTMORTEM_SENDMAIL_H

#include "event.h"
#include "str.h"
#include "template.h"

/* Adds the parts of "name [ip] (may be forged)", "[IPv6:::1]", "user@localhost [ip]": whole is the
   text. local: a name without address in front of "@localhost" is a user of this machine (UID). */
bool sendmail_client(struct str text, bool local, struct event *out);

/* "from=..." and "to=...", behind these words. */
bool sendmail_from(struct str text, struct event *out);
bool sendmail_to(struct str text, struct event *out);

extern const struct line_kind sendmail_message_kinds[]; /* behind a queue ID */
extern const struct line_kind sendmail_kinds[];         /* without one */

#endif
