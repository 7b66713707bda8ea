/* Connections to the smtpd services, from connect to disconnect. */
#ifndef CORPUS_SESSION_H
#define CORPUS_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "arrival.h"
#include "clients.h"
#include "names.h"
#include "processes.h"

/* A connection to one of the smtpd services. */
struct session {
    struct arrival arrival;
    struct worker worker;
    struct client client;
    char peer[128];
    uint8_t peer_len;
    uint8_t service, stage;
    struct address from; /* inbound: the sender */
    bool login_other;    /* second spelling */
    uint16_t ehlo, starttls, auth, auth_failed, mail, rcpt, rcpt_failed, data, data_failed, quit;
    uint16_t left; /* messages or tries still to come */
    uint32_t message;
};

struct simulation;

void session_begin(struct simulation *simulation, const struct arrival *arrival);
void session_step(struct simulation *simulation, uint32_t number);

/* The commands of a session, as `disconnect from` has them. */
void session_put_statistics(struct writer *out, const struct session *session);
void session_log_anvil(struct simulation *simulation, const struct session *session);

#endif
