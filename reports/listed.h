/* What the tables that go line by line (messages.csv, timeline.jsonl, case.db) list: all of the
 * accused, all of the intruders' addresses, nothing of anybody else. */
#ifndef POSTMORTEM_LISTED_H
#define POSTMORTEM_LISTED_H

#include "theirs.h"

/* Owned by the caller until listed_free; report must outlive it. */
struct listed {
    const struct facts *facts; /* NULL: nothing is listed */
    struct theirs *theirs;
    uint8_t *principals; /* 1: an account at `watch` or above, or a finding's principal */
    uint8_t *addresses;  /* by string id, 1: called an attacker's somewhere */
};

struct listed listed_of(const struct report *report);
bool listed_message(const struct listed *listed, uint32_t message);
bool listed_login(const struct listed *listed, const struct login *login);
bool listed_refusal(const struct listed *listed, const struct refusal *refusal);
void listed_free(struct listed *listed);

/* Recipients of a message in each state; the sum is message->recipients. */
void message_settled(const struct facts *facts, const struct message *message, uint64_t *settled);

#endif
