/* Sessions of the MTA by process and place: which of them a message came over. */
#ifndef POSTMORTEM_SESSIONS_H
#define POSTMORTEM_SESSIONS_H

#include "store.h"

struct sessions {
    struct store *store;
    uint32_t *order; /* indexes into store.connections */
    uint32_t count;
};

/* Of those sessions for which wanted is true (NULL: all); sessions_free gives it back. */
void sessions_init(struct sessions *ret, struct store *store,
                   bool (*wanted)(const struct connection *connection));
void sessions_free(struct sessions *sessions);
/* A process and where one of its lines stands. */
struct session_key {
    uint32_t host, program, pid;
    struct place place;
};
/* The session of that process in whose span the place lies; one without a logged end lasts until
   the next. NULL if there is none. */
struct connection *sessions_find(const struct sessions *sessions, const struct session_key *wanted);
/* The session during which the message's client= was logged; NULL if there is none. */
struct connection *sessions_of_message(const struct sessions *sessions,
                                       const struct fragment *fragment);

#endif
