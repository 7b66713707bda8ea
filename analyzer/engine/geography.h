/* Country, network and lists of an address, from files of the operator alone. */
#ifndef POSTMORTEM_GEOGRAPHY_H
#define POSTMORTEM_GEOGRAPHY_H

#include "arena.h"
#include "err.h"
#include "finding.h"
#include "settings.h"

struct geography;

/* Opens all of --geoip (MaxMind DB files of any vendor; text of start,end,country as Debian's
 * tor-geoipdb has it) and --list (an address or network a line). False with STATUS_USAGE and the
 * path if one cannot be read; *ret is NULL if there are none. Strings live in arena. */
bool geography_open(struct geography **ret, const struct settings *settings, struct arena *arena,
                    struct err *err);
void geography_free(struct geography *geography); /* takes NULL */

/* Fills country, asn and lists of every source of the report, and notes the databases among the
 * assumptions. False if a database turns out to be damaged. Takes NULL: nothing to fill. */
bool geography_fill(const struct geography *geography, struct report *report, struct arena *arena,
                    struct err *err);

#endif
