/* Who will connect, and when. */
#ifndef CORPUS_PLAN_H
#define CORPUS_PLAN_H

#include <stdint.h>

struct simulation;

/* Before the first day. */
void attacks_plan(struct simulation *simulation);
/* day: since 1970 */
void plan_day(struct simulation *simulation, int64_t day);

#endif
