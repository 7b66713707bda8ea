/* The whole server and everybody who talks to it. */
#ifndef CORPUS_SIMULATION_H
#define CORPUS_SIMULATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clients.h"
#include "log.h"
#include "names.h"
#include "population.h"
#include "processes.h"
#include "queue_ids.h"
#include "random.h"
#include "schedule.h"
#include "truth.h"

enum { SECOND = 1000000, MILLISECOND = 1000 };
enum { NO_CAMPAIGN = UINT16_MAX };
enum { STAGE_FILTER_FIRST = 16 }; /* of a message; the stages below are delivery's */

struct options {
    uint64_t seed;
    uint32_t accounts;
    double days;
    uint64_t bytes; /* 0: by days */
    const char *start;
    const char *attacks;
    bool long_ids, iso, amavis;
    unsigned parts;
    const char *compress;
    const char *folder;
};

/* Somebody is about to connect. */
enum arrival_kind { ARRIVE_SUBMIT, ARRIVE_INBOUND, ARRIVE_REJECT, ARRIVE_GUESS, ARRIVE_SCAN, ARRIVE_LOCAL };

struct arrival {
    int64_t time;
    uint32_t account;   /* TRUTH_NOBODY: none, or a name that does not exist */
    uint32_t source;    /* of a campaign: which of its addresses; of others: any number */
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
    uint32_t guesser_count;   /* the last so many of the clients only guess */
    uint8_t forgery;
    uint16_t *domains;        /* forged */
    uint32_t *domain_messages;
    uint32_t domain_count;
    double unknown;           /* share of recipients that do not exist */
    uint64_t messages, recipients, failures;
    int64_t first, last;      /* 0: none */
    uint32_t victims;         /* recipients made so far */
};

enum fate { FATE_SENT, FATE_UNKNOWN, FATE_SPAM, FATE_GREYLISTED, FATE_FULL, FATE_DEAD, FATE_THROTTLED };
enum recipient_state { RECIPIENT_PENDING, RECIPIENT_DEFERRED, RECIPIENT_DONE };

struct recipient {
    struct address to;
    uint32_t alias;   /* role it was written to instead, 0: none */
    uint8_t fate, state;
    uint8_t tries;    /* that fail before it works */
};

enum origin_kind { ORIGIN_SUBMITTED, ORIGIN_INBOUND, ORIGIN_LOCAL, ORIGIN_NOTICE, ORIGIN_FILTERED };

/* A queue file. */
struct message {
    struct queue_id id;
    uint32_t inode;
    uint8_t origin, shape, stage;
    bool accepted, bounced;
    bool login_full;  /* logged in with the domain */
    uint16_t campaign, campaign_domain;
    uint32_t account;
    struct address from;
    struct client client;
    char peer[128];
    uint32_t size, runs;
    int64_t arrived;
    uint64_t message_id;
    uint16_t id_domain;
    struct recipient *recipients;
    uint32_t recipient_count, next;
    uint32_t other;   /* the notice, or what the filter gave back */
    struct queue_id filter_id;          /* of what the filter gave back, which may be gone before this one */
    struct worker filter, filter_smtpd; /* while the content filter has it */
};

/* A connection to one of the smtpd services. */
struct session {
    struct arrival arrival;
    struct worker worker;
    struct client client;
    char peer[128];
    uint8_t peer_len;
    uint8_t service, stage;
    struct address from; /* inbound: the sender */
    bool login_other; /* second spelling */
    uint16_t ehlo, starttls, auth, auth_failed, mail, rcpt, rcpt_failed, data, data_failed, quit;
    uint16_t left;    /* messages or tries still to come */
    uint32_t message;
};

struct pool {
    void **items;
    size_t count, capacity;
    uint32_t *idle;
    size_t idle_count, idle_capacity;
    size_t size;
};

uint32_t pool_take(struct pool *pool); /* zeroed */
void pool_give_back(struct pool *pool, uint32_t number);
void pool_free(struct pool *pool);

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
    struct pool sessions, messages;
    int64_t now, start, end;
    int64_t expected_end; /* by days, or guessed from the bytes wanted */
};

/* What an event of the schedule is about: the kind in the upper 4 bits, a number in the rest. */
enum { WHAT_SESSION, WHAT_MESSAGE, WHAT_SHIFT = 28 };

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
void put_address(struct writer *out, const struct simulation *simulation, const struct address *address);
void put_message_id(struct writer *out, const struct simulation *simulation, const struct message *message);
struct writer *begin_line(struct simulation *simulation, unsigned process, uint32_t pid);
/* The same, with the queue id in front. */
struct writer *begin_message_line(struct simulation *simulation, unsigned process, uint32_t pid, const struct message *message);
void end_line(struct simulation *simulation);

/* plan.c */
void plan_day(struct simulation *simulation, int64_t day);
/* attacks.c */
void attacks_plan(struct simulation *simulation);
/* session.c */
void session_begin(struct simulation *simulation, const struct arrival *arrival);
void session_step(struct simulation *simulation, uint32_t number);
/* compose.c */
uint32_t compose_submission(struct simulation *simulation, const struct session *session);
uint32_t compose_inbound(struct simulation *simulation, const struct session *session);
uint32_t compose_local(struct simulation *simulation);
uint32_t compose_notice(struct simulation *simulation, const struct message *parent);
uint32_t compose_filtered(struct simulation *simulation, const struct message *parent);
void message_forget(struct simulation *simulation, uint32_t number);
/* delivery.c: the queue manager takes it */
void delivery_begin(struct simulation *simulation, uint32_t number, int64_t delay);
void delivery_step(struct simulation *simulation, uint32_t number);
/* filter.c */
void filter_begin(struct simulation *simulation, uint32_t number);
void filter_step(struct simulation *simulation, uint32_t number);
/* replies.c: from `dsn=` to the end of the line */
void put_reply(struct writer *out, const struct simulation *simulation, const struct message *message, const struct recipient *recipient,
               bool deferred);

#endif
