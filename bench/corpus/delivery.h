/* The queue manager and those it works with: a message from the queue to its end. */
#ifndef CORPUS_DELIVERY_H
#define CORPUS_DELIVERY_H

#include <stdint.h>

struct simulation;

/* The queue manager takes it after so many microseconds. */
void delivery_begin(struct simulation *simulation, uint32_t number, int64_t delay);
void delivery_step(struct simulation *simulation, uint32_t number);

enum { STAGE_FILTER_FIRST = 16 }; /* of a message; the stages below are delivery's own */
void filter_begin(struct simulation *simulation, uint32_t number);
void filter_step(struct simulation *simulation, uint32_t number);

#endif
