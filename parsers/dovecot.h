/* Inside the Dovecot parser: what stands in front of a message, and one function a group of
 * services. */
#ifndef POSTMORTEM_DOVECOT_H
#define POSTMORTEM_DOVECOT_H

#include <stdbool.h>

#include "event.h"
#include "str.h"
#include "template.h"

/* imap(user)<pid><session>: Error: message */
struct dovecot_line {
    struct str service;  /* "imap-login", "auth-worker" */
    struct str identity; /* what stands in parentheses; ptr NULL if nothing does */
    struct str session;  /* of the second (2.4 auth: the only) pair of <>, empty if none */
    struct str message;
};

/* False: no line kind of this service. Each begins *out itself. */
bool dovecot_login(const struct dovecot_line *line, struct event *out);
bool dovecot_auth(const struct dovecot_line *line, struct event *out);
bool dovecot_mail(const struct dovecot_line *line, struct event *out);

extern const struct line_kind dovecot_kinds[]; /* of every service: start, stop, errors */

#endif
