/* The whole life of chosen messages: over hops, filters and hosts, each with its lines in order. */
#ifndef POSTMORTEM_TRACE_H
#define POSTMORTEM_TRACE_H

#include "columns.h"
#include "run.h"

/* How a hop came about. */
enum trace_link {
    TRACE_ENTERED,
    TRACE_QUEUED_AS,
    TRACE_FORWARDED,
    TRACE_NOTIFICATION,
    TRACE_FILTER
};

struct trace_hop {
    struct str queue_id, host;
    uint8_t link;    /* enum trace_link */
    uint32_t parent; /* index among the hops; of TRACE_ENTERED its own */
};

struct trace_recipient {
    struct str address; /* ptr NULL: its lines are not in the logs */
    struct str domain;
    uint8_t settled, reason;
};

struct trace_line {
    struct when when;
    struct place place;
    const char *path, *member; /* member NULL: the file itself */
    struct str line;
    struct columns columns; /* of a table: the header above */
    uint32_t hop;
};

struct traced {
    struct str account; /* or "uid:33@mx1", "net:IP", "anon:IP"; ptr NULL: mail that came in */
    struct str ip, client_name, sender, message_id; /* ptr NULL: not logged */
    uint64_t size;                                  /* 0: not logged */
    struct when first, last;
    const struct trace_hop *hops; /* the first is where it entered */
    uint32_t hop_count;
    const struct trace_recipient *recipients;
    uint32_t recipient_count;
    uint32_t unnamed; /* recipients never tried by name, all in one state */
    uint8_t unnamed_settled;
    const struct trace_line *lines; /* in the order of time */
    uint32_t line_count;
};

struct trace_result {
    uint64_t messages; /* in the logs: matched or not; 0: not counted */
    uint64_t matched;
    unsigned readings;     /* of the inputs, for their lines alone; 0: they were read whole */
    const char *why_whole; /* readings 0: why */
};

/* The filters are settings->trace, accounts, since and until. message is called once for each that
 * matches, in the order of time; what it gets lives as long as the run. False ends it. RUN_FAILED:
 * err says why. */
enum run_state run_trace(struct run *run, bool (*message)(void *user, const struct traced *traced),
                         void *user, struct trace_result *ret, struct err *err);

#endif
