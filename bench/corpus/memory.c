#include "memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Noreturn void fail(const char *what, const char *which)
{
    fprintf(stderr, "postmortem-corpus: %s%s%s\n", what, which ? ": " : "", which ? which : "");
    exit(2);
}

void *memory_new(size_t count, size_t size)
{
    void *ret = calloc(count ? count : 1, size);
    if (!ret)
        fail("out of memory", NULL);
    return ret;
}

void *memory_grow(void *items, size_t *capacity, size_t wanted, size_t size)
{
    if (wanted <= *capacity)
        return items;
    size_t grown = *capacity ? *capacity * 2 : 64;
    while (grown < wanted)
        grown *= 2;
    char *ret = realloc(items, grown * size);
    if (!ret)
        fail("out of memory", NULL);
    memset(ret + *capacity * size, 0, (grown - *capacity) * size);
    *capacity = grown;
    return ret;
}
