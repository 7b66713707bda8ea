/* Time as a log writes it: wall-clock fields, often without year or zone. Settling turns it into
 * UTC. */
#ifndef POSTMORTEM_STAMP_H
#define POSTMORTEM_STAMP_H

#include <stdbool.h>
#include <stdint.h>

/* How much of a time the log told. */
enum stamp_kind {
    STAMP_NONE,     /* no time at all */
    STAMP_YEARLESS, /* usec is the wall clock in the year 2000 (a leap year, so that Feb 29 exists)
                     */
    STAMP_ZONELESS, /* usec is the wall clock as if it were UTC */
    STAMP_UTC,      /* usec is UTC */
};

struct stamp {
    int64_t usec;   /* since 1970-01-01 00:00:00 */
    uint8_t kind;   /* enum stamp_kind */
    uint8_t digits; /* of the fraction of a second, 0 to 9 */
};

enum { USEC_PER_SEC = 1000000, SEC_PER_DAY = 86400, STAMP_TEMPLATE_YEAR = 2000 };

#define TIME_NONE INT64_MIN

/* A moment of the report: UTC, with the digits its log wrote. */
struct when {
    int64_t usec; /* TIME_NONE if unknown */
    uint8_t digits;
};

/* Days since 1970-01-01 of a proleptic Gregorian date (Hinnant's algorithm); month 1 to 12. */
int64_t days_from_civil(int64_t year, unsigned month, unsigned day);
void civil_from_days(int64_t days, int64_t *ret_year, unsigned *ret_month, unsigned *ret_day);
/* False if there is no such time (Feb 30, 25:00). Second 60 is taken as 59. */
bool stamp_from_fields(int64_t year, unsigned month, unsigned day, unsigned hour, unsigned minute,
                       unsigned second, int64_t *ret_usec);

/* b - a in microseconds. If either has no year, the shorter way round the year: within half a year
 * either side. */
int64_t stamp_delta(struct stamp a, struct stamp b);
int64_t usec_delta_yearless(int64_t a, int64_t b);

enum { WHEN_TEXT = 40 };
/* RFC 3339 in UTC with Z, into text[WHEN_TEXT]. */
const char *when_text(struct when when, char *text);

#endif
