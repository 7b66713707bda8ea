/* Inside the Zimbra parser (Zimbra, Carbonio CE): what stands in front of a message of mailboxd,
 * and one function a group of categories. Layout from Zimbra's log4j.properties:
 *
 *     INFO  [thread:URL] [name=a@b;oip=1.2.3.4;ua=...;] category - message
 */
#ifndef POSTMORTEM_ZIMBRA_H
#define POSTMORTEM_ZIMBRA_H

#include <stdbool.h>

#include "event.h"
#include "str.h"
#include "template.h"

/* ptr NULL where the line does not say it. A ';' inside a value is doubled. */
struct zimbra_line {
    struct str thread, category, message;
    struct str name;     /* whose mailbox */
    struct str acting;   /* who works in it, if another */
    struct str client;   /* the address that asked: of a list, the last that a proxy of ours saw */
    struct str claimed;  /* the list, where it is one */
    struct str protocol; /* oproto: what the one who asked speaks himself ("smtp") */
    struct str agent, soap_id;
};

/* Adds who, from where and how: SASL_USERNAME, CLIENT_IP, PEER, SERVICE, PROTOCOL, USER_AGENT.
 * protocol ptr NULL: what the line's context says. */
void zimbra_add_client(const struct zimbra_line *line, struct str user, struct str protocol,
                       struct event *out);

/* False: no line kind of this category. Each begins *out itself. */
bool zimbra_login(const struct zimbra_line *line, struct event *out);
bool zimbra_mail(const struct zimbra_line *line, struct event *out);

extern const struct line_kind zimbra_kinds[];   /* messages of mailboxd, of every category */
extern const struct line_kind zimbra_daemons[]; /* zmconfigd and other daemons of the suite */

#endif
