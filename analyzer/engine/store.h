/* What a stretch of log amounts to: fragments of messages and connections, logins, refusals,
 * counts. Stores of adjacent stretches are joined; joining is associative and decides nothing that
 * the whole could decide otherwise (settle does). */
#ifndef POSTMORTEM_STORE_H
#define POSTMORTEM_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "batch.h"
#include "event.h"
#include "intern.h"
#include "record.h"
#include "stamp.h"

/* A time within a run of the clock: usec as stamped, plus 366 days for every new year the run has
 * seen. */
struct moment {
    int64_t usec;
    uint32_t run; /* index into store.runs; NO_RUN without a time */
};

#define NO_RUN UINT32_MAX
#define NO_FRAGMENT UINT32_MAX
enum { PROOFS_MAX = 6 };
#define TEMPLATE_YEAR_USEC ((int64_t)366 * SEC_PER_DAY * USEC_PER_SEC)

/* An id in the log that says what time it was: the year (of the run's start, 0 if the stamps have
 * one) and the offset of the clock. */
struct proof {
    int16_t year, offset_minutes;
    uint32_t count;
};

/* A stretch of one host's clock in one input without a step back of an hour. */
struct clock_run {
    uint32_t host, input;
    uint8_t kind, digits;
    bool stepped_back; /* began with a step back of an hour */
    uint8_t proof_count;
    int64_t first, last, min, max; /* as in struct moment */
    uint32_t older;                /* 1 + index of the run of this host before, 0 */
    struct proof proofs[PROOFS_MAX];
};

enum {
    FRAGMENT_STARTED = 1,
    FRAGMENT_QUEUED = 2,
    FRAGMENT_REMOVED = 4,
    FRAGMENT_DELETED = 8,
    FRAGMENT_REFUSED = 16,
    FRAGMENT_DISCARDED = 32,
    FRAGMENT_EXPIRED = 64,
    FRAGMENT_REQUEUED = 128,
    FRAGMENT_SELF_ID = 256,
    FRAGMENT_LOCAL = 512,
    FRAGMENT_FIRST_OF_KEY = 1024,
    FRAGMENT_SUBMITTED = 2048,
    FRAGMENT_HELD_ON_ENTRY = 4096,
    FRAGMENT_ABSORBED = 8192,
    FRAGMENT_EXPANDED = 16384, /* some recipients stand for another */
    FRAGMENT_ASKED = 32768, /* nrcpt is what the client asked for, before aliases */
};

enum hold { HOLD_NONE, HOLD_HELD, HOLD_RELEASED };

/* The lines of one queue ID in one generation, as far as a stretch of log holds them. */
struct fragment {
    uint32_t host, instance, queue_id;
    uint32_t older; /* the fragment before of the same queue ID text, or NO_FRAGMENT */
    struct moment first, last, queued, submitted;
    struct place place; /* of the line with client= or uid=, else of the first */
    struct place last_place;
    uint64_t first_offset; /* first line, in place.input unless first_input says otherwise */
    uint32_t first_input;
    uint32_t absorbed_by; /* FRAGMENT_ABSORBED: the fragment that has its facts */
    uint32_t epoch;       /* of the store: no joining across a gap */
    uint16_t flags;
    uint8_t first_class, last_class, hold;
    bool tried, waited; /* by a delivery; in vain: which turns are known */
    uint32_t program, pid;
    uint32_t ip, client_name, user, sender, header_domain, uid;
    uint32_t identified; /* local user that a connection from this machine was told to be of */
    uint32_t orig_queue_id, orig_ip, orig_client_name, orig_id;
    uint32_t nrcpt;
    uint64_t size, message_id;
    uint32_t message_shape;
    uint32_t recipients, recipients_last, recipient_cursor,
        recipient_count; /* chain in store.recipients, 1-based */
};

enum relay_kind { RELAY_NONE, RELAY_LOCAL, RELAY_LOOPBACK, RELAY_PRIVATE, RELAY_REMOTE };

struct recipient {
    uint64_t to, original;      /* hashes of the addresses */
    uint32_t domain, to_domain; /* of the original, and of the address delivered to */
    uint32_t next;              /* 1-based, 0 ends */
    uint32_t child;      /* queue ID the next hop gave it, 0; its queue_id_hash with relay_text */
    uint32_t relay_text; /* a remote relay that gave a queue ID; 0 otherwise */
    uint8_t outcome, reason, relay;
    uint8_t renamed; /* original differs from to */
    uint8_t mailbox; /* ended in a mailbox of this server, not in a pipe to who knows what */
};

enum edge_kind { EDGE_QUEUED_AS, EDGE_FORWARDED, EDGE_NOTIFICATION, EDGE_FILTER };

/* A turn of a message in the queue, where its fragment does not tell it: the first of a kind
 * counts, of holds and releases each. */
enum turn_kind { TURN_ARRIVED, TURN_DEFERRED, TURN_HELD, TURN_RELEASED };
struct turn {
    struct moment when; /* of the line */
    uint32_t fragment;
    uint32_t kind_and_seconds; /* enum turn_kind in two bits; TURN_ARRIVED: how long before that */
};

/* A message of this host that came out of another. */
struct edge {
    uint32_t parent_fragment; /* NO_FRAGMENT: by parent_id */
    uint32_t parent_id, child_id;
    uint32_t host, relay_ip, relay_name;
    uint8_t kind, relay, reason;
    struct moment when;
};

struct connection {
    uint64_t key;
    uint32_t host, program, pid;
    uint32_t ip, client_name, user;
    struct moment first, last;
    struct place place, last_place;
    uint32_t auth_ok, auth_total, mails, submits;
    uint32_t epoch, next_of_key;
    uint32_t front;     /* pid of the front end's session that this one continues, 0 */
    uint32_t continues; /* 1 + index of that session's connection; set by fronts_settle */
    uint8_t first_kind, last_kind; /* enum event_kind: CONNECT, DISCONNECT or NOTE for all else */
    bool has_stats, first_of_key;
    bool by_refusal; /* user is known from a refusal alone */
    bool apart;      /* user is known from a line of its own: the messages' lines do not name it */
    bool told_ip;    /* ip is what another log says of the client of a proxy */
};

/* A submission that a filter in front of the queue handed on under another client's name. */
struct proxied {
    struct moment when;
    struct place place;
    uint32_t host, program, pid, child_id;
};

/* A message that webmail or a mailbox server handed to the MTA. */
struct handed {
    struct moment when;
    struct place place;
    uint64_t message_id; /* hash as in struct fragment, 0 */
    uint32_t host, name, ip, relay, queue_id, session;
    uint32_t server_ip; /* the peer that the MTA saw, once that is known */
    uint32_t fragment;  /* 1 + index of what it became, 0 */
};

enum failure_origin { FAILED_MTA, FAILED_AUTH, FAILED_SESSION };

struct failure {
    struct moment when;
    struct place place;
    uint32_t name, ip, client_name, host, session, program, pid;
    uint32_t count;
    uint8_t origin, service; /* enum failure_origin, enum login_service */
};

struct access { /* a login that its server logs as such */
    struct moment when;
    struct place place;
    uint32_t name, ip, server_ip, host, session, program;
    uint8_t service;
    bool told;        /* by another login or session, too */
    uint32_t connection; /* 1 + index of that session, 0 */
};

struct logout {
    struct moment when;
    uint32_t session, host;
    uint64_t bytes_out;
};

struct refused {
    struct moment when;
    struct place place;
    uint32_t ip, client_name, name, sender, sender_domain, host, program, pid, count;
    uint32_t queue_id;
    uint32_t own_domain; /* of a recipient that this server says it would have to know */
    uint8_t reason;
    bool no_queue, recipient, message; /* which: a RCPT command, or MAIL, DATA, the end of data */
};

struct blocked { /* replies of one kind from one remote party */
    struct moment first, last;
    uint64_t replies;
    uint32_t host, provider, sample;
    uint8_t reason;
};

struct operated {
    struct moment when;
    struct place place;
    uint64_t count;
    uint32_t host;
    uint8_t act;
};

/* What a listing of the queue holds. */
struct listed_queue {
    uint64_t messages, active, deferred, held, incoming, corrupt;
    uint32_t input;
    uint32_t reason_above; /* while folding: the reason that stands above, 0 */
    uint8_t reason;        /* enum reason of that */
    bool sizes_only;       /* it names no message */
};

struct listed_message {
    uint32_t queue_id, sender, input;
    uint32_t recipients;
};

struct listed_reason { /* why recipients wait; one of a reason and an input */
    uint64_t recipients;
    uint32_t sample, input;
    uint8_t reason;
};

/* A host: its clock, and its last line, which is what "last message repeated" repeats. */
struct host_fact {
    uint32_t name;
    uint32_t
        newest_run; /* 1 + index into runs; older ones of this host follow by clock_run.older */
    uint8_t kind;   /* EVENT_AUTH_FAILED, EVENT_REJECT, else nothing to repeat */
    uint32_t index; /* into failures or refused */
    uint32_t left_repeat; /* repetitions at the left edge, of a line not in this store */
    bool seen;            /* any line since the left edge */
};

/* A local program called the MTA. */
struct invocation {
    struct moment when;
    struct place place;
    uint32_t host, pid, folder;
};

/* Some of the text of a line that came in parts and is not whole yet. */
enum { PIECES_MAX = 1024 }; /* in a store */
struct piece {
    struct moment when;
    struct place place;
    uint32_t host, program, pid, epoch;
    uint16_t part, parts, bytes;
    bool opens, closes; /* begins its part, ends it */
    bool line_end;      /* behind it */
    char text[960];
};

struct program_count {
    uint32_t name;
    uint64_t lines;
};

struct input_fact {
    uint64_t lines, recognised, other_program, unrecognised, duplicates;
    uint32_t formats, parsers;
};

/* clang-format off */
#define STORE_ARRAYS(X) \
    X(clock_run, runs, run) \
    X(fragment, fragments, fragment) \
    X(recipient, recipients, recipient) \
    X(edge, edges, edge) \
    X(turn, turns, turn) \
    X(connection, connections, connection) \
    X(failure, failures, failure) \
    X(access, accesses, access) \
    X(logout, logouts, logout) \
    X(refused, refusals, refused) \
    X(blocked, blocks, blocked) \
    X(operated, operations, operated) \
    X(host_fact, hosts, host) \
    X(proxied, proxied_list, proxied) \
    X(handed, handed_list, handed) \
    X(piece, pieces, piece) \
    X(invocation, invocations, invocation) \
    X(program_count, programs, program) \
    X(digest, digests, digest) \
    X(input_fact, inputs, input) \
    X(listed_queue, listed_queues, listed_queue) X(listed_message, listed_messages, listed_message) \
    X(listed_reason, listed_reasons, listed_reason)
/* clang-format on */

struct store {
    struct intern intern;
    uint32_t *latest;     /* by intern id: newest fragment of that queue ID */
    uint32_t *program_of; /* by intern id: 1 + index into programs */
    uint32_t *host_of;    /* by intern id: 1 + index into hosts */
    uint32_t by_id_capacity;
    uint32_t *connection_slots; /* hash of (host, program, pid) -> 1 + index of the newest */
    uint32_t connection_mask, connection_used;
    uint32_t epoch;
    uint64_t line_base; /* lines folded so far */
    const struct matcher *matcher; /* for lines in parts; without it they stay apart */
    struct stitcher *stitcher;     /* own, made when first needed */
#define X(type, array, name)                                                                       \
    struct type *array;                                                                            \
    uint32_t name##_count, name##_capacity;
    STORE_ARRAYS(X)
#undef X
};

/* A store of one input (number 0 in it); the seed is that of the batches it will fold. */
void store_init(struct store *store, uint64_t seed);
void store_free(struct store *store);
void store_fold(struct store *store, const struct block *block);
/* Puts b behind a: a becomes the store of both, b is emptied. */
void store_join(struct store *a, struct store *b);

/* Nothing follows: lines of which parts are missing are taken for what they have. */
void store_end(struct store *store);

/* Every fact of host `from` becomes one of host `to`; nothing happens if there is no such host. */
void store_rename_host(struct store *store, struct str from, struct str to);

/* How many messages that a leaves open go on in b: tells which of two parts of one second comes
 * first. */
uint32_t store_continues(const struct store *a, const struct store *b);

/* b - a, across runs too. */
int64_t moment_delta(const struct store *store, struct moment a, struct moment b);

#endif
