/* Whole numbers in order, as qsort and bsearch call it. */
#ifndef POSTMORTEM_NUMBERS_H
#define POSTMORTEM_NUMBERS_H

/* Of two uint32_t; below, at or above 0. */
int compare_u32(const void *a, const void *b);
/* Of two uint64_t. */
int compare_u64(const void *a, const void *b);

#endif
