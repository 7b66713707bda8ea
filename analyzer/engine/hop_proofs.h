/* Year and zone of a log that does not tell them, from what another host logs of the same event: a
 * message that one hands to the other, a login that both tell of. */
#ifndef POSTMORTEM_HOP_PROOFS_H
#define POSTMORTEM_HOP_PROOFS_H

#include "settle.h"

/* Proves runs of hosts that have no proof themselves by those that are known: known[m][r] by member
 * and run. True if any was. */
bool hop_proofs_add(struct member *members, size_t count, struct clock_map *const *maps,
                    bool *const *known);

#endif
