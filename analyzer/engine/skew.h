/* How far the clocks of two hosts stand apart, told by events that both log: a message that one
 * hands to the other, a login that both tell of. Only reported: no order is made of it. */
#ifndef POSTMORTEM_SKEW_H
#define POSTMORTEM_SKEW_H

#include "finding.h"
#include "settle.h"

/* Pairs of hosts whose clocks differ by more than stamps in whole seconds can hide, by name; in
 * arena. */
const struct clock_skew *skews_find(const struct settlement *settlement, struct arena *arena,
                                    uint32_t *ret_count);

#endif
