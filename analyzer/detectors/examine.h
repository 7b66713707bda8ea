/* All questions about one principal; asked again of the suspicious, then knowing when the misuse
 * began. */
#ifndef POSTMORTEM_EXAMINE_H
#define POSTMORTEM_EXAMINE_H

#include "subject_build.h"

void examine(struct subject *subject, const struct world *world, uint32_t principal,
             struct workbench *bench);

#endif
