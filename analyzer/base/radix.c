#include "radix.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"

enum { DIGIT_BITS = 11, DIGITS = 6, DIGIT_COUNT = 1 << DIGIT_BITS, FEW = 64 };

static unsigned digit_of(uint64_t key, unsigned digit)
{
    return (unsigned)(key >> digit * DIGIT_BITS) & (DIGIT_COUNT - 1);
}

static void insertion_sort(struct keyed *items, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        struct keyed item = items[i];
        uint32_t at = i;
        for (; at > 0 && items[at - 1].key > item.key; at--)
            items[at] = items[at - 1];
        items[at] = item;
    }
}

/* A digit that all keys share needs no pass. */
static bool is_shared(const uint32_t *counts, uint32_t count, struct keyed first, unsigned digit)
{
    return counts[digit_of(first.key, digit)] == count;
}

static void pass(const struct keyed *from, struct keyed *to, uint32_t count, uint32_t *counts,
                 unsigned digit)
{
    uint32_t before = 0;
    for (unsigned i = 0; i < DIGIT_COUNT; i++) {
        uint32_t here = counts[i];
        counts[i] = before;
        before += here;
    }
    for (uint32_t i = 0; i < count; i++)
        to[counts[digit_of(from[i].key, digit)]++] = from[i];
}

void radix_sort(struct keyed *items, uint32_t count)
{
    if (count <= FEW) {
        insertion_sort(items, count);
        return;
    }
    uint32_t(*counts)[DIGIT_COUNT] = xcalloc(DIGITS, sizeof *counts);
    struct keyed *spare = xmalloc(count * sizeof *spare), *from = items, *to = spare;
    for (uint32_t i = 0; i < count; i++)
        for (unsigned digit = 0; digit < DIGITS; digit++)
            counts[digit][digit_of(items[i].key, digit)]++;
    for (unsigned digit = 0; digit < DIGITS; digit++) {
        if (is_shared(counts[digit], count, items[0], digit))
            continue;
        pass(from, to, count, counts[digit], digit);
        struct keyed *swap = from;
        from = to;
        to = swap;
    }
    if (from != items)
        memcpy(items, from, count * sizeof *items);
    free(spare);
    free(counts);
}

void radix_sort_times(int64_t *times, uint32_t count)
{
    struct keyed *items = xmalloc((count + (size_t)1) * sizeof *items);
    for (uint32_t i = 0; i < count; i++)
        items[i] = (struct keyed){radix_key(times[i]), i};
    radix_sort(items, count);
    for (uint32_t i = 0; i < count; i++)
        times[i] = (int64_t)(items[i].key ^ UINT64_C(1) << 63);
    free(items);
}
