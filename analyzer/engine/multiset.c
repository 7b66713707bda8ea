#include "multiset.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"

struct slot {
    uint64_t hash; /* 0 is free: hashes are made odd */
    uint32_t count;
};

struct multiset {
    struct slot *slots;
    uint64_t mask, used, count;
};

enum { FIRST_SLOTS = 4096 };

struct multiset *multiset_new(void)
{
    struct multiset *set = xcalloc(1, sizeof *set);
    set->slots = xcalloc(FIRST_SLOTS, sizeof *set->slots);
    set->mask = FIRST_SLOTS - 1;
    return set;
}

struct multiset *multiset_copy(const struct multiset *set)
{
    struct multiset *copy = xmalloc(sizeof *copy);
    *copy = *set;
    copy->slots = xcalloc(set->mask + 1, sizeof *copy->slots);
    memcpy(copy->slots, set->slots, (set->mask + 1) * sizeof *copy->slots);
    return copy;
}

void multiset_free(struct multiset *set)
{
    if (!set)
        return;
    free(set->slots);
    free(set);
}

static struct slot *find(const struct multiset *set, uint64_t hash)
{
    uint64_t at = (hash >> 1) & set->mask;
    while (set->slots[at].hash && set->slots[at].hash != hash)
        at = (at + 1) & set->mask;
    return &set->slots[at];
}

static void grow(struct multiset *set)
{
    struct slot *old = set->slots;
    uint64_t old_slots = set->mask + 1;
    set->mask = old_slots * 2 - 1;
    set->slots = xcalloc(set->mask + 1, sizeof *set->slots);
    for (uint64_t i = 0; i < old_slots; i++)
        if (old[i].hash)
            *find(set, old[i].hash) = old[i];
    free(old);
}

void multiset_add(struct multiset *set, uint64_t hash)
{
    struct slot *slot = find(set, hash | 1);
    if (!slot->hash) {
        slot->hash = hash | 1;
        if (++set->used * 2 > set->mask) {
            grow(set);
            slot = find(set, hash | 1);
            slot->hash = hash | 1;
        }
    }
    slot->count++;
    set->count++;
}

bool multiset_take(struct multiset *set, uint64_t hash)
{
    struct slot *slot = find(set, hash | 1);
    if (!slot->hash || slot->count == 0)
        return false;
    slot->count--;
    set->count--;
    return true;
}

uint64_t multiset_count(const struct multiset *set)
{
    return set->count;
}
