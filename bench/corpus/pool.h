/* Things with numbers that are used again. Their addresses stay. */
#ifndef CORPUS_POOL_H
#define CORPUS_POOL_H

#include <stddef.h>
#include <stdint.h>

struct pool {
    void **items;
    size_t count, capacity;
    uint32_t *idle;
    size_t idle_count, idle_capacity;
    size_t size;
};

uint32_t pool_take(struct pool *pool); /* zeroed */
void pool_give_back(struct pool *pool, uint32_t number);
void pool_free(struct pool *pool);

#endif
