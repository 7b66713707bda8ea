/* Somebody is about to connect: everybody for himself, or on behalf of a campaign. */
#ifndef CORPUS_ARRIVAL_H
#define CORPUS_ARRIVAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NO_CAMPAIGN = UINT16_MAX };
#define OWN_SOURCE UINT32_MAX         /* from where the account is at that moment */
#define FETCH_SOURCE (UINT32_MAX - 1) /* a service that fetches mail for an app */

enum arrival_kind {
    ARRIVE_SUBMIT,
    ARRIVE_INBOUND,
    ARRIVE_RELAY, /* strangers' mail to strangers */
    ARRIVE_REJECT,
    ARRIVE_GUESS,
    ARRIVE_STALE,
    ARRIVE_SCAN,
    ARRIVE_LOCAL, /* a program of this server */
    ARRIVE_READ,  /* a mailbox is opened */
    ARRIVE_FAIL_READ
};

struct arrival {
    int64_t time;
    uint32_t account; /* TRUTH_NOBODY: none, or a name that does not exist */
    uint32_t source;  /* of a campaign: which of its addresses; of others: any number */
    uint16_t campaign;
    uint16_t messages, recipients; /* recipients of each message, 0: as people do */
    uint8_t kind;
    bool test; /* a trial, not yet the abuse */
};

struct arrivals {
    struct arrival *items;
    size_t count, capacity, next;
};

#endif
