/* Sorts many records by a whole number each, in linear time. */
#ifndef POSTMORTEM_RADIX_H
#define POSTMORTEM_RADIX_H

#include <stdint.h>

struct keyed {
    uint64_t key;
    uint32_t index; /* whose key it is */
};

/* Ascending; equal keys stay in their order. */
void radix_sort(struct keyed *items, uint32_t count);
void radix_sort_times(int64_t *times, uint32_t count);
/* The key of a signed number: in the order of the numbers. */
static inline uint64_t radix_key(int64_t number)
{
    return (uint64_t)number ^ UINT64_C(1) << 63;
}

#endif
