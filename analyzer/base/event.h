/* First waist: what one log line says. All that parsers and engine share; slices into the line, no
 * copies. */
#ifndef POSTMORTEM_EVENT_H
#define POSTMORTEM_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "stamp.h"
#include "str.h"

/* What an event does to the facts. X(enumerator). Lines that change nothing are EVENT_NOTE. */
/* clang-format off */
#define EVENT_KINDS(X) \
    X(EVENT_NOTE)         /* understood, of no consequence; with a queue ID it still belongs to that message */ \
    X(EVENT_CONNECT)      /* a client connected: CLIENT_NAME, CLIENT_IP */ \
    X(EVENT_DISCONNECT)   /* CLIENT_*, and what the session did: STAT_* as "ok" or "ok/total" */ \
    X(EVENT_SUBMIT)       /* queue ID given to a client's message: CLIENT_*, SASL_*, ORIG_QUEUE_ID, ORIG_CLIENT_* */ \
    X(EVENT_PICKUP)       /* queue ID given to a local message: UID, SENDER, ORIG_ID after postsuper -r */ \
    X(EVENT_MESSAGE_ID)   /* MESSAGE_ID */ \
    X(EVENT_HEADER)       /* a header line that a check logged: HEADER_NAME, HEADER_VALUE, ACTION */ \
    X(EVENT_QUEUED)       /* queue manager took it up: SENDER, SIZE, NRCPT */ \
    X(EVENT_DELIVERY)     /* one try for one recipient: RECIPIENT, ORIG_RECIPIENT, RELAY*, DSN, TEXT, QUEUED_AS; outcome */ \
    X(EVENT_EXPIRED)      /* given up, returned to sender: SENDER */ \
    X(EVENT_REMOVED)      /* left the queue */ \
    X(EVENT_DELETED)      /* an operator deleted it (postsuper) */ \
    X(EVENT_HELD)         /* put on hold, by rule or operator */ \
    X(EVENT_RELEASED)     /* released from hold */ \
    X(EVENT_REQUEUED)     /* an operator re-queued it: a new queue ID with ORIG_ID follows */ \
    X(EVENT_DSN)          /* CHILD is the queue ID of a notification about this message */ \
    X(EVENT_REJECT)       /* refused: STAGE, CODE, DSN, TEXT, CLIENT_*, SENDER, RECIPIENT, PROTO, HELO, SASL_USERNAME */ \
    X(EVENT_PROXIED)      /* a filter in front of the queue took the message of this connection: QUEUED_AS */ \
    X(EVENT_DISCARDED)    /* accepted and thrown away by a rule */ \
    X(EVENT_FILTERED)     /* a content filter's verdict: QUEUE_ID (parent), QUEUED_AS (child), CLIENT_IP, SENDER, RECIPIENT */ \
    X(EVENT_AUTH_FAILED)  /* a login failed: CLIENT_* or none, MECHANISM, SASL_USERNAME if logged, TEXT */ \
    X(EVENT_LOGIN)        /* a login succeeded on a server that says so: SASL_USERNAME, CLIENT_IP, SERVICE, SESSION */ \
    X(EVENT_HANDED)       /* webmail or a mailbox server gave a message to the MTA: SASL_USERNAME, CLIENT_IP, \
                             MESSAGE_ID, QUEUED_AS, SENDER, NRCPT, RELAY_NAME */ \
    X(EVENT_LOGOUT)       /* end of such a session: SESSION, BYTES_IN, BYTES_OUT */ \
    X(EVENT_OPERATOR)     /* an act on many messages at once, without ids: ACTION, COUNT */ \
    X(EVENT_NOTIFICATION) /* queue ID of a message the server itself made: SENDER, ORIG_QUEUE_ID of the one it tells of */ \
    X(EVENT_REPEAT)       /* the previous line of this host happened COUNT times more */ \
    X(EVENT_ACCEPTED)     /* SUBMIT and QUEUED in one line: the fields of both; UID for a local one */ \
    X(EVENT_AUTHENTICATED) /* the client of a connection logged in: CLIENT_*, SASL_USERNAME */ \
    X(EVENT_FRONTED)      /* this session goes on behind a front end: SESSION there, ORIG_CLIENT_IP */ \
    X(EVENT_EXPANDED)     /* RECIPIENT_LIST stands for ORIG_RECIPIENT from here on */ \
    X(EVENT_PART)         /* one of the parts that a long line came in: PART ("2/3"; "2\\3" where a line of it ends), TEXT */ \
    X(EVENT_INVOKED)      /* a local program calls the MTA to hand in a message: FOLDER it stands in, COMMAND */ \
    X(EVENT_IDENTIFIED)   /* UID of the local program that the message came from through a port */ \
    X(EVENT_LISTED)       /* of a listing of the queue: QUEUE_ID, SENDER, ACTION (its queue); or RECIPIENT or TEXT of it; or ACTION, COUNT */
/* clang-format on */

#define X(name) name,
enum event_kind { EVENT_KINDS(X) EVENT_KIND_COUNT };
#undef X

/* The place of a line in the life of its queue ID; what starts a generation of a re-used ID is
 * decided from two neighbours. */
enum generation_class {
    GENERATION_BODY,    /* anything else */
    GENERATION_START,   /* client=, uid= */
    GENERATION_HEAD,    /* cleanup's lines, which come between start and body */
    GENERATION_SELF_ID, /* message-id that holds its own queue ID: may start a message that has no
                           client= */
    GENERATION_END,     /* removed, deleted, refused at end of data */
};

/* What a delivery try, or a refusal, came to. */
/* clang-format off */
#define OUTCOMES(X) \
    X(OUTCOME_NONE, "none") \
    X(OUTCOME_SENT, "sent") \
    X(OUTCOME_DEFERRED, "deferred") \
    X(OUTCOME_BOUNCED, "bounced") \
    X(OUTCOME_EXPIRED, "expired") \
    X(OUTCOME_UNDELIVERABLE, "undeliverable") /* verification probe */ \
    X(OUTCOME_DELIVERABLE, "deliverable")     /* verification probe */
/* clang-format on */

#define X(name, text) name,
enum outcome { OUTCOMES(X) OUTCOME_COUNT };
#undef X

/* Why, as the remote server put it; set by the scan from the parsers' patterns. Order is
 * precedence. */
/* clang-format off */
#define REASONS(X) \
    X(REASON_NONE, "none") \
    X(REASON_SPAM, "spam")                 /* content called spam */ \
    X(REASON_BLOCKED, "blocked")           /* our address or domain is listed */ \
    X(REASON_USER_UNKNOWN, "user-unknown") \
    X(REASON_RATE, "rate")                 /* throttled */ \
    X(REASON_GREYLIST, "greylist") \
    X(REASON_MAILBOX_FULL, "mailbox-full") \
    X(REASON_AUTH_POLICY, "auth-policy")   /* SPF, DKIM, DMARC */ \
    X(REASON_NOT_OWNER, "not-owner")       /* our own: sender address not owned by the login */ \
    X(REASON_RELAY_DENIED, "relay-denied") \
    X(REASON_POLICY, "policy")             /* other policy, quota */ \
    X(REASON_UNREACHABLE, "unreachable")   /* network, DNS, TLS */ \
    X(REASON_OTHER, "other")
/* clang-format on */

#define X(name, text) name,
enum reason { REASONS(X) REASON_COUNT };
#undef X

/* Names of fields, as `explain` prints them. */
/* clang-format off */
#define FIELDS(X) \
    X(FIELD_QUEUE_ID, "queue_id") X(FIELD_CLIENT_NAME, "client_name") \
    X(FIELD_CLIENT_IP, "client_ip") X(FIELD_CLIENT_PORT, "client_port") \
    X(FIELD_SASL_METHOD, "sasl_method") X(FIELD_SASL_USERNAME, "sasl_username") \
    X(FIELD_SASL_SENDER, "sasl_sender") X(FIELD_ORIG_QUEUE_ID, "orig_queue_id") \
    X(FIELD_ORIG_CLIENT_NAME, "orig_client_name") X(FIELD_ORIG_CLIENT_IP, "orig_client_ip") \
    X(FIELD_ORIG_CLIENT_PORT, "orig_client_port") X(FIELD_ORIG_ID, "orig_id") \
    X(FIELD_UID, "uid") X(FIELD_SENDER, "sender") \
    X(FIELD_RECIPIENT, "recipient") X(FIELD_ORIG_RECIPIENT, "orig_recipient") \
    X(FIELD_SIZE, "size") X(FIELD_NRCPT, "nrcpt") \
    X(FIELD_MESSAGE_ID, "message_id") X(FIELD_RESENT_MESSAGE_ID, "resent_message_id") \
    X(FIELD_HEADER_NAME, "header_name") X(FIELD_HEADER_VALUE, "header_value") \
    X(FIELD_RELAY, "relay") X(FIELD_RELAY_NAME, "relay_name") \
    X(FIELD_RELAY_IP, "relay_ip") X(FIELD_RELAY_PORT, "relay_port") \
    X(FIELD_CONN_USE, "conn_use") X(FIELD_DELAY, "delay") \
    X(FIELD_DELAYS, "delays") X(FIELD_TLS_LEVEL, "tls") \
    X(FIELD_DSN, "dsn") X(FIELD_STATUS, "status") \
    X(FIELD_TEXT, "text") X(FIELD_QUEUED_AS, "queued_as") \
    X(FIELD_CHILD, "child_queue_id") X(FIELD_STAGE, "stage") \
    X(FIELD_ACTION, "action") X(FIELD_CODE, "code") \
    X(FIELD_PROTO, "proto") X(FIELD_HELO, "helo") \
    X(FIELD_MECHANISM, "mechanism") X(FIELD_COUNT_OF, "count") \
    X(FIELD_SERVICE, "service") X(FIELD_SESSION, "session") \
    X(FIELD_SERVER_IP, "server_ip") X(FIELD_SERVER_PORT, "server_port") \
    X(FIELD_BYTES_IN, "bytes_in") X(FIELD_BYTES_OUT, "bytes_out") \
    X(FIELD_MAILBOX, "mailbox") X(FIELD_TLS_PROTOCOL, "tls_protocol") \
    X(FIELD_TLS_CIPHER, "tls_cipher") X(FIELD_TLS_BITS, "tls_bits") \
    X(FIELD_RATE, "rate") X(FIELD_PEER, "peer") \
    X(FIELD_VERSION, "version") X(FIELD_ATTEMPTS, "attempts") \
    X(FIELD_SCORE, "score") X(FIELD_TESTS, "tests") \
    X(FIELD_MAIL_ID, "mail_id") X(FIELD_SUBJECT, "subject") \
    X(FIELD_FROM_HEADER, "from_header") X(FIELD_DKIM, "dkim") \
    X(FIELD_FLAGS, "flags") X(FIELD_SECONDS, "seconds") \
    X(FIELD_COMMAND, "command") X(FIELD_DETAIL, "detail") \
    X(FIELD_STAT_EHLO, "ehlo") X(FIELD_STAT_HELO, "helo_count") \
    X(FIELD_STAT_STARTTLS, "starttls") X(FIELD_STAT_AUTH, "auth") \
    X(FIELD_STAT_MAIL, "mail") X(FIELD_STAT_RCPT, "rcpt") \
    X(FIELD_STAT_DATA, "data") X(FIELD_STAT_BDAT, "bdat") \
    X(FIELD_STAT_OTHER, "other_commands") X(FIELD_STAT_COMMANDS, "commands") \
    X(FIELD_USER_AGENT, "user_agent") X(FIELD_PROTOCOL, "protocol") \
    X(FIELD_RECIPIENT_LIST, "recipient_list") /* addresses divided by semicolons or commas */ \
    X(FIELD_RECIPIENTS, "recipients") /* all addresses asked for, divided by blanks */ \
    X(FIELD_PART, "part") X(FIELD_FOLDER, "folder")
/* clang-format on */

#define X(name, text) name,
enum field_id { FIELDS(X) FIELD_COUNT };
#undef X

struct field {
    const char *ptr;
    uint32_t len;
    uint16_t id; /* enum field_id; an id may stand several times (recipients of one line) */
};

enum { EVENT_FIELDS_MAX = 48 };

struct event {
    const char *what;   /* name of the line kind, lower case with dashes ("client",
                           "tls-established"); static */
    uint8_t kind;       /* enum event_kind */
    uint8_t generation; /* enum generation_class; matters only with a queue ID */
    uint8_t outcome;    /* enum outcome */
    uint8_t reason;     /* enum reason; set by the scan, or by the parser where structure says it */
    bool cut;           /* the line ended before its grammar did */
    uint16_t field_count;
    struct str free_text; /* what the patterns of the parser are matched against; empty: nothing */
    struct field fields[EVENT_FIELDS_MAX];
};

const char *event_kind_name(enum event_kind kind); /* "SUBMIT" */
const char *outcome_name(enum outcome outcome);
const char *reason_name(enum reason reason);
const char *field_name(enum field_id id);

/* Makes *event an empty EVENT_NOTE called what; cheap: fields are left as they are. */
static inline void event_begin(struct event *event, enum event_kind kind, const char *what)
{
    event->what = what;
    event->kind = (uint8_t)kind;
    event->generation = GENERATION_BODY;
    event->outcome = OUTCOME_NONE;
    event->reason = REASON_NONE;
    event->cut = false;
    event->field_count = 0;
    event->free_text = (struct str){NULL, 0};
}

/* Appends a field; one that finds no room any more is dropped (and event->cut set). */
static inline void event_add(struct event *event, enum field_id id, struct str value)
{
    if (event->field_count == EVENT_FIELDS_MAX) {
        event->cut = true;
        return;
    }
    event->fields[event->field_count++] =
        (struct field){value.ptr, (uint32_t)value.len, (uint16_t)id};
}

/* Value of the first field with that id; ptr NULL if there is none (an empty value has a ptr). */
static inline struct str fields_get(const struct field *fields, unsigned count, enum field_id id)
{
    for (unsigned i = 0; i < count; i++)
        if (fields[i].id == id)
            return (struct str){fields[i].ptr, fields[i].len};
    return (struct str){NULL, 0};
}

static inline struct str event_get(const struct event *event, enum field_id id)
{
    return fields_get(event->fields, event->field_count, id);
}

#endif
