/* The same work on many pieces, by several threads. */
#ifndef POSTMORTEM_PARALLEL_H
#define POSTMORTEM_PARALLEL_H

#include <stdint.h>

/* Calls work(user, thread, piece) for every piece below count, in any order, and returns when all
 * are done. thread is below threads, and no two calls with the same one run at once. */
void parallel(unsigned threads, uint32_t count,
              void (*work)(void *user, unsigned thread, uint32_t piece), void *user);

#endif
