/* Logs that filters, policy servers and web panels write themselves, without host and tag. */
#ifndef POSTMORTEM_ENVELOPE_FILTER_H
#define POSTMORTEM_ENVELOPE_FILTER_H

#include <stdbool.h>

#include "arena.h"
#include "envelope.h"
#include "str.h"

/* What stands behind "2026-11-22 16:22:34[.123] ": "#30(rspamd_proxy) <tag>; ..." of rspamd, "CRIT:
 * Banning ..." of mailcow's netfilter, "INFO [1.2.3.4] RCPT, ..." of iRedAPD. Fills program, pid
 * and text; false: not like that. */
bool envelope_filter_line(struct str rest, struct envelope *ret);

/* "[2026/11/22-16:22:34 - 32562] [CORE] INFO: ..." of cbpolicyd, "[2026-11-22 16:22:34,112] WARNING
 * in limiter: ..." of Mailu's admin server. */
bool envelope_filter_bracket(struct str line, struct arena *scratch, struct envelope *ret);

#endif
