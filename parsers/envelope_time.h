/* Stamps at the front of a line. Each function takes one off *text; false leaves *text and *ret
 * alone. */
#ifndef POSTMORTEM_ENVELOPE_TIME_H
#define POSTMORTEM_ENVELOPE_TIME_H

#include <stdbool.h>

#include "stamp.h"
#include "str.h"

/* "Nov 22 16:22:34", "Sep 8 ...", "Sep  8 ...", "Jul 02 ...", with a fraction, with a year before
   the month, after the day or after the time. What follows is a blank, a colon or the end. */
bool envelope_time_bsd(struct str *text, struct stamp *ret);
/* "2026-11-22T16:22:34.123+02:00", also with a blank for the T, a comma before the fraction, Z,
 * +0200, +02 or no zone. */
bool envelope_time_iso(struct str *text, struct stamp *ret);
/* "2026-11-22 16:22:34.123 +0100 ": what Exim puts before its lines, with the blank behind it. */
bool envelope_time_exim(struct str *text, struct stamp *ret);
/* "Sat 2024-01-06 10:00:00 CET". Of zone names only UTC and GMT are unambiguous; the others leave
 * the stamp zoneless. */
bool envelope_time_full(struct str *text, struct stamp *ret);
/* "1700000000.123456" */
bool envelope_time_unix(struct str *text, struct stamp *ret);
/* The whole of text as microseconds since 1970, as the journal writes them. */
bool envelope_time_usec(struct str text, struct stamp *ret);

#endif
