/* Shared by the files that settle. */
#ifndef POSTMORTEM_SETTLE_INTERNAL_H
#define POSTMORTEM_SETTLE_INTERNAL_H

#include "settle.h"
#include "store_internal.h"

/* What settling works on. Its strings are the store's, those that it makes behind them. */
struct settling {
    struct settlement *out;
    const struct store *store;
    const struct settings *settings;
    struct arena *arena;
    struct intern *names; /* the store's: ids of the facts are ids of the store */
    struct address {      /* by id as read */
        uint32_t id;      /* of the address in canonical text, 0: it is none */
        bool asked;
        bool own;    /* of this server */
        bool inside; /* own, private or trusted */
    } * addresses;
    struct account_names *accounts;
    struct cidr *own; /* addresses of the server itself */
    size_t own_count;
    uint8_t *local_domain; /* by id in names: 1 if it is a local domain */
    uint32_t local_domain_capacity;
    uint32_t *first_child, *next_sibling; /* by fragment, NO_FRAGMENT ends */
    struct bulk_delete {                  /* an operator deleted without naming ids */
        uint32_t host;
        int64_t usec;
    } * bulk;
    uint32_t bulk_count;
    struct principal_slot *slots; /* growing */
    uint32_t slot_count, slot_capacity;
    uint32_t *slot_of; /* by id in names: 1 + index into slots */
    uint32_t slot_of_capacity;
    struct message *messages;
    struct recipient_fact *recipients;
    uint32_t message_count, message_capacity, recipient_count, recipient_capacity;
    struct login *logins;
    uint32_t login_count, login_capacity;
    struct refusal *refusals;
    uint32_t refusal_count, refusal_capacity;
    struct point *points; /* what refusals.c orders */
    uint32_t point_count;
    uint32_t *scripts;    /* by fragment: folder it was handed in from; NULL: none is known */
    int64_t history_usec; /* what lies before is dropped; INT64_MIN: nothing */
};

/* --since, --until, --no-history: what they mean for this log, once its span is known. */
void settle_limits(struct settling *s);
void settle_edges(struct settling *s);
void settle_invocations(struct settling *s);
void settle_local_domains(struct settling *s);
/* Those alone that a single line makes local, whatever else is in the logs. */
void settle_told_domains(struct settling *s);
bool settle_is_local(const struct settling *s, uint32_t domain_id);
void settle_learn_domain(struct settling *s, uint32_t domain_id);
void settle_accounts(struct settling *s);
void settle_accounts_free(struct settling *s);
/* The account that a login means: id in names; 0 for none. Both are ids of the store. */
uint32_t settle_account(struct settling *s, uint32_t login, uint32_t host);
/* Domain that a login of the account spelled: id in names, 0. */
uint32_t settle_account_domain(const struct settling *s, uint32_t account);
void settle_own_addresses(struct settling *s);
bool settle_is_own(const struct settling *s, const struct ip *ip);

/* What became of one message over all its hops. */
struct gathered {
    struct recipient_fact *recipients;
    uint32_t count, capacity;
    uint32_t unnamed;
    uint8_t unnamed_settled;
    bool expanded, open, maybe_removed;
    uint32_t last_queue_id; /* of the store */
    int64_t last_usec;
};
/* Needs what these two make: the children of every fragment, and what operators deleted unnamed. */
void settle_gather(struct settling *s, uint32_t root, struct gathered *ret);
void settle_link_children(struct settling *s);
void settle_bulk_deletes(struct settling *s);
/* It was taken into the queue, its own lines say. */
bool settle_is_queued(const struct fragment *f);
/* It left the queue: a line says so, or each recipient is known and has its final reply. */
bool settle_is_done(struct settling *s, const struct fragment *f);

/* How many messages lay in the queues over time; needs nothing but the limits. */
void settle_depth(struct settling *s);

/* A principal while they are collected. */
struct principal_slot {
    uint32_t name; /* id in names */
    uint8_t kind;
};

/* Every submission: messages and recipients of the facts, in the order of principals and time;
 * inbound and unattributed sums. */
void settle_messages(struct settling *s);
/* Logins, refusals, sources. */
void settle_logins(struct settling *s);
/* The first half of it touches nothing that others touch, so that it may run beside them. */
void settle_refusal_points(struct settling *s);
void settle_refusals(struct settling *s);
void settle_sources(struct settling *s);

/* Groups records by principal, PRINCIPAL_UNKNOWN last, in order within each; they come nearly so.
 * key_at is where the principal stands in a record. */
void settle_group(void *records, uint32_t count, size_t size, size_t key_at, uint32_t principals,
                  int (*order)(const void *, const void *));

/* Index of a principal, made on first sight. */
uint32_t settle_principal(struct settling *s, uint32_t name, enum principal_kind kind);
/* Sorts the principals: accounts by name, then the others; new_index[old index] = new index. */
uint32_t *settle_sort_principals(struct settling *s);
/* Id of the address in canonical text, 0 if it is none; what is known of it. */
uint32_t settle_ip(const struct settling *s, uint32_t id);
const struct address *settle_address(const struct settling *s, uint32_t id);

/* The login of a connection: id of the store, 0 for none. A refusal repeats what the client says in
   HELO; what the session's own end disproves is no login. */
uint32_t settle_login_of(const struct connection *connection);

int64_t settle_utc(const struct settling *s, struct moment when);

#endif
