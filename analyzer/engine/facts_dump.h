/* For tests: settled facts as text, in their own order, so that two ways to them can be compared.
 */
#ifndef POSTMORTEM_FACTS_DUMP_H
#define POSTMORTEM_FACTS_DUMP_H

#include <stdio.h>

#include "record.h"

/* Where the inputs begin in the whole that they are parts of. NULL: inputs are printed as they are.
 */
struct dump_bases {
    const uint64_t *lines, *offsets; /* by input */
};

void facts_dump(FILE *out, const struct facts *facts, const struct dump_bases *bases);

#endif
