#include "intern.h"

#include "hash.h"
#include <stdlib.h>
#include <sys/random.h>

enum { FIRST_SLOTS = 128, LOWER_MAX = 1024 };

uint64_t hash_seed(void)
{
    uint64_t seed = 0;
    if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) != (ssize_t)sizeof seed)
        seed = 0x9e3779b97f4a7c15;
    return seed;
}

void intern_init(struct intern *intern)
{
    intern_init_seeded(intern, hash_seed());
}

void intern_init_seeded(struct intern *intern, uint64_t seed)
{
    *intern = (struct intern){
        .count = 1, .capacity = FIRST_SLOTS / 2, .slot_mask = FIRST_SLOTS - 1, .seed = seed};
    intern->items = xcalloc(intern->capacity, sizeof *intern->items);
    intern->slots = xcalloc(FIRST_SLOTS, sizeof *intern->slots);
}

void intern_free(struct intern *intern)
{
    arena_free(&intern->text);
    free(intern->items);
    free(intern->slots);
    *intern = (struct intern){0};
}

uint64_t intern_hash(uint64_t seed, struct str text)
{
    return text.ptr ? XXH3_64bits_withSeed(text.ptr, text.len, seed) | 1 : 0;
}

static uint64_t hash(const struct intern *intern, struct str text)
{
    return intern_hash(intern->seed, text);
}

/* Where the search for a slot's text begins: by the half of the hash that the slot keeps, so that
 * growing reads no text. */
static uint32_t home(const struct intern *intern, uint64_t h)
{
    return (uint32_t)(h >> 32) & intern->slot_mask;
}

static void grow(struct intern *intern)
{
    uint32_t old_slots = intern->slot_mask + 1, slots = old_slots * 2;
    uint64_t *old = intern->slots;
    intern->capacity = slots / 2;
    intern->slot_mask = slots - 1;
    intern->items = xrealloc_large(intern->items, intern->capacity, sizeof *intern->items);
    intern->slots = xcalloc_large(slots, sizeof *intern->slots);
    for (uint32_t i = 0; i < old_slots; i++) {
        if (!old[i])
            continue;
        uint32_t at = home(intern, old[i]);
        while (intern->slots[at])
            at = (at + 1) & intern->slot_mask;
        intern->slots[at] = old[i];
    }
    free(old);
}

/* The slot that holds text, or the free one where it would go. */
static uint32_t slot_of(const struct intern *intern, struct str text, uint64_t h)
{
    uint32_t at = home(intern, h);
    for (; intern->slots[at]; at = (at + 1) & intern->slot_mask)
        if ((intern->slots[at] ^ h) >> 32 == 0 &&
            str_eq(intern->items[(uint32_t)intern->slots[at]], text))
            break;
    return at;
}

uint32_t intern_find(const struct intern *intern, struct str text)
{
    return text.ptr ? (uint32_t)intern->slots[slot_of(intern, text, hash(intern, text))] : 0;
}

uint32_t intern_id(struct intern *intern, struct str text)
{
    return intern_id_hashed(intern, text, hash(intern, text));
}

uint32_t intern_id_hashed(struct intern *intern, struct str text, uint64_t h)
{
    if (!text.ptr)
        return 0;
    uint32_t at = slot_of(intern, text, h);
    if (intern->slots[at])
        return (uint32_t)intern->slots[at];
    if (intern->count == intern->capacity) {
        grow(intern);
        at = slot_of(intern, text, h);
    }
    uint32_t id = intern->count++;
    intern->items[id] = arena_str(&intern->text, text);
    intern->slots[at] = (h & ~(uint64_t)UINT32_MAX) | id;
    return id;
}

uint32_t intern_lower_id(struct intern *intern, struct str text)
{
    char lower[LOWER_MAX];
    if (!text.ptr)
        return 0;
    text = str_head(text, sizeof lower);
    for (size_t i = 0; i < text.len; i++)
        lower[i] = char_lower(text.ptr[i]);
    return intern_id(intern, (struct str){lower, text.len});
}

void intern_prefetch_slot(const struct intern *intern, uint64_t h)
{
    __builtin_prefetch(&intern->slots[home(intern, h)]);
}

uint32_t intern_prefetch_item(const struct intern *intern, uint64_t h)
{
    uint64_t slot = intern->slots[home(intern, h)];
    if (!slot || (slot ^ h) >> 32)
        return 0;
    __builtin_prefetch(&intern->items[(uint32_t)slot]);
    return (uint32_t)slot;
}

void intern_prefetch_text(const struct intern *intern, uint32_t id)
{
    __builtin_prefetch(intern->items[id].ptr);
}

uint32_t *intern_merge(struct intern *into, const struct intern *from)
{
    uint32_t *map = xcalloc(from->count, sizeof *map);
    for (uint32_t id = 1; id < from->count; id++)
        map[id] = intern_id(into, from->items[id]);
    return map;
}
