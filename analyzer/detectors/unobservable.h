/* What silence in these logs does not mean. */
#ifndef POSTMORTEM_UNOBSERVABLE_H
#define POSTMORTEM_UNOBSERVABLE_H

#include "finding.h"
#include "world.h"

/* Sentences for coverage.unobservable, in arena. */
void unobservable_list(const struct world *world, struct arena *arena, struct report *report);

#endif
