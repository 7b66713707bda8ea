#include "span.h"

#include "radix.h"

/* Small numbers for keys, so that a plain array can count them. */
static uint32_t *number_keys(const struct sighting *sightings, uint32_t count, struct arena *arena)
{
    struct keyed *keys = arena_alloc(arena, (count + 1) * sizeof *keys);
    uint32_t *numbers = arena_alloc(arena, (count + 1) * sizeof *numbers), number = 0;
    for (uint32_t i = 0; i < count; i++)
        keys[i] = (struct keyed){sightings[i].key, i};
    radix_sort(keys, count);
    for (uint32_t i = 0; i < count; i++) {
        number += i > 0 && keys[i].key != keys[i - 1].key;
        numbers[keys[i].index] = number;
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
