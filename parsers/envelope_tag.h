/* What stands between the stamp and the text: host, facility, tag; and what syslog daemons put in
 * front of the text itself. */
#ifndef POSTMORTEM_ENVELOPE_TAG_H
#define POSTMORTEM_ENVELOPE_TAG_H

#include <stdbool.h>

#include "arena.h"
#include "envelope.h"
#include "str.h"

/* Takes "mx1 " off *rest. False and unchanged if the first word is a tag: it ends in a colon or
 * holds a bracket. */
bool envelope_take_host(struct str *rest, struct str *ret_host);

/* "tag[pid]: text", "tag: text", "tag[pid] text" or "tag text": fills program, pid and text. True
   if the tag had a pid or a colon, so that it is surely one. */
bool envelope_tag(struct str rest, struct envelope *ret);

/* All that follows a stamp: fills host, program, pid and text, or repeats_last, or separator. True
 * as envelope_tag. */
bool envelope_after_stamp(struct str rest, struct arena *scratch, struct envelope *ret);

/* The text of a known program, as the program wrote it: without Solaris' [ID ...], macOS' <Info>:,
   rsyslog's repetition, Dovecot's doubled name and its "Info: ". */
void envelope_clean_text(struct arena *scratch, struct envelope *ret);

struct str envelope_skip_blanks(struct str text);

#endif
