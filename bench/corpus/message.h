/* A queue file: its envelope, and what will become of each recipient. */
#ifndef CORPUS_MESSAGE_H
#define CORPUS_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "clients.h"
#include "names.h"
#include "processes.h"
#include "queue_ids.h"

enum fate {
    FATE_SENT,
    FATE_UNKNOWN,
    FATE_SPAM,
    FATE_GREYLISTED,
    FATE_FULL,
    FATE_DEAD,
    FATE_THROTTLED,
    FATE_BLOCKED
};
enum recipient_state { RECIPIENT_PENDING, RECIPIENT_DEFERRED, RECIPIENT_DONE };

struct recipient {
    struct address to;
    uint32_t alias;     /* role it was written to instead, 0: none */
    uint32_t forwarder; /* 1 + the account it was written to instead, 0: none */
    uint8_t fate, state;
    uint8_t tries; /* that fail before it works */
};

enum origin_kind {
    ORIGIN_SUBMITTED,
    ORIGIN_INBOUND,
    ORIGIN_LOCAL,
    ORIGIN_NOTICE,
    ORIGIN_RELAYED,
    ORIGIN_FILTERED
};

/* A queue file. */
struct message {
    struct queue_id id;
    uint32_t inode;
    uint8_t origin, shape, stage;
    bool accepted, bounced;
    bool test;       /* a trial before the abuse */
    bool login_full; /* logged in with the domain */
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
    uint32_t other;            /* the notice, or what the filter gave back */
    struct queue_id filter_id; /* of what the filter gave back, which may be gone before this one */
    struct worker filter, filter_smtpd; /* while the content filter has it */
};

struct simulation;
struct arrival;
struct session;

uint32_t compose_submission(struct simulation *simulation, const struct session *session);
uint32_t compose_relayed(struct simulation *simulation, const struct session *session);
uint32_t compose_inbound(struct simulation *simulation, const struct session *session);
/* campaign: NO_CAMPAIGN for what a server writes to its keeper */
uint32_t compose_local(struct simulation *simulation, const struct arrival *arrival);
/* The bounce of the parent, and its second life behind the content filter. */
uint32_t compose_notice(struct simulation *simulation, const struct message *parent);
uint32_t compose_filtered(struct simulation *simulation, const struct message *parent);
void message_forget(struct simulation *simulation, uint32_t number);

#endif
