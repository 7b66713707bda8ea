#include "span.h"

#include <stdlib.h>

static int compare_keys(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Small numbers for keys, so that a plain array can count them. */
static uint32_t *number_keys(const struct sighting *sightings, uint32_t count, struct arena *arena)
{
    uint64_t *keys = arena_alloc(arena, (count + 1) * sizeof *keys);
    uint32_t *numbers = arena_alloc(arena, (count + 1) * sizeof *numbers);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++)
        keys[i] = sightings[i].key;
    qsort(keys, count, sizeof *keys, compare_keys);
    for (uint32_t i = 0; i < count; i++)
        if (i == 0 || keys[i] != keys[kept - 1])
            keys[kept++] = keys[i];
    for (uint32_t i = 0; i < count; i++) {
        const uint64_t *at = bsearch(&sightings[i].key, keys, kept, sizeof *keys, compare_keys);
        numbers[i] = (uint32_t)(at - keys);
    }
    return numbers;
}

struct span span_most_distinct(const struct sighting *sightings, uint32_t count,
                               int64_t length_usec, struct arena *arena)
{
    struct span best = {0};
    uint32_t *numbers = number_keys(sightings, count, arena);
    uint32_t *seen = arena_alloc(arena, (count + 1) * sizeof *seen);
    uint32_t distinct = 0, first = 0;
    for (uint32_t i = 0; i < count; i++) {
        distinct += seen[numbers[i]]++ == 0;
        while (sightings[i].usec - sightings[first].usec > length_usec)
            distinct -= --seen[numbers[first++]] == 0;
        if (distinct > best.distinct)
            best = (struct span){distinct, first, i + 1};
    }
    return best;
}
