/* A run shared out over processes: each reads its part of the inputs, and what they amount to goes
 * to rank 0 as segments, which settles and reports. */
#ifndef POSTMORTEM_RUN_SHARE_H
#define POSTMORTEM_RUN_SHARE_H

#include "run_internal.h"

/* Marks the paths that other ranks read: every path goes to one of them, evenly by size. With
 * --local-inputs each rank reads its own list, and all of it. */
void share_out(struct run *run);
/* Sends what was read on its way to rank 0, by a binary tree. True: this is rank 0, and run holds
 * what all read. */
bool share_gather(struct run *run);
/* Rank 0 says what there is to say about a list of paths that all ranks have. */
bool share_is_mute(const struct run *run);

#endif
