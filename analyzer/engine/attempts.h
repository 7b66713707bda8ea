/* Failed logins while lines that tell of one try are matched. */
#ifndef POSTMORTEM_ATTEMPTS_H
#define POSTMORTEM_ATTEMPTS_H

#include "settle_internal.h"

struct attempt {
    int64_t usec;
    uint32_t ip, account;
    uint32_t session;
    uint32_t index;  /* into store.failures */
    uint32_t lender; /* 1 + index of the failure that names whom this one does not; 0 */
    uint32_t count;
    uint8_t origin;
    bool copy; /* another line tells of it already */
};

/* A password server that knows no client (saslauthd): its failures are copies of those that the
 * server it works for logs of the same account within `same` microseconds, else lend their name to
 * nameless ones of the MTA, where only one address comes into question. Changes the order. */
void attempts_unplaced(const struct settling *s, struct attempt *attempts, uint32_t count,
                       int64_t same);

#endif
