/* Blocks on their way from readers to workers. Bounded by the pool the blocks come from. */
#ifndef POSTMORTEM_QUEUE_H
#define POSTMORTEM_QUEUE_H

#include "block.h"

struct queue;

struct queue *queue_new(void);
void queue_free(struct queue *queue);
void queue_put(struct queue *queue, struct block *block);
/* The oldest block; waits for one. NULL once the queue is closed and empty. */
struct block *queue_get(struct queue *queue);
/* No more will be put. */
void queue_close(struct queue *queue);

#endif
