/* Abuse contacts of networks, from files of the operator alone: nothing is ever looked up. */
#ifndef POSTMORTEM_CONTACTS_H
#define POSTMORTEM_CONTACTS_H

#include "err.h"
#include "ip.h"
#include "settings.h"

struct contacts;

struct contact {
    struct str network, email; /* len 0: unknown */
};

/* Each file is a table "network,email", an RDAP answer as saved (RFC 9083), or a dump of a registry
 * in RPSL (ripe.db.inetnum, .role); which it is, its content says. Files of one dump may be given
 * one by one. NULL with err (STATUS_USAGE) if one cannot be read. */
struct contacts *contacts_new(const struct list *files, struct err *err);
/* Of the smallest network that has one. */
struct contact contacts_find(const struct contacts *contacts, const struct ip *ip);
void contacts_free(struct contacts *contacts);

#endif
