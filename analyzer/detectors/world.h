/* What all judgements share: registrable domains, and every address seen from the server as a
 * whole. Built once from the facts. */
#ifndef POSTMORTEM_WORLD_H
#define POSTMORTEM_WORLD_H

#include "intern.h"
#include "record.h"
#include "settings.h"

#define NO_SOURCE UINT32_MAX

struct source_view {
    struct ip ip;
    uint64_t wide, narrow; /* its /16 and /24 (IPv6: /32 and /48) */
    uint64_t provider;     /* registrable domain of its PTR name, else its /16 */
    uint32_t tried;        /* distinct names that failed here */
    uint32_t let_in;       /* of them, those that also succeeded here */
    uint32_t unknown;      /* of them, those that never succeeded anywhere */
    uint32_t users;        /* accounts with a success here */
    uint32_t clean_users;  /* of them, those that did nothing odd here */
    uint32_t habitual_users;
    uint32_t failed, failed_named, unnamed_ok; /* logins inside the limits */
    int64_t first_usec, last_usec; /* inside the limits; INT64_MAX, INT64_MIN: nothing */
    uint32_t flagged;              /* accounts at suspicious or above that were misused from here */
    uint32_t certain;              /* of them, those at likely or above */
    bool infrastructure;           /* of the server itself */
    bool trusted, private_net;
    bool gateway;  /* a private address that stands for everybody */
    bool spraying; /* tried the passwords of many who do not use it */
    bool office;   /* several accounts use it in their ordinary way */
};

struct world {
    const struct facts *facts;
    const struct settings *settings;
    struct source_view *sources; /* parallel to facts->sources */
    uint32_t *source_of;         /* by string id of an address: index or NO_SOURCE */
    struct intern domains;       /* registrable domains */
    uint32_t *domain_of;         /* by string id of a domain: id in domains, 0 if never looked up */
    uint32_t local_count;        /* ids below it are of local domains */
    bool *flagged;               /* by principal: at suspicious or above after the first round */
    bool *certain;               /* at likely or above */
    uint32_t users;              /* accounts that got in or sent something */
    bool mailbox_logged;         /* the log has logins of IMAP or POP3 */
    bool unnamed_logged;         /* it has successes without a name */
    bool too_short;              /* under a day: nobody's habits are known */
    void *suffixes;              /* psl_ctx_t */
};

void world_init(struct world *world, const struct facts *facts, const struct settings *settings);
void world_free(struct world *world);

/* Registrable domain of a name that is no string of the facts; 0 if no such domain sent or received
 * anything. */
uint32_t world_find_domain(const struct world *world, struct str name);
bool world_is_local(const struct world *world, uint32_t domain);
bool world_recipient_is_local(const struct world *world, const struct recipient_fact *recipient);
/* Decides what the counts in world->sources mean; once before and once after clean_users and
 * habitual_users are known. */
void world_judge_sources(struct world *world);

#endif
