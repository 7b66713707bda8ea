#include "random.h"

#include <math.h>

static uint64_t scramble(uint64_t x)
{
    x ^= x >> 30;
    x *= 0xbf58476d1ce4e5b9u;
    x ^= x >> 27;
    x *= 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

uint64_t random_mix(uint64_t a, uint64_t b)
{
    return scramble(a * 0x9e3779b97f4a7c15u + scramble(b + 0x9e3779b97f4a7c15u));
}

void random_seed(struct random *random, uint64_t seed)
{
    for (unsigned i = 0; i < 4; i++)
        random->state[i] = random_mix(seed, i);
}

static uint64_t rotate(uint64_t x, unsigned bits)
{
    return x << bits | x >> (64 - bits);
}

/* xoshiro256++ */
uint64_t random_next(struct random *random)
{
    uint64_t *s = random->state;
    uint64_t ret = rotate(s[0] + s[3], 23) + s[0];
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return ret;
}

uint32_t random_below(struct random *random, uint32_t bound)
{
    return (uint32_t)(((random_next(random) >> 32) * bound) >> 32);
}

uint32_t random_between(struct random *random, uint32_t low, uint32_t high)
{
    return low + random_below(random, high - low + 1);
}

double random_unit(struct random *random)
{
    return (double)(random_next(random) >> 11) * 0x1p-53;
}

bool random_chance(struct random *random, double probability)
{
    return random_unit(random) < probability;
}

double random_exponential(struct random *random, double mean)
{
    return -mean * log1p(-random_unit(random));
}

double random_lognormal(struct random *random, double median, double sigma)
{
    double radius = sqrt(random_exponential(random, 2));
    return median * exp(sigma * radius * cos(6.283185307179586 * random_unit(random)));
}

double random_pareto(struct random *random, double alpha)
{
    return pow(1 - random_unit(random), -1 / alpha);
}
