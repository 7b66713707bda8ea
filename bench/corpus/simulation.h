/* The whole server and everybody who talks to it. */
#ifndef CORPUS_SIMULATION_H
#define CORPUS_SIMULATION_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "arrival.h"
#include "campaign.h"
#include "log.h"
#include "mailbox.h"
#include "message.h"
#include "names.h"
#include "pool.h"
#include "population.h"
#include "processes.h"
#include "queue_ids.h"
#include "random.h"
#include "schedule.h"
#include "session.h"
#include "truth.h"

enum { SECOND = 1000000, MILLISECOND = 1000 };

struct options {
    uint64_t seed;
    uint32_t accounts;
    double days;
    uint64_t bytes; /* 0: by days */
    const char *start;
    const char *attacks;
    unsigned each; /* how often each attack */
    bool long_ids, iso, amavis, mailbox, confounders, strange, events;
    double lost; /* share of lines that are not written */
    unsigned parts;
    const char *compress;
    const char *folder;
};

struct simulation {
    struct options options;
    struct random random;
    struct log log;
    struct schedule schedule;
    struct population population;
    struct domains domains;
    uint32_t known_domains; /* without the forged */
    struct processes processes;
    struct queue_ids queue_ids;
    struct truth truth;
    struct arrivals today, planned; /* planned: of campaigns, over all days */
    struct campaign *campaigns;
    size_t campaign_count, campaign_capacity;
    struct pool sessions, messages, visits;
    uint32_t injections;            /* programs that spam so far */
    int64_t listed_from, listed_to; /* on a block list */
    int64_t outage_from, outage_to; /* of the first freemail provider */
    FILE *events;                   /* one submission a line, or NULL */
    int64_t now, start, end;
    int64_t expected_end; /* by days, or guessed from the bytes wanted */
};

/* What an event of the schedule is about: the kind in the upper 4 bits, a number in the rest. */
enum { WHAT_SESSION, WHAT_MESSAGE, WHAT_VISIT, WHAT_SHIFT = 28 };

static inline struct session *session_at(const struct simulation *simulation, uint32_t number)
{
    return simulation->sessions.items[number];
}

static inline struct message *message_at(const struct simulation *simulation, uint32_t number)
{
    return simulation->messages.items[number];
}

void simulation_run(struct simulation *simulation);
void simulation_free(struct simulation *simulation);

/* Anything that an address may be. */
void put_address(struct writer *out, const struct simulation *simulation,
                 const struct address *address);
void put_message_id(struct writer *out, const struct simulation *simulation,
                    const struct message *message);
struct writer *begin_line(struct simulation *simulation, unsigned process, uint32_t pid);
/* The same, with the queue id in front. */
struct writer *begin_message_line(struct simulation *simulation, unsigned process, uint32_t pid,
                                  const struct message *message);
void end_line(struct simulation *simulation);

#endif
