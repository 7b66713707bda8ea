/* Memory or the end: a generator that runs out of it has nothing better to do than say so. */
#ifndef CORPUS_MEMORY_H
#define CORPUS_MEMORY_H

#include <stddef.h>

/* Zeroed. */
void *memory_new(size_t count, size_t size);
/* Room for wanted items; new room is zeroed. */
void *memory_grow(void *items, size_t *capacity, size_t wanted, size_t size);

/* Prints to standard error and exits with 2. */
_Noreturn void fail(const char *what, const char *which);

#endif
