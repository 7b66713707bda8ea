/* Every piece once, and no thread's number in two hands at a time. */
#include "parallel.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { PIECES = 1000, THREADS = 8 };

struct check {
    unsigned done[PIECES];
    int busy[THREADS];
    bool clash;
};

static void work(void *user, unsigned thread, uint32_t piece)
{
    struct check *check = user;
    if (__atomic_fetch_add(&check->busy[thread], 1, __ATOMIC_ACQ_REL) != 0)
        __atomic_store_n(&check->clash, true, __ATOMIC_RELAXED);
    check->done[piece]++;
    __atomic_fetch_sub(&check->busy[thread], 1, __ATOMIC_ACQ_REL);
}

int main(void)
{
    int failed = 0;
    for (unsigned threads = 1; threads <= THREADS; threads++) {
        static const uint32_t counts[] = {0, 1, 3, PIECES};
        for (unsigned n = 0; n < sizeof counts / sizeof *counts; n++) {
            struct check check = {.clash = false};
            parallel(threads, counts[n], work, &check);
            for (uint32_t i = 0; i < PIECES; i++)
                failed += check.done[i] != (i < counts[n]);
            failed += check.clash;
        }
    }
    if (failed)
        printf("%d pieces not done once\n", failed);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
