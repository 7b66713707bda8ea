/* From the store of the whole log to facts: years and zones, re-injection, principals, outcomes. A
 * pure function of store, inputs, settings. */
#ifndef POSTMORTEM_SETTLE_H
#define POSTMORTEM_SETTLE_H

#include "settings.h"
#include "store.h"

/* A log as it was read: one file, or one member of an archive. */
struct member {
    void *run;                    /* whose it is */
    size_t path;                  /* index into the paths */
    unsigned index;               /* among the members of the path */
    const char *path_name, *name; /* name NULL: the file itself */
    int64_t modified_usec;
    bool named;
    uint64_t bytes;
    const char *damage;
    bool ended; /* with --cache: all of it is on its way */
    uint64_t folded_bytes;
    const struct segment_origin *origin; /* of what a saved segment held; NULL: its bytes are there */
    struct store store;
    struct host_rename {
        struct str from, to;
    } * renames; /* hosts that the store calls otherwise than the lines */
    uint32_t rename_count;
    struct input_fact summary; /* counts, kept when the store is joined to others */
    uint64_t duplicates;       /* lines that another input has too */
    const char *year_rule, *zone_rule;
    int64_t first_usec, last_usec; /* UTC; TIME_NONE without a time */
};

/* How a run of the clock becomes UTC. */
struct clock_map {
    int year;           /* of the run's start; 0 if the stamps have one */
    int32_t offset_sec; /* east of UTC, unless zone is set */
    const char *zone;   /* IANA name; NULL */
    bool assumed_zone, assumed_year;
    int64_t shift[2][2]; /* what turns a year-less stamp into UTC: in the first and second year, up
                            to and after Feb 29; 0: work it out */
};

struct settlement {
    struct arena arena;
    struct facts facts;
    const struct store *store;
    struct clock_map *clocks; /* by run */
    uint32_t *parents;        /* by fragment: the fragment it came out of, NO_FRAGMENT */
    uint8_t *parent_kinds;    /* enum edge_kind of that */
    uint32_t *roots;          /* by fragment: first of its chain */
    uint32_t *principal_of;   /* by fragment: of the root; PRINCIPAL_UNKNOWN */
    uint32_t *principal_of_connection;
};

/* Years and zones of the runs of one or of all stores. */
struct clock_rules {
    struct arena *arena;
    const struct settings *settings;
};

/* maps[i] for every run of every member; filled for all members together, since one dates the
 * other. */
void clocks_settle(struct clock_rules *rules, struct member *members, size_t count,
                   struct clock_map **maps);
int64_t clock_utc(const struct clock_map *map, const struct clock_run *run, int64_t usec);
/* Minutes east of UTC at a moment, of a zone as --timezone takes it. */
int zone_minutes(const char *zone, int64_t utc_usec);

/* May both name one host? A domain may be left out, not differ. */
bool host_names_fit(struct str a, struct str b);

/* Gives what a service with a syslog_name of its own logged (postfix-submission/smtpd) to the
 * messages of the queue manager it works for. */
void instances_settle(struct store *store);
/* Gives the login and the address of a session whose mail went through a filter in front of the
 * queue to the message that came of it. */
void proxied_settle(struct store *store);
/* Gives the login, and the client, that a server logs for a session alone to what the session did:
 * messages, failed logins, refusals. */
void inherit_settle(struct store *store);
/* Drops the second copy of what Exim says twice in syslog. */
void twice_settle(struct store *store);

/* Sessions of a front end and of the server behind it are one: the login counts once, and is that
 * of what the server behind accepted. */
void fronts_settle(struct store *store);
/* A filter that answers with its session's id, and logs under that id what it queued (Proxmox):
 * joins the two. */
void filter_sessions_settle(struct store *store);

/* Takes nothing from the store, but adds the names it makes to the store's strings, which are those
 * of the facts; settlement_free gives everything else back. maps are those of the joined store's
 * runs. */
void settle(struct settlement *ret, struct store *store, struct clock_map *maps,
            const struct settings *settings);
void settlement_free(struct settlement *settlement);
int64_t settlement_utc(const struct settlement *settlement, struct moment when);

#endif
