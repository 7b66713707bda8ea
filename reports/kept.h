/* What a case folder keeps in report.json beside the report, so that its papers and pictures can be
 * made again without the logs: figures that follow from the facts. */
#ifndef POSTMORTEM_KEPT_H
#define POSTMORTEM_KEPT_H

#include "bins.h"
#include "incident.h"
#include "week.h"

struct kept {
    struct offender *offenders;
    uint32_t offender_count;
    const struct str *local_domains;
    uint32_t local_domain_count;
    uint64_t addresses; /* called an attacker's */
    struct sent sent;
    struct bins bins;
    struct week weeks[2]; /* 1: attackers' */
};

/* Addresses called an attacker's; of the facts, else as kept. */
uint64_t kept_addresses(const struct report *report, const struct listed *listed);

enum { OFFENCES = 4 };
extern const char *const offence_names[OFFENCES]; /* by bit of enum offence */

/* Figures of an offender, by the names they have in JSON. */
#define OFFENDER_FIGURES(X)                                                                        \
    X(messages)                                                                                    \
    X(recipients)                                                                                  \
    X(delivered)                                                                                   \
    X(refused)                                                                                     \
    X(spam_refused)                                                                                \
    X(failures) X(tried) X(logins) X(domains) X(other_messages) X(other_accounts)

#endif
