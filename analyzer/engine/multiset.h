/* How often each line hash occurs. */
#ifndef POSTMORTEM_MULTISET_H
#define POSTMORTEM_MULTISET_H

#include <stdbool.h>
#include <stdint.h>

struct multiset;

struct multiset *multiset_new(void);
struct multiset *multiset_copy(const struct multiset *set);
void multiset_free(struct multiset *set);
void multiset_add(struct multiset *set, uint64_t hash);
/* Takes one occurrence away; false if there is none. */
bool multiset_take(struct multiset *set, uint64_t hash);
uint64_t multiset_count(const struct multiset *set);

#endif
