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
/* The same, with a seed from hash_seed, so that others can hash for it. */
void intern_init_seeded(struct intern *intern, uint64_t seed);
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

/* The hash that a table with this seed looks text up by; not 0 where there is a text. */
uint64_t intern_hash(uint64_t seed, struct str text);
/* As intern_id, the hash of text known. */
uint32_t intern_id_hashed(struct intern *intern, struct str text, uint64_t hash);

/* The table is larger than any cache. These ask for the memory that a look-up will touch, one step
 * each, some time apart: the slot; what it points to, its id returned (0: none, most likely); the
 * text of that id. */
void intern_prefetch_slot(const struct intern *intern, uint64_t hash);
uint32_t intern_prefetch_item(const struct intern *intern, uint64_t hash);
void intern_prefetch_text(const struct intern *intern, uint32_t id);

/* map[id of from] = id in into, for every string; the caller frees it. */
uint32_t *intern_merge(struct intern *into, const struct intern *from);

/* A random number for hash tables: never shows in any output. */
uint64_t hash_seed(void);

#endif
