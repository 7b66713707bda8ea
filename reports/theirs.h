/* Which messages the intruders sent: those that the tables blame on them and that may be held in
 * the queue. */
#ifndef POSTMORTEM_THEIRS_H
#define POSTMORTEM_THEIRS_H

#include <stdbool.h>

#include "finding.h"

/* Shown as a row of its own: suspicious or worse. */
bool account_is_accused(const struct account_report *account);
bool finding_is_accused(const struct finding *finding);
/* Logins under a name that the log does not give. */
uint32_t finding_unnamed(const struct finding *finding);
/* String id of an address, 0 if the facts do not know it. */
uint32_t address_id(const struct facts *facts, struct str ip);

/* NULL if the facts do not know the address. */
const struct source_fact *source_fact_find(const struct facts *facts, struct str ip);

struct theirs;
/* Of an accused account: messages from the sources called attackers, all if every message is
 * foreign, and where the source is hidden, those with a forged domain. Of an accused finding: all
 * of its principals. report must outlive it. */
struct theirs *theirs_new(const struct report *report);
/* Among what --since and --until let count. */
bool theirs_has(const struct theirs *theirs, uint32_t message);
/* Whenever it was submitted. */
bool theirs_ever(const struct theirs *theirs, uint32_t message);
void theirs_free(struct theirs *theirs);

struct queue_share theirs_in_queue(const struct theirs *theirs);
/* The same of the facts, or what a report without them was told; false if neither is there. */
bool report_queue(const struct report *report, struct queue_share *ret);

#endif
