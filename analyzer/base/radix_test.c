/* The same order as a stable sort by comparison. */
#include "radix.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"

static int compare(const void *a, const void *b)
{
    const struct keyed *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

static uint64_t next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static int check(uint32_t count, uint64_t mask, uint64_t *state)
{
    struct keyed *items = xcalloc(count + 1, sizeof *items),
                 *expected = xcalloc(count + 1, sizeof *expected);
    int failed = 0;
    for (uint32_t i = 0; i < count; i++)
        items[i] = expected[i] = (struct keyed){next(state) & mask, i};
    radix_sort(items, count);
    qsort(expected, count, sizeof *expected, compare);
    for (uint32_t i = 0; i < count && !failed; i++)
        failed = items[i].key != expected[i].key || items[i].index != expected[i].index;
    if (failed)
        printf("%u items, mask %llx: another order\n", count, (unsigned long long)mask);
    free(items);
    free(expected);
    return failed;
}

static int check_times(void)
{
    int64_t times[] = {5, -1, INT64_MAX, 0, INT64_MIN, 5, -7};
    static const int64_t expected[] = {INT64_MIN, -7, -1, 0, 5, 5, INT64_MAX};
    radix_sort_times(times, sizeof times / sizeof *times);
    if (memcmp(times, expected, sizeof times) == 0)
        return 0;
    printf("times in another order\n");
    return 1;
}

int main(void)
{
    static const uint64_t masks[] = {UINT64_MAX, 0xff, 0, 0xffff0000, UINT64_C(0xff) << 56};
    uint64_t state = 88172645463325252;
    int failed = check_times();
    for (uint32_t count = 0; count < 5000; count = count * 2 + 1)
        for (unsigned i = 0; i < sizeof masks / sizeof *masks; i++)
            failed += check(count, masks[i], &state);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
