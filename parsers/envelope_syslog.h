/* The forms of a line of text: syslog's own, journalctl's, and files without a time. */
#ifndef POSTMORTEM_ENVELOPE_SYSLOG_H
#define POSTMORTEM_ENVELOPE_SYSLOG_H

#include <stdbool.h>

#include "arena.h"
#include "envelope.h"
#include "str.h"

/* Each fills *ret, which comes zeroed but for body and text; after false it may hold rubbish. */
bool envelope_bsd(struct str line, struct arena *scratch, struct envelope *ret);
bool envelope_iso(struct str line, struct arena *scratch, struct envelope *ret);
/* "<22>" and any of the forms behind it; RFC 5424 among them. */
bool envelope_priority(struct str line, struct arena *scratch, struct envelope *ret);
/* RFC 5424 without its priority: "1 2026-11-22T16:22:34Z host app pid id - text". */
bool envelope_rfc5424(struct str line, struct arena *scratch, struct envelope *ret);
/* journalctl's short-full, short-unix and short-monotonic. */
bool envelope_journal_short(struct str line, struct arena *scratch, struct envelope *ret);
/* "-- Boot 3f... --" and its like. */
bool envelope_separator(struct str line, struct envelope *ret);
/* "host tag[pid]: text" or "tag[pid]: text". */
bool envelope_bare(struct str line, struct arena *scratch, struct envelope *ret);

/* Does text begin with what a wrapping, not a host, stands before: another stamp, JSON, CRI's
 * stream name? */
bool envelope_is_wrapped(struct str text);

#endif
