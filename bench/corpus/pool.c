#include "pool.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

uint32_t pool_take(struct pool *pool)
{
    if (pool->idle_count) {
        uint32_t number = pool->idle[--pool->idle_count];
        memset(pool->items[number], 0, pool->size);
        return number;
    }
    pool->items = memory_grow(pool->items, &pool->capacity, pool->count + 1, sizeof *pool->items);
    pool->items[pool->count] = memory_new(1, pool->size);
    return (uint32_t)pool->count++;
}

void pool_give_back(struct pool *pool, uint32_t number)
{
    pool->idle =
        memory_grow(pool->idle, &pool->idle_capacity, pool->idle_count + 1, sizeof *pool->idle);
    pool->idle[pool->idle_count++] = number;
}

void pool_free(struct pool *pool)
{
    for (size_t i = 0; i < pool->count; i++)
        free(pool->items[i]);
    free(pool->items);
    free(pool->idle);
}
