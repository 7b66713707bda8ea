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

#endif
