/* Small programs all of whose lines are templates: who writes them, and what they look like, as
 * tables. A parser of such programs is a list of struct daemon and two calls. */
#ifndef POSTMORTEM_DAEMON_H
#define POSTMORTEM_DAEMON_H

#include <stdbool.h>
#include <stdint.h>

#include "parser.h"
#include "template.h"

enum { DAEMON_TABLES_MAX = 3 };

struct daemon {
    const char *name;    /* as in the tag, in any case; a '*' at its end: anything may follow */
    const char *service; /* FIELD_SERVICE of its logins, or NULL */
    const struct line_kind *kinds[DAEMON_TABLES_MAX]; /* tried one after another; NULL ends */
    /* What no template can say; tried first; may be NULL. */
    bool (*parse)(struct str text, struct event *out);
};

/* What parser.owns promises, over a list that ends with a name of NULL. A path in front of the
 * program's name does not matter. */
enum ownership daemon_owns(const struct daemon *daemons, struct str program, uint16_t *ret_daemon);

bool daemon_parse(const struct daemon *daemon, struct str text, struct event *out);

#endif
