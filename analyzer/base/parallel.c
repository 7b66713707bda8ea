#include "parallel.h"

#include <pthread.h>
#include <stdlib.h>

#include "arena.h"

struct crew {
    void (*work)(void *user, unsigned thread, uint32_t piece);
    void *user;
    uint32_t count, next; /* next: atomic */
};

struct hand {
    struct crew *crew;
    unsigned number;
};

static void *work_on(void *arg)
{
    const struct hand *hand = arg;
    struct crew *crew = hand->crew;
    uint32_t piece;
    while ((piece = __atomic_fetch_add(&crew->next, 1, __ATOMIC_RELAXED)) < crew->count)
        crew->work(crew->user, hand->number, piece);
    return NULL;
}

void parallel(unsigned threads, uint32_t count,
              void (*work)(void *user, unsigned thread, uint32_t piece), void *user)
{
    struct crew crew = {work, user, count, 0};
    unsigned helpers = threads > count ? count : threads;
    helpers = helpers ? helpers - 1 : 0; /* this thread is one of them */
    pthread_t *ids = xcalloc(helpers + 1, sizeof *ids);
    struct hand *hands = xcalloc(helpers + 1, sizeof *hands);
    for (unsigned i = 0; i <= helpers; i++)
        hands[i] = (struct hand){&crew, i};
    for (unsigned i = 1; i <= helpers; i++)
        if (pthread_create(&ids[i], NULL, work_on, &hands[i]) != 0)
            abort(); /* as in the pipeline: nothing sensible is left to do without threads */
    work_on(&hands[0]);
    for (unsigned i = 1; i <= helpers; i++)
        pthread_join(ids[i], NULL);
    free(ids);
    free(hands);
}
