/* The lane: whatever order threads submit in, folds happen in sequence, one at a time, and nobody
 * waits for ever: the blocks on their way are never more than the window. */
#include "lane.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "arena.h"

enum { BLOCKS = 20000, THREADS = 4 };

/* Shared by the threads of one test: blocks are taken from a pool in sequence, as a reader would
 * fill them. */
struct course {
    pthread_mutex_t lock;
    struct block_pool *pool;
    struct lane *lane;
    uint64_t next;   /* guarded by lock */
    uint64_t folded; /* by whoever folds, one at a time */
    uint64_t given_back;
    bool in_order;
    unsigned slow; /* every so manieth block takes its time */
};

static void fold(void *member, struct block *block)
{
    struct course *course = member;
    course->in_order &= block->sequence == course->folded;
    course->folded++;
}

static void done(void *user, struct block *block)
{
    struct course *course = user;
    course->given_back++;
    block_pool_put(course->pool, block);
}

/* Busy for a while that differs from block to block. */
static void work(const struct course *course, const struct block *block)
{
    volatile uint64_t sum = 0;
    uint64_t turns =
        block->sequence * 2654435761u % 400 + (block->sequence % course->slow == 0 ? 20000 : 0);
    for (uint64_t i = 0; i < turns; i++)
        sum += i;
    (void)sum;
}

static void *run(void *arg)
{
    struct course *course = arg;
    for (;;) {
        pthread_mutex_lock(
            &course->lock); /* only one reader: a block and its number belong together */
        bool more = course->next < BLOCKS;
        struct block *block = more ? block_pool_get(course->pool) : NULL;
        if (more)
            block->sequence = course->next++;
        pthread_mutex_unlock(&course->lock);
        if (!more)
            return NULL;
        block->member = course;
        work(course, block);
        lane_submit(course->lane, block);
    }
}

static int check_course(unsigned window, unsigned slow)
{
    struct course course = {.in_order = true, .slow = slow, .pool = block_pool_new(window, 64)};
    pthread_t threads[THREADS];
    pthread_mutex_init(&course.lock, NULL);
    course.lane = lane_new(window, fold, done, &course);
    for (unsigned i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, run, &course) != 0)
            abort();
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    bool ok = course.in_order && course.folded == BLOCKS && course.given_back == BLOCKS;
    if (!ok)
        printf("window %u: %llu folded, %llu given back, %sin order\n", window,
               (unsigned long long)course.folded, (unsigned long long)course.given_back,
               course.in_order ? "" : "not ");
    lane_free(course.lane);
    block_pool_free(course.pool, NULL);
    pthread_mutex_destroy(&course.lock);
    return ok ? 0 : 1;
}

/* Submitted backwards: nothing is folded before the first, then everything. */
static int check_backwards(void)
{
    enum { COUNT = 8 };
    struct course course = {.in_order = true, .slow = 1, .pool = block_pool_new(COUNT, 64)};
    struct block *blocks[COUNT];
    int failed = 0;
    course.lane = lane_new(COUNT, fold, done, &course);
    for (unsigned i = 0; i < COUNT; i++) {
        blocks[i] = block_pool_get(course.pool);
        blocks[i]->sequence = i;
        blocks[i]->member = &course;
    }
    for (unsigned i = COUNT; i-- > 1;)
        lane_submit(course.lane, blocks[i]);
    failed += course.folded != 0;
    lane_submit(course.lane, blocks[0]);
    failed += course.folded != COUNT || !course.in_order;
    if (failed)
        printf("backwards: %llu folded, %sin order\n", (unsigned long long)course.folded,
               course.in_order ? "" : "not ");
    lane_free(course.lane);
    lane_free(NULL);
    block_pool_free(course.pool, NULL);
    return failed;
}

int main(void)
{
    int failed = check_backwards();
    failed +=
        check_course(1, 1000) + check_course(2, 7) + check_course(5, 97) + check_course(64, 300);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
