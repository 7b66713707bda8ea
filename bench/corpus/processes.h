/* The mail server's processes: which pid writes a line. */
#ifndef CORPUS_PROCESSES_H
#define CORPUS_PROCESSES_H

#include <stddef.h>
#include <stdint.h>

#include "random.h"

enum process_kind {
    PROCESS_SMTPD,
    PROCESS_SUBMISSION,
    PROCESS_SMTPS,
    PROCESS_CLEANUP,
    PROCESS_QMGR,
    PROCESS_SMTP,
    PROCESS_LMTP,
    PROCESS_LOCAL,
    PROCESS_BOUNCE,
    PROCESS_PICKUP,
    PROCESS_ANVIL,
    PROCESS_AMAVIS,
    PROCESS_DOVECOT,
    PROCESS_KINDS
};

struct worker {
    uint32_t pid;
    uint32_t uses;
};

struct worker_pool {
    struct worker *idle;
    size_t count, capacity;
};

struct processes {
    struct worker_pool pools[PROCESS_KINDS];
    struct worker shared[PROCESS_KINDS][32];
    struct random random;
    uint32_t last_pid;
};

void processes_make(struct processes *processes, uint64_t seed);
const char *process_name(unsigned kind);
/* A process of its own until it is given back; after a hundred uses it ends. */
struct worker process_take(struct processes *processes, unsigned kind);
void process_give_back(struct processes *processes, unsigned kind, struct worker worker);
/* Any of those that serve many at once. */
uint32_t process_any(struct processes *processes, unsigned kind);
void processes_free(struct processes *processes);

#endif
