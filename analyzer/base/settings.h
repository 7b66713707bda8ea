/* What the operator asked for and knows. Filled by the command line, read-only for everybody else.
 */
#ifndef POSTMORTEM_SETTINGS_H
#define POSTMORTEM_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ip.h"
#include "stamp.h"
#include "str.h"

struct peers;

enum output_format { FORMAT_TEXT, FORMAT_JSON, FORMAT_JSONL, FORMAT_CSV };
enum evidence_wanted { EVIDENCE_ALL, EVIDENCE_SAMPLES, EVIDENCE_NONE };
enum when_shown { SHOW_AUTO, SHOW_ALWAYS, SHOW_NEVER };
enum pseudonymise {
    PSEUDONYMISE_VICTIMS,
    PSEUDONYMISE_NONE,
    PSEUDONYMISE_RECIPIENTS,
    PSEUDONYMISE_ALL_BUT_ATTACKER
};
enum expectation { EXPECT_BULK, EXPECT_DEVICE, EXPECT_FORWARDER };

/* "[GLOB=]VALUE" or "KEY=VALUE" of a repeatable option; glob or key is NULL where left out. */
struct pair {
    const char *key, *value;
};

struct list {
    const char **items;
    size_t count;
};

struct pairs {
    struct pair *items;
    size_t count;
};

/* --since, --until: a time with a zone, a wall-clock time in the log's zone, or a span back from
 * the end of the log. */
struct time_limit {
    enum { LIMIT_NONE, LIMIT_UTC, LIMIT_WALL, LIMIT_BACK } kind;
    int64_t usec;
    bool whole_day; /* a date alone: as an end, the end of that day */
};

struct settings {
    struct list paths;      /* as given, "-" included */
    struct list shown_paths; /* verify: what each of paths is called in the reports; empty: itself */
    bool silent;             /* verify: no report on standard output */
    const char *sandbox;     /* what holds, in words; NULL: not entered yet */
    const char *output_dir; /* NULL: no case folder */
    bool clobber, quiet, no_history, no_sandbox;
    int verbose;
    enum output_format format;
    enum evidence_wanted evidence;
    enum when_shown progress, color;
    struct time_limit since, until;
    struct list accounts, exclude, local_domains;
    struct pairs hosts;      /* key: host name, value: glob of inputs */
    struct pairs timezones;  /* key: glob or NULL */
    struct pairs identities; /* key: account, value: address */
    struct list geoip;       /* databases, read by content */
    struct pairs lists;      /* key: name, value: file of networks */
    struct pairs realms;     /* key: realm name, value: host,host */
    struct {
        const char *account;
        enum expectation kind;
    } * expect;
    size_t expect_count;
    struct cidr *trusted_nets;
    size_t trusted_net_count;
    int year;              /* 0: not given */
    unsigned threads;      /* 0: what the machine allows */
    uint64_t memory_bytes; /* 0: default */
    const char *temp_dir;  /* NULL: $TMPDIR or /tmp */
    const char *psl_file, *case_id, *operator_name, *reporter_org, *reporter_email, *server_ip,
        *actions_file;
    enum pseudonymise pseudonymise; /* of abuse reports */
    const char *pseudonym_key;      /* NULL: beside the case folder */
    struct list abuse_contacts;
    const char *stats_file, *unrecognised_file, *events_file;
    const char *save_segment, *cache_dir; /* NULL: none */
    const struct peers *peers;            /* processes that share the inputs out; NULL: alone */
    bool local_inputs;                    /* each of them has its own list of paths */
    int top;            /* rows per table, 0: all; default 8 */
    int fail_on;        /* enum verdict, VERDICT_NONE (0): never */
    struct pairs given; /* every option that was set, in the order of the table: long name and value
                           as given ("true" of a flag) */
    struct pairs
        given_result; /* those of them that bear on the result (run.options of report.json) */
    struct {
        struct list queue_ids, message_ids, senders, recipients, ips;
        bool raw;
        bool whole; /* for tests: not the short way */
    } trace; /* with accounts, since and until */
    /* For tests and benches, not in --help. */
    size_t block_bytes; /* 0: default */
};

#endif
