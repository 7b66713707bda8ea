/* What really happened, counted while it is logged. */
#ifndef CORPUS_TRUTH_H
#define CORPUS_TRUTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clients.h"

enum { TRUTH_NOBODY = 0x7fffffff };

struct tally {
    uint64_t messages, recipients;
    uint64_t messages_refused, recipients_refused;
    uint64_t sent, rejected, deferred_tries; /* as the next hops answered */
    uint64_t logins, failures, mailbox_failures;
    uint64_t attacker_messages, attacker_recipients;
    int64_t first, last;               /* 0: none */
    uint64_t full_logins, bare_logins; /* submissions by spelling of the login */
};

/* What one account did from one address. */
struct origin {
    uint32_t account;
    struct client client;
    uint32_t messages, recipients, logins, failures;
    uint32_t reads, failures_elsewhere; /* of the mailbox */
    bool used;
    bool hostile; /* guessed passwords */
};

struct truth {
    struct tally *tallies; /* one for each account */
    struct tally inbound, local, relayed, refused;
    struct origin *origins; /* open addressing */
    size_t origin_count, origin_slots;
    uint64_t notices; /* bounces written by the server */
};

void truth_make(struct truth *truth, uint32_t accounts);
struct origin *truth_origin(struct truth *truth, uint32_t account, const struct client *client);
/* NULL: nothing came from there. */
const struct origin *truth_find(const struct truth *truth, uint32_t account,
                                const struct client *client);
void truth_free(struct truth *truth);

struct simulation;
/* truth.json in folder. */
void truth_write(const struct simulation *simulation, const char *folder);

#endif
