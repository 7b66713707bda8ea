/* Interned strings: equal text, equal id. Id 0 is "none"; the empty string has an id of its own. */
#ifndef POSTMORTEM_INTERN_H
#define POSTMORTEM_INTERN_H

#include <stdint.h>

#include "arena.h"
#include "str.h"

struct intern {
    struct arena text;
    struct str *items; /* by id; items[0] is {NULL, 0} */
    uint64_t *slots;   /* high half of the hash, id in the low half; 0 is free */
    uint32_t count, capacity, slot_mask;
    uint64_t seed; /* of the slots alone */
};

void intern_init(struct intern *intern);
void intern_free(struct intern *intern);
/* Id of text, copied on first sight; 0 if text.ptr is NULL. */
uint32_t intern_id(struct intern *intern, struct str text);
/* The same for text in ASCII lower case. */
uint32_t intern_lower_id(struct intern *intern, struct str text);
/* Id of text if it is known, else 0. */
uint32_t intern_find(const struct intern *intern, struct str text);

static inline struct str intern_get(const struct intern *intern, uint32_t id)
{
    return intern->items[id];
}

/* Asks for the memory a look-up of text will touch; pass the result to intern_prefetched a little
 * later. */
uint64_t intern_prefetch(const struct intern *intern, struct str text);
/* The id the look-up will most likely find, its memory asked for; 0: none. */
uint32_t intern_prefetched(const struct intern *intern, uint64_t ticket);

/* map[id of from] = id in into, for every string; the caller frees it. */
uint32_t *intern_merge(struct intern *into, const struct intern *from);

/* A random number for hash tables: never shows in any output. */
uint64_t hash_seed(void);

#endif
