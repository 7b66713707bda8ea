/* The IMAP server: who opens a mailbox, and who fails to. */
#ifndef CORPUS_MAILBOX_H
#define CORPUS_MAILBOX_H

#include <stdint.h>

#include "arrival.h"
#include "clients.h"

/* A mailbox that is open. */
struct visit {
    struct arrival arrival;
    uint64_t session, bytes;
    uint32_t pid;
};

struct simulation;

void mailbox_open(struct simulation *simulation, const struct arrival *arrival);
void mailbox_close(struct simulation *simulation, uint32_t number);

#endif
