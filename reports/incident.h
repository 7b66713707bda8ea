/* What the papers that lead to action (indicators, containment, abuse reports, whom to tell) are
 * written from: the report, seen by address instead of by account. */
#ifndef POSTMORTEM_INCIDENT_H
#define POSTMORTEM_INCIDENT_H

#include "arena.h"
#include "case.h"
#include "finding.h"
#include "ip.h"
#include "theirs.h"

/* What an address did, as a set; the first that holds is what its abuse report is about. */
enum offence { OFFENCE_SPAM = 1, OFFENCE_RELAY = 2, OFFENCE_ENTRY = 4, OFFENCE_GUESS = 8 };

struct offender {
    struct str ip; /* canonical text; as the log spelled it if it is no address */
    struct ip address;
    bool is_address;
    uint8_t offences;               /* enum offence */
    uint8_t verdict;                /* the worst that it is part of */
    bool helped;                    /* at a guess, and the account was taken */
    const char *unfit;              /* why it is neither reported nor blocked; NULL */
    const struct source_fact *fact; /* NULL if the facts do not know it */
    struct str ptr;                 /* ptr.ptr NULL if unknown */
    uint64_t messages, recipients, delivered, refused; /* theirs; refused: bounced or expired */
    uint64_t spam_refused;                             /* of refused: called spam */
    uint64_t failures, tried;                          /* failed logins, accounts they were for */
    uint64_t logins;                                   /* successful ones */
    uint64_t domains;                        /* sender domains of theirs that are not local */
    uint64_t other_messages, other_accounts; /* what it carried that is not theirs */
    struct str sender; /* envelope sender of the first message that has one; len 0 */
    struct str host;   /* server that it used; len 0 if unknown */
    struct when first, last;
};

struct incident {
    const struct report *report;
    const struct run_info *run;
    struct arena *arena;
    struct theirs *theirs;
    struct offender *offenders; /* IPv4 before IPv6, in the order of addresses */
    uint32_t offender_count;
    struct when made; /* of the papers: SOURCE_DATE_EPOCH, else the end of the log */
};

/* report, run and arena are borrowed; incident_free gives back the rest. */
void incident_make(struct incident *ret, const struct report *report, const struct run_info *run,
                   struct arena *arena);
void incident_free(struct incident *incident);

/* All mail of the intruders, of the facts or as kept. */
struct sent {
    uint64_t messages, recipients;
    struct when first, last;
};
struct sent incident_sent(const struct incident *incident);

/* Anybody accused: there is something to do. */
bool incident_is_one(const struct incident *incident);
/* May stand in a list of addresses to block: surely an attacker's, fit, and nobody else's mail came
 * from it. */
bool offender_is_blockable(const struct offender *offender);
/* A message of theirs that is still in a queue. */
bool incident_holds(const struct incident *incident, uint32_t message);
/* Queue ID under which a message waits. */
struct str message_queue_id(const struct facts *facts, const struct message *message);
/* A domain of this server, by its string id. */
bool facts_is_local(const struct facts *facts, uint32_t domain);
/* A program whose lines are in the inputs ("postfix"). */
bool report_saw(const struct report *report, const char *parser);

#endif
