/* Memory that is given back all at once. Allocation failure ends the process with a message: there
 * is no way on. */
#ifndef POSTMORTEM_ARENA_H
#define POSTMORTEM_ARENA_H

#include <stddef.h>

#include "str.h"

struct arena_chunk;

/* Zero-initialised is an empty arena. Not for several threads at once. */
struct arena {
    struct arena_chunk *chunk;
    size_t bytes; /* held from the system */
};

/* Zeroed memory, aligned for any type, valid until arena_reset or arena_free. */
void *arena_alloc(struct arena *arena, size_t size);
/* Memory for text: neither zeroed nor aligned. */
char *arena_chars(struct arena *arena, size_t size);
struct str arena_str(struct arena *arena, struct str text);
/* A NUL-terminated copy; bytes of text that are NUL stay as they are. */
char *arena_cstr(struct arena *arena, struct str text);
char *arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* What from held, into holds from now on; from is empty then. */
void arena_absorb(struct arena *into, struct arena *from);
/* Forgets everything, keeps the newest chunk for reuse. */
void arena_reset(struct arena *arena);
void arena_free(struct arena *arena);

/* malloc family that ends the process with a message instead of returning NULL. */
void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *old, size_t count, size_t size);
/* The same for arrays that may grow very large: asks the kernel for huge pages behind them. */
void *xrealloc_large(void *old, size_t count, size_t size);
void *xcalloc_large(size_t count, size_t size);

#endif
