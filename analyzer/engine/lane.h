/* A turnstile: blocks arrive in any order and are folded in theirs. Whoever fills the gap folds;
 * nobody waits. */
#ifndef POSTMORTEM_LANE_H
#define POSTMORTEM_LANE_H

#include "block.h"

struct lane;

/* fold(block->member, block) is called for one block at a time, in order of sequence, from any
   thread; done after it, to give the block back. At most window blocks may be on their way at once.
 */
struct lane *lane_new(unsigned window, void (*fold)(void *member, struct block *block),
                      void (*done)(void *user, struct block *block), void *user);
void lane_free(struct lane *lane);
void lane_submit(struct lane *lane, struct block *block);

#endif
