/* Seeded random numbers and the distributions a mail population needs. Same seed, same numbers, on
 * every machine. */
#ifndef CORPUS_RANDOM_H
#define CORPUS_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct random {
    uint64_t state[4];
};

void random_seed(struct random *random, uint64_t seed);
uint64_t random_next(struct random *random);
/* 0 to bound - 1; bound is not 0. */
uint32_t random_below(struct random *random, uint32_t bound);
/* low to high, both included. */
uint32_t random_between(struct random *random, uint32_t low, uint32_t high);
double random_unit(struct random *random);
bool random_chance(struct random *random, double probability);
double random_exponential(struct random *random, double mean);
double random_lognormal(struct random *random, double median, double sigma);
/* At least 1, heavy tail. */
double random_pareto(struct random *random, double alpha);

/* A number that depends on both and on nothing else: for properties that need no memory. */
uint64_t random_mix(uint64_t a, uint64_t b);

#endif
