/* "key=value, key=value": the lines of policy servers. */
#ifndef POSTMORTEM_PAIRS_H
#define POSTMORTEM_PAIRS_H

#include <stdbool.h>
#include <stdint.h>

#include "event.h"
#include "str.h"

enum { PAIRS_DROP = FIELD_COUNT };

struct pair {
    const char *key; /* with its '=' and what opens the value: "ip=[" */
    const char *end; /* what closes the value, "" for nothing */
    uint16_t field;  /* enum field_id, or PAIRS_DROP */
};

/* Takes all of text apart into known pairs (a table that ends with a key of NULL) and adds their
 * values. A value ends where the separator and another "word=" follow, so it may hold the
 * separator itself. False: something is no known pair. */
bool pairs_take(struct str text, struct str separator, const struct pair *known, struct event *out);

#endif
