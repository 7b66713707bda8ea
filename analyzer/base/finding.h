/* Third waist: what was concluded, with its evidence. All that detectors and reports share: the
 * model behind report.json (contract, section 3). Everything lives in one arena and is read-only
 * for the reports. Numbers that may be unknown are int64_t with UNKNOWN. */
#ifndef POSTMORTEM_FINDING_H
#define POSTMORTEM_FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event.h"
#include "record.h"
#include "stamp.h"
#include "str.h"

enum { UNKNOWN = -1 }; /* null in JSON, "unknown" in text */

#define VERDICTS(X)                                                                                \
    X(VERDICT_NONE, "none")                                                                        \
    X(VERDICT_WATCH, "watch")                                                                      \
    X(VERDICT_SUSPICIOUS, "suspicious") X(VERDICT_LIKELY, "likely")                                \
        X(VERDICT_CONFIRMED, "confirmed")
#define ROLES(X)                                                                                   \
    X(ROLE_ATTACKER, "attacker")                                                                   \
    X(ROLE_UNCLEAR, "unclear") X(ROLE_OWNER, "owner") X(ROLE_INFRASTRUCTURE, "infrastructure")
#define CLASSES(X)                                                                                 \
    X(CLASS_ACCOUNT, "compromised-account")                                                        \
    X(CLASS_OPEN_RELAY, "open-relay")                                                              \
    X(CLASS_LOCAL_INJECTION, "local-injection") X(CLASS_INFECTED_HOST, "infected-host")            \
        X(CLASS_JOE_JOB, "joe-job") X(CLASS_BULK_SENDER, "bulk-sender")                            \
            X(CLASS_CREDENTIAL_ATTACK, "credential-attack")                                        \
                X(CLASS_MAILBOX_ACCESS, "mailbox-access") X(CLASS_BACKSCATTER, "backscatter")      \
                    X(CLASS_HIDDEN_SOURCE, "hidden-source") X(CLASS_NONE, "none")
#define X(name, text) name,
enum verdict { VERDICTS(X) VERDICT_COUNT };
enum role { ROLES(X) ROLE_COUNT };
enum finding_class { CLASSES(X) CLASS_COUNT };
#undef X

/* What an address did to the account, as a set. */
enum { DID_GUESS = 1, DID_CHECK = 2, DID_READ = 4, DID_SEND = 8 };

struct ref {
    struct place place;
    bool has_digest;
    uint8_t sha256[32]; /* these two are filled by the second pass */
    struct str text;    /* the line, secrets and all; ptr NULL: not read, or one too many */
    bool gone; /* its log is in a saved segment alone: of the first one, if no other is left */
};

enum { REFS_MAX = 3, EVIDENCE_TEXT_MAX = 400 };

struct evidence {
    const char *id; /* "F-02"; static */
    char family;    /* 'F' */
    bool against;
    int weight_tenths; /* as it counts in the sum, in tenths of a deciban; negative if against */
    const char *text;  /* figure and baseline, one sentence, UTF-8 not guaranteed: sinks escape */
    struct ref refs[REFS_MAX];
    uint32_t ref_count;
};

struct counts {
    uint64_t messages, recipients;
    uint64_t settled[SETTLED_COUNT];
    uint64_t maybe_removed, rejected, messages_refused, logins, login_failures;
};

struct window { /* each usec TIME_NONE if it did not happen or is not known */
    struct when guess, access, test, abuse, peak, last_accept, containment, last_try;
    bool left_censored;
};

struct source_report {
    struct str ip, ptr;  /* ptr.ptr NULL if unknown */
    uint8_t role;        /* enum role */
    uint8_t did;         /* DID_* */
    const char *country; /* NULL: unknown */
    int64_t asn;         /* UNKNOWN */
    const char *const *lists; /* names of those of --list that hold it; NULL: no list was given */
    uint32_t list_count;
    struct when first, last;
    uint64_t logins, login_failures, messages, recipients, forged_domains;
    const struct str *other_accounts; /* accused ones that this address touched */
    uint32_t other_account_count, other_accounts_total;
};

struct forged_domain {
    struct str domain;
    uint64_t addresses, messages, recipients;
    struct when first, last;
};

struct mailbox {
    int opened;           /* 0, 1, UNKNOWN: no log of mailbox logins */
    const char *protocol; /* "imap", "pop3"; NULL */
    struct when first, last;
    const struct str *sources;
    uint32_t source_count;
};

struct account_report {
    struct str name;
    const struct str *login_names;
    uint32_t login_name_count;
    uint32_t principal;                /* index into facts.principals */
    uint8_t verdict, class;            /* enum verdict, enum finding_class */
    bool named;                        /* reported on because --account asked for it */
    int ongoing;                       /* 0, 1, UNKNOWN */
    int score_tenths, evidence_tenths; /* score includes the prior */
    const char *const *todo;
    uint32_t todo_count;
    struct counts counts;
    const char *recipients_basis; /* "original" or "expanded" */
    struct mailbox mailbox;
    struct counts foreign; /* the attackers' slice alone */
    struct window window;
    const struct source_report *sources; /* attackers first, then by messages, then by address */
    uint32_t source_count;
    const struct forged_domain *forged_domains; /* most messages first, then by name */
    uint32_t forged_domain_count;
    const struct evidence *evidence; /* for, strongest first, then against */
    uint32_t evidence_count;
    int64_t campaign;         /* id or UNKNOWN */
    const char *would_change; /* what would change the verdict; NULL */
};

struct finding_account {
    struct str account; /* ptr NULL: not named by the log */
    bool opened;        /* else only tried */
    struct str source;
    struct when time;
};

struct finding {
    uint8_t class, verdict;
    struct str principal;     /* ptr NULL if there is no single one */
    uint32_t principal_index; /* into facts.principals, or PRINCIPAL_UNKNOWN */
    struct window window;
    const struct source_report *sources;
    uint32_t source_count;
    struct counts counts;
    const struct forged_domain *forged_domains;
    uint32_t forged_domain_count;
    const struct finding_account *accounts;
    uint32_t account_count;
    const struct str *candidates;
    uint32_t candidate_count;
    uint32_t unrefused_count; /* candidates that no line shows refused there: the first ones */
    const struct evidence *evidence;
    uint32_t evidence_count;
    const char *script; /* folder of a script, local injection; NULL */
};

struct cleared {
    struct str account;
    const char *why;
};

struct timeline_entry {
    struct when time;
    struct str actor;
    const char *what;
    struct ref refs[REFS_MAX];
    uint32_t ref_count;
};

struct reputation {
    struct str host, provider, sample;
    const char *kind; /* reason_name */
    struct when first, last;
    uint64_t replies;
    struct str burst; /* who sent most spam in the hour up to first; ptr NULL: nobody */
    uint64_t burst_recipients;
};

/* Accused accounts that fell to the same hands. */
struct campaign {
    int64_t id;                                             /* from 1, in order of first */
    const struct str *accounts, *sources, *forged_domains; /* by text; sources: attackers' alone */
    uint32_t account_count, source_count, forged_domain_count;
    struct when first, last;
    const struct str *order; /* the accounts, first taken first */
};

/* A limit on the recipients of one login within a sliding window. Stopped: recipients. */
struct limit {
    uint32_t window_hours;
    uint64_t recipients;     /* no account that is not accused ever had more */
    uint64_t spam_stopped;   /* of the accused, of foreign.recipients */
    uint64_t benign_stopped; /* of mail that is no attacker's: the owners' of accused accounts */
};

struct program_lines {
    struct str name;
    uint64_t lines;
};

struct gap_report {
    struct str host;
    struct when from, to;
};

/* Two clocks that stand apart. */
struct clock_skew {
    struct str host, behind; /* host shows this much less than behind */
    uint32_t seconds, pairs; /* pairs: events that both logged */
};

struct input_report {
    const char *path, *member; /* member NULL: the file itself */
    uint64_t bytes, lines, recognised;
    bool top_level, has_digest; /* sha256 of the path as received */
    uint8_t sha256[32];
    const uint8_t *path_sha256; /* the same for members too; NULL: not known */
    struct when first, last;
    const char *const *formats;
    uint32_t format_count;
    const char *damage; /* NULL: none */
    bool holds_log, named;
    const char *year_rule, *zone_rule; /* how they were settled; NULL without a log */
    uint64_t duplicates;               /* lines left out because another input has them */
};

struct kept;

/* Everything a report may print. */
struct queue_part {
    struct str name;
    struct str sample; /* of a reason: what was said first */
    uint64_t messages, recipients;
};

/* A listing of a queue: what was in it at some moment. */
struct queue_listing {
    const char *input, *member;
    bool sizes_only; /* it names no message */
    uint64_t messages, recipients, active, deferred, held, incoming, corrupt;
    const struct queue_part *accounts, *senders, *reasons; /* largest first, at most 50 */
    uint32_t account_count, sender_count, reason_count;
};

/* What the queue held at the end of the log. */
struct queue_share {
    uint64_t open, theirs; /* messages still in it */
    bool maybe_removed;    /* an operator may have deleted some of them since */
};

struct report {
    const char *tool_version;
    int model;
    const char *const *options; /* pairs name, value: those that can change the result */
    uint32_t option_count;
    const char *const *assumptions;
    uint32_t assumption_count;
    const struct input_report *inputs;
    uint32_t input_count;
    struct {
        uint64_t lines, recognised, other_program, unrecognised, duplicates;
        const struct program_lines *programs; /* by name */
        uint32_t program_count;
        const struct gap_report *gaps;
        uint32_t gap_count;
        const struct clock_skew *skews; /* by host */
        uint32_t skew_count;
        const char *const *unobservable;
        uint32_t unobservable_count;
    } coverage;
    const char *systems; /* "mx1 (Postfix, Dovecot)" for the head of the text report */
    int ongoing;         /* 0, 1, UNKNOWN */
    struct when last_attacker_event, log_first, log_end;
    bool limited;             /* only what lies between since and until was counted */
    struct when since, until; /* TIME_NONE: no limit on that side */
    bool no_history;          /* what lies before since was dropped */
    bool zone_assumed, year_assumed, too_short;
    const char *year_zone;   /* sentence for line 3 of the text report */
    int zone_offset_minutes; /* of the log's wall clock, for printing times to people */
    const struct cleared *cleared;
    uint32_t cleared_count;
    struct {
        uint64_t inbound_messages, inbound_recipients, unattributed_messages,
            unattributed_recipients;
        struct counts submitted;
        uint64_t accounts, sources;
    } totals;
    const struct account_report *accounts; /* most suspect first, then by name */
    uint32_t account_count;
    const struct finding *findings;
    uint32_t finding_count;
    const struct reputation *reputation;
    uint32_t reputation_count;
    const struct campaign *campaigns;
    uint32_t campaign_count;
    const struct queue_depth *depth; /* as in struct facts */
    uint32_t depth_count;
    const struct limit *limits; /* none: nothing to stop, or no mail of others to spare */
    uint32_t limit_count;
    const struct timeline_entry *timeline;
    uint32_t timeline_count;
    const struct queue_listing *snapshots; /* in the order of inputs */
    uint32_t snapshot_count;
    const struct facts *facts; /* for messages.csv and queue-ids; NULL: read from a case folder */
    const struct queue_share *queue; /* for want of facts; NULL: unknown */
    const struct kept *kept; /* for want of facts: what else the case folder has; NULL: nothing */
    /* What only the text report and run.json say. */
    const char *case_dir;                /* NULL without -o */
    uint32_t abuse_ready, abuse_refused; /* reports in abuse/, and addresses without one */
    uint64_t elapsed_usec, bytes_read, bytes_log;
};

const char *verdict_name(enum verdict verdict);
const char *role_name(enum role role);
const char *class_name(enum finding_class class);

#endif
