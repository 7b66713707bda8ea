/* Mail servers that a log may be of, and what their operators type: one table for every text that
 * tells what to do. */
#ifndef POSTMORTEM_SERVERS_H
#define POSTMORTEM_SERVERS_H

#include "finding.h"

struct mail_server {
    const char *parser; /* whose lines it is known by */
    const char *hold;   /* command, in a case folder, that holds the messages of the list */
    const char *remark; /* what is said of it */
    const char *script; /* of hold */
    const char *log;    /* what to look at afterwards */
    const char *relays; /* where it is written who may send without a login */
};

/* The next one that the report saw, the first for NULL; NULL behind the last. */
const struct mail_server *server_next(const struct report *report,
                                      const struct mail_server *before);
/* Of several the first; never NULL: of a server that is not known what holds for all. */
const struct mail_server *server_first(const struct report *report);

#endif
