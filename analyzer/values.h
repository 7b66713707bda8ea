/* Values of options, from the words a user writes. Each is false where the text says no such thing.
 */
#ifndef POSTMORTEM_VALUES_H
#define POSTMORTEM_VALUES_H

#include <stdbool.h>
#include <stdint.h>

#include "settings.h"

/* RFC 3339 with a zone, "2026-11-22", "2026-11-22 16:22" or "...T16:22:34.5" without one, or "30m",
 * "3h", "7d", "1w" back. */
bool value_time(const char *text, struct time_limit *ret);
/* "512", "64K", "256M", "4G", "1T", with or without "iB" or "B" behind the letter: powers of 1024.
 */
bool value_size(const char *text, uint64_t *ret);
bool value_number(const char *text, uint64_t min, uint64_t max, uint64_t *ret);
/* "local", "UTC", "+05:30", or a name beneath zoneinfo ("Asia/Dhaka"), which must be there. */
bool value_zone(const char *text);
/* A name with a dot or not, without anything that no domain holds. */
bool value_domain(const char *text);

#endif
