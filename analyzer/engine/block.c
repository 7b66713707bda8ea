#include "block.h"

#include <pthread.h>
#include <stdlib.h>

#include "arena.h"

struct block_pool {
    pthread_mutex_t lock;
    pthread_cond_t some;
    struct block *free; /* guarded by lock */
    struct block *all;  /* array */
    unsigned count;
};

struct block_pool *block_pool_new(unsigned count, size_t block_bytes)
{
    struct block_pool *pool = xcalloc(1, sizeof *pool);
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->some, NULL);
    pool->count = count;
    pool->all = xcalloc(count, sizeof *pool->all);
    for (unsigned i = 0; i < count; i++) {
        /* Room for a line that began in the last byte of the wanted size. */
        pool->all[i].capacity = block_bytes + LINE_BYTES_MAX + 1;
        pool->all[i].data = xmalloc(pool->all[i].capacity);
        pool->all[i].next = pool->free;
        pool->free = &pool->all[i];
    }
    return pool;
}

void block_pool_free(struct block_pool *pool, void (*free_result)(void *result))
{
    for (unsigned i = 0; i < pool->count; i++) {
        free(pool->all[i].data);
        if (free_result && pool->all[i].result)
            free_result(pool->all[i].result);
    }
    free(pool->all);
    pthread_mutex_destroy(&pool->lock);
    pthread_cond_destroy(&pool->some);
    free(pool);
}

struct block *block_pool_get(struct block_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    while (!pool->free)
        pthread_cond_wait(&pool->some, &pool->lock);
    struct block *block = pool->free;
    pool->free = block->next;
    pthread_mutex_unlock(&pool->lock);
    block->next = NULL;
    block->bytes = 0;
    block->skipped = 0;
    block->skipped_end = 0;
    block->gap = false;
    return block;
}

void block_pool_put(struct block_pool *pool, struct block *block)
{
    pthread_mutex_lock(&pool->lock);
    block->next = pool->free;
    pool->free = block;
    pthread_cond_signal(&pool->some);
    pthread_mutex_unlock(&pool->lock);
}
