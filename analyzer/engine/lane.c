#include "lane.h"

#include <pthread.h>
#include <stdlib.h>

#include "arena.h"

struct lane {
    pthread_mutex_t lock;
    struct block **parked; /* guarded by lock; [sequence % window] */
    uint64_t next;         /* guarded by lock: the sequence to be folded */
    bool folding;          /* guarded by lock: somebody is at it */
    unsigned window;
    void (*fold)(void *member, struct block *block);
    void (*done)(void *user, struct block *block);
    void *user; /* of done */
};

struct lane *lane_new(unsigned window, void (*fold)(void *member, struct block *block),
                      void (*done)(void *user, struct block *block), void *user)
{
    struct lane *lane = xcalloc(1, sizeof *lane);
    pthread_mutex_init(&lane->lock, NULL);
    lane->parked = xcalloc(window, sizeof *lane->parked);
    lane->window = window;
    lane->fold = fold;
    lane->done = done;
    lane->user = user;
    return lane;
}

void lane_free(struct lane *lane)
{
    if (!lane)
        return;
    pthread_mutex_destroy(&lane->lock);
    free(lane->parked);
    free(lane);
}

static struct block *take_next_locked(struct lane *lane)
{
    struct block **slot = &lane->parked[lane->next % lane->window];
    struct block *block = *slot;
    *slot = NULL;
    return block;
}

void lane_submit(struct lane *lane, struct block *block)
{
    pthread_mutex_lock(&lane->lock);
    lane->parked[block->sequence % lane->window] = block;
    if (lane->folding) {
        pthread_mutex_unlock(&lane->lock);
        return;
    }
    lane->folding = true;
    while ((block = take_next_locked(lane))) {
        pthread_mutex_unlock(&lane->lock);
        lane->fold(block->member, block);
        lane->done(lane->user, block);
        pthread_mutex_lock(&lane->lock);
        lane->next++;
    }
    lane->folding = false;
    pthread_mutex_unlock(&lane->lock);
}
