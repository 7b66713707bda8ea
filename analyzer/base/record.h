/* Second waist: what one submission, and one login, amounts to after settling. All that engine and
 * detectors share; read-only for detectors. Strings are ids into facts.strings; 0 is "none" (an
 * empty but present string has its own id). */
#ifndef POSTMORTEM_RECORD_H
#define POSTMORTEM_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event.h"
#include "ip.h"
#include "stamp.h"
#include "str.h"

/* Where a line stands; line is 1-based, offset and length count bytes of the decompressed member
 * before any decoding. */
struct place {
    uint64_t line, offset;
    uint32_t input; /* index into facts.inputs */
    uint32_t length;
};

enum principal_kind {
    PRINCIPAL_ACCOUNT, /* a login: name is the merged account as shown */
    PRINCIPAL_UID,     /* local injection: name is "uid:NUMBER@HOST" */
    PRINCIPAL_NET,     /* relayed by address, no login, from mynetworks: name is "net:IP" */
    PRINCIPAL_ANON,    /* relayed by address, no login, from outside: name is "anon:IP" */
};

struct principal {
    struct str name;
    uint8_t kind;                          /* enum principal_kind */
    uint32_t message_first, message_count; /* slice of facts.messages, in time order */
    uint32_t login_first,
        login_count; /* slice of facts.logins, in time order (accounts; failures included) */
    uint32_t refusal_first, refusal_count; /* slice of facts.refusals, in time order */
    const uint32_t *login_names; /* accounts: every spelling (string ids), sorted by text */
    uint32_t login_name_count;
    uint32_t domain; /* accounts: string id of the domain if a login spelled it, else 0 */
};

/* Final state of a recipient; the seven of the contract, in the order of the report. */
enum settled {
    SETTLED_DELIVERED,
    SETTLED_BOUNCED,
    SETTLED_EXPIRED,
    SETTLED_REMOVED,
    SETTLED_HELD,
    SETTLED_DEFERRED,
    SETTLED_QUEUED,
    SETTLED_COUNT
};

struct recipient_fact {
    uint64_t address; /* keyed hash of the original recipient as written, ASCII lower case */
    uint32_t domain;  /* string id, lower case */
    uint8_t settled;  /* enum settled */
    uint8_t reason;   /* enum reason of the last reply that was not "sent" */
    bool local;       /* ended in local, virtual, lmtp or pipe delivery */
};

enum {
    MESSAGE_EXPANDED = 1,      /* recipients counted after expansion */
    MESSAGE_MAYBE_REMOVED = 2, /* open when an operator deleted without naming ids */
    MESSAGE_UNBOUND = 4,       /* looks re-injected, but no parent was found */
    MESSAGE_SOURCE_HIDDEN = 8, /* only a proxy or filter host was visible: ip is 0 */
    MESSAGE_OPEN = 16,         /* still in the queue at the end of the log */
};

struct message {
    uint32_t principal;     /* index into facts.principals */
    uint32_t host;          /* string id */
    uint32_t queue_id;      /* string ids: of the submission */
    uint32_t last_queue_id; /* of its last hop or re-queue, if another */
    uint32_t ip;            /* string id of the source address, 0 if hidden or local */
    uint32_t client_name;   /* string id of the PTR name, 0 if unknown */
    uint32_t helo;          /* string id, 0 if not logged */
    uint32_t sender; /* string id of the envelope sender as written; 0 if not logged; the null
                        sender is the id of "" */
    uint32_t sender_domain; /* string id: domain of sender after undoing SRS, VERP, BATV; lower
                               case; 0 if none */
    uint32_t header_domain; /* string id: domain of a logged header From, 0 if not logged */
    uint32_t script;        /* string id: folder that a local program handed it in from, 0 */
    uint32_t recipient_first, recipient_count; /* slice of facts.recipients: those known by name */
    uint32_t recipients;     /* as the contract counts: >= recipient_count; the rest, never tried by
                                name, have state unnamed_settled */
    uint8_t unnamed_settled; /* enum settled */
    uint8_t flags;
    uint64_t size;          /* bytes, 0 if not logged */
    uint64_t message_id;    /* hash of the Message-ID, 0 if none */
    uint32_t message_shape; /* what kind of program made it, as message_shape.h has it; 0 if none */
    int64_t first_usec;     /* UTC: first line */
    int64_t accepted_usec;  /* first "queue active", or hold; TIME_NONE if never seen */
    int64_t last_usec;      /* last line of any hop */
    struct place place;     /* of the line that names the client or uid */
};

enum login_outcome { LOGIN_OK, LOGIN_FAILED };
enum login_service {
    SERVICE_SMTP,
    SERVICE_IMAP,
    SERVICE_POP3,
    SERVICE_SIEVE,
    SERVICE_WEBMAIL,
    SERVICE_OTHER
};

struct login {
    uint32_t
        principal; /* index, or PRINCIPAL_UNKNOWN: a failed name that never logged in, or no name */
    uint32_t name; /* string id as spelled, 0 if the server logged none */
    uint32_t
        account; /* string id of the account the name means (lower case, merged), 0 with name 0 */
    uint32_t ip; /* string id, 0 if not logged */
    uint32_t client_name; /* PTR, 0 if unknown */
    uint32_t host;
    uint8_t outcome;    /* enum login_outcome */
    uint8_t service;    /* enum login_service */
    uint32_t count;     /* logins this stands for */
    uint64_t bytes_out; /* IMAP, POP3: read from the mailbox */
    int64_t usec, last_usec;
    struct place place;
};

#define PRINCIPAL_UNKNOWN UINT32_MAX

/* A refused command or message. */
struct refusal {
    uint32_t principal; /* index, or PRINCIPAL_UNKNOWN */
    uint32_t ip, host, sender_domain, sender;
    uint8_t reason;     /* enum reason */
    bool whole_message; /* the message, not one recipient, was refused */
    bool recipient;     /* a RCPT command was refused */
    int64_t usec;
    struct place place;
};

/* What every address did to the server as a whole. Sorted by text of ip. */
struct source_fact {
    uint32_t ip, client_name;
    uint32_t failed, failed_named; /* failed logins, and those with a name */
    uint32_t accounts_failed;      /* distinct accounts tried in vain */
    uint32_t accounts_ok;          /* distinct accounts with a login or a submission from here */
    uint32_t accounts_unknown;     /* tried names that never succeeded from anywhere */
    uint32_t unnamed_ok;           /* successful logins that the server logged without a name */
    int64_t first_usec, last_usec;
    bool own;                          /* loopback or an address of the server itself */
    bool trusted;                      /* in --trusted-net */
    bool private_net;                  /* RFC 1918, RFC 4193, CGNAT, link-local */
    uint32_t login_first, login_count; /* slice of facts.logins_by_ip */
};

enum operator_act {
    OPERATOR_DELETED,
    OPERATOR_HELD,
    OPERATOR_RELEASED,
    OPERATOR_REQUEUED,
    OPERATOR_STOPPED,
    OPERATOR_STARTED
};

struct operator_event {
    uint8_t act; /* enum operator_act */
    uint64_t count;
    uint32_t host;
    int64_t usec;
    struct place place;
};

/* Who blocked or throttled this server. */
struct reputation_fact {
    uint32_t host, provider,
        sample;     /* string ids: our host, remote organisation or list, a reply */
    uint8_t reason; /* REASON_BLOCKED, REASON_SPAM, REASON_RATE */
    uint64_t replies;
    int64_t first_usec, last_usec;
};

/* How many messages lay in the queues of all hosts: in the fullest minute of the bin that begins
 * at that time. */
struct queue_depth {
    int64_t usec;
    uint32_t active, deferred, held; /* deferred: tried in vain at least once */
};

struct facts {
    const struct str *strings; /* by id */
    uint32_t string_count;
    const struct principal *principals; /* accounts by name, then the others by name */
    uint32_t principal_count;
    const struct message *messages;
    const struct recipient_fact *recipients;
    const struct login *logins;   /* by principal (unknown last), then time */
    const uint32_t *logins_by_ip; /* indexes into logins */
    const struct refusal *refusals;
    const struct source_fact *sources;
    const struct operator_event *operators;
    const struct reputation_fact *reputation;
    uint32_t message_count, recipient_count, login_count, refusal_count, source_count,
        operator_count, reputation_count;
    const struct queue_depth *depth; /* at most 500, bins of one length, in order of time */
    uint32_t depth_count;
    const uint32_t *local_domains; /* string ids, lower case, sorted by text */
    uint32_t local_domain_count;
    uint64_t inbound_messages, inbound_recipients, unattributed_messages, unattributed_recipients;
    int64_t first_usec, last_usec;     /* of the whole log */
    int64_t since_usec, until_usec;    /* what is counted: from since up to but not including until;
                                          INT64_MIN, INT64_MAX: no limit */
    uint8_t digits;                    /* of the fraction of a second that the logs have */
    bool clientless;                   /* an MTA's log does not say who handed messages in (qmail) */
    bool zone_assumed, names_failures; /* at least one failed login was logged with its name */
    bool hides_logins;                 /* of some server: who logs in and sends nothing is not seen */
    uint32_t input_count;
};

static inline uint64_t queue_size(const struct queue_depth *depth)
{
    return (uint64_t)depth->active + depth->deferred + depth->held;
}

/* The first point with the most messages; NULL if the queue was always empty. */
static inline const struct queue_depth *queue_fullest(const struct queue_depth *depth,
                                                      uint32_t count)
{
    const struct queue_depth *most = NULL;
    for (uint32_t i = 0; i < count; i++)
        if (queue_size(&depth[i]) > (most ? queue_size(most) : 0))
            most = &depth[i];
    return most;
}

static inline struct str facts_str(const struct facts *facts, uint32_t id)
{
    return facts->strings[id];
}

static inline bool facts_covers(const struct facts *facts, int64_t usec)
{
    return usec >= facts->since_usec && usec < facts->until_usec;
}

static inline bool facts_limited(const struct facts *facts)
{
    return facts->since_usec != INT64_MIN || facts->until_usec != INT64_MAX;
}

#endif
