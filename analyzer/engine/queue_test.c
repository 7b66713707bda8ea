/* The queue: oldest first, nothing lost or given twice between threads, and an end for those who
 * wait. */
#include "queue.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "arena.h"

enum { PUTTERS = 3, GETTERS = 4, EACH = 5000, BLOCKS = PUTTERS * EACH };

struct party {
    struct queue *queue;
    struct block *blocks;   /* a putter's own */
    unsigned taken[BLOCKS]; /* a getter's own: how often it got each */
    bool in_order;          /* those of one putter came in their order */
};

static void *put_all(void *arg)
{
    struct party *party = arg;
    for (unsigned i = 0; i < EACH; i++)
        queue_put(party->queue, &party->blocks[i]);
    return NULL;
}

static void *get_all(void *arg)
{
    struct party *party = arg;
    uint64_t newest[PUTTERS] = {0};
    struct block *block;
    party->in_order = true;
    while ((block = queue_get(party->queue))) {
        uint64_t putter = block->sequence / EACH;
        party->taken[block->sequence]++;
        party->in_order &= block->sequence + 1 > newest[putter];
        newest[putter] = block->sequence + 1;
    }
    return NULL;
}

static int check_threads(void)
{
    struct party *parties = xcalloc(PUTTERS + GETTERS, sizeof *parties);
    struct block *blocks = xcalloc(BLOCKS, sizeof *blocks);
    pthread_t threads[PUTTERS + GETTERS];
    struct queue *queue = queue_new();
    int failed = 0;
    for (unsigned i = 0; i < BLOCKS; i++)
        blocks[i].sequence = i;
    for (unsigned i = 0; i < PUTTERS + GETTERS; i++) {
        parties[i].queue = queue;
        parties[i].blocks = i < PUTTERS ? blocks + (size_t)i * EACH : NULL;
        if (pthread_create(&threads[i], NULL, i < PUTTERS ? put_all : get_all, &parties[i]) != 0)
            abort();
    }
    for (unsigned i = 0; i < PUTTERS; i++)
        pthread_join(threads[i], NULL);
    queue_close(queue);
    for (unsigned i = PUTTERS; i < PUTTERS + GETTERS; i++) {
        pthread_join(threads[i], NULL);
        failed += parties[i].in_order ? 0 : 1;
    }
    if (failed)
        printf("%d threads got blocks out of order\n", failed);
    for (unsigned b = 0; b < BLOCKS; b++) {
        unsigned times = 0;
        for (unsigned i = PUTTERS; i < PUTTERS + GETTERS; i++)
            times += parties[i].taken[b];
        if (times != 1 && failed++ < 5)
            printf("block %u came %u times\n", b, times);
    }
    queue_free(queue);
    free(blocks);
    free(parties);
    return failed;
}

static int check_one_thread(void)
{
    struct block a = {.sequence = 1}, b = {.sequence = 2};
    struct queue *queue = queue_new();
    queue_put(queue, &a);
    queue_put(queue, &b);
    bool ok = queue_get(queue) == &a;
    queue_put(queue, &a);
    queue_close(queue);
    ok = ok && queue_get(queue) == &b && queue_get(queue) == &a && !queue_get(queue) &&
         !queue_get(queue);
    queue_free(queue);
    if (!ok)
        printf("not oldest first, or no end after the close\n");
    return ok ? 0 : 1;
}

int main(void)
{
    return check_one_thread() + check_threads() ? EXIT_FAILURE : EXIT_SUCCESS;
}
