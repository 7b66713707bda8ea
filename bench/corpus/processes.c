#include "processes.h"

#include <stdlib.h>

#include "memory.h"

enum { PID_MAX = 4194304, PID_FIRST = 700, USES_MAX = 100 };

struct kind {
    const char *name;
    uint8_t shared; /* how many serve at once */
    bool stays;     /* never replaced */
};

static const struct kind kinds[PROCESS_KINDS] = {
    [PROCESS_SMTPD] = {"postfix/smtpd", 1, false},
    [PROCESS_SUBMISSION] = {"postfix/submission/smtpd", 1, false},
    [PROCESS_SMTPS] = {"postfix/smtps/smtpd", 1, false},
    [PROCESS_CLEANUP] = {"postfix/cleanup", 7, false},
    [PROCESS_QMGR] = {"postfix/qmgr", 1, true},
    [PROCESS_SMTP] = {"postfix/smtp", 24, false},
    [PROCESS_LMTP] = {"postfix/lmtp", 8, false},
    [PROCESS_LOCAL] = {"postfix/local", 2, false},
    [PROCESS_BOUNCE] = {"postfix/bounce", 3, false},
    [PROCESS_PICKUP] = {"postfix/pickup", 1, false},
    [PROCESS_ANVIL] = {"postfix/anvil", 1, true},
    [PROCESS_AMAVIS] = {"amavis", 1, false},
    [PROCESS_DOVECOT] = {"dovecot", 1, true},
};

static uint32_t new_pid(struct processes *processes)
{
    processes->last_pid += random_between(&processes->random, 1, 9);
    if (processes->last_pid >= PID_MAX)
        processes->last_pid = PID_FIRST;
    return processes->last_pid;
}

void processes_make(struct processes *processes, uint64_t seed)
{
    random_seed(&processes->random, seed);
    processes->last_pid = PID_FIRST;
    for (unsigned kind = 0; kind < PROCESS_KINDS; kind++)
        for (unsigned i = 0; i < kinds[kind].shared; i++)
            processes->shared[kind][i].pid = new_pid(processes);
}

const char *process_name(unsigned kind)
{
    return kinds[kind].name;
}

struct worker process_take(struct processes *processes, unsigned kind)
{
    struct worker_pool *pool = &processes->pools[kind];
    if (pool->count)
        return pool->idle[--pool->count];
    return (struct worker){new_pid(processes), 0};
}

void process_give_back(struct processes *processes, unsigned kind, struct worker worker)
{
    if (++worker.uses >= USES_MAX)
        return;
    struct worker_pool *pool = &processes->pools[kind];
    pool->idle = memory_grow(pool->idle, &pool->capacity, pool->count + 1, sizeof *pool->idle);
    pool->idle[pool->count++] = worker;
}

uint32_t process_any(struct processes *processes, unsigned kind)
{
    struct worker *worker =
        &processes->shared[kind][random_below(&processes->random, kinds[kind].shared)];
    if (++worker->uses > USES_MAX && !kinds[kind].stays)
        *worker = (struct worker){new_pid(processes), 1};
    return worker->pid;
}

void processes_free(struct processes *processes)
{
    for (unsigned kind = 0; kind < PROCESS_KINDS; kind++)
        free(processes->pools[kind].idle);
}
