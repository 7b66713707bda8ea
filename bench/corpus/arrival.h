/* Somebody is about to connect: everybody for himself, or on behalf of an attack. */
#ifndef CORPUS_ARRIVAL_H
#define CORPUS_ARRIVAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clients.h"

enum { NO_CAMPAIGN = UINT16_MAX };

enum arrival_kind {
    ARRIVE_SUBMIT,
    ARRIVE_INBOUND,
    ARRIVE_REJECT,
    ARRIVE_GUESS,
    ARRIVE_STALE,
    ARRIVE_SCAN,
    ARRIVE_LOCAL
};

struct arrival {
    int64_t time;
    uint32_t account; /* TRUTH_NOBODY: none, or a name that does not exist */
    uint32_t source;  /* of a campaign: which of its addresses; of others: any number */
    uint16_t campaign;
    uint16_t messages, recipients; /* recipients of each message, 0: as people do */
    uint8_t kind;
};

struct arrivals {
    struct arrival *items;
    size_t count, capacity, next;
};

enum forgery { FORGERY_NONE, FORGERY_BRANDS, FORGERY_RANDOM };

/* One attack on one account. */
struct campaign {
    const char *scenario;
    uint32_t account;
    struct client *clients;
    uint32_t client_count;
    uint32_t guesser_count; /* the last so many of the clients only guess */
    uint8_t forgery;
    uint16_t *domains; /* forged */
    uint32_t *domain_messages;
    uint32_t domain_count;
    double unknown; /* share of recipients that do not exist */
    uint64_t messages, recipients, failures;
    int64_t first, last; /* 0: none */
    uint32_t victims;    /* recipients made so far */
};

#endif
