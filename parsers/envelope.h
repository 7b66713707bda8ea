/* What every line of every system has in front: wrappings (docker, CRI, grep -H, JSON), time, host,
 * program, pid. */
#ifndef POSTMORTEM_ENVELOPE_H
#define POSTMORTEM_ENVELOPE_H

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "stamp.h"
#include "str.h"

#define ENVELOPES(X)                                                                               \
    X(ENVELOPE_NONE, "none")       /* no envelope was found: not a log line */                     \
    X(ENVELOPE_RFC3164, "rfc3164") /* Nov 22 16:22:34 host tag[pid]: text, all its day paddings,   \
                                      BSD and Solaris forms */                                     \
    X(ENVELOPE_RFC3164_NOHOST, "rfc3164-nohost")                                                   \
    X(ENVELOPE_RFC5424, "rfc5424")                                                                 \
    X(ENVELOPE_ISO8601, "iso8601") /* rsyslog's file format, journalctl short-iso */               \
    X(ENVELOPE_JOURNAL_JSON, "journal-json")                                                       \
    X(ENVELOPE_JOURNAL_SHORT, "journal-short") /* short-full, short-unix, short-monotonic */       \
    X(ENVELOPE_DOVECOT,                                                                            \
      "dovecot") /* Dovecot's log_path: Nov 22 16:22:34 imap-login: Info: text */                  \
    X(ENVELOPE_ZIMBRA, "zimbra") /* mailbox.log, audit.log: 2026-11-22 16:22:34,762 INFO [...] */     \
    X(ENVELOPE_NGINX, "nginx")         /* 2026/11/22 16:22:34 [info] 8#8: *1 text */                 \
    X(ENVELOPE_ROUNDCUBE, "roundcube") /* [22-Nov-2026 16:22:34 +0000]: <session> text */          \
    X(ENVELOPE_HORDE, "horde")         /* 2026-11-22T16:22:34+00:00 NOTICE: HORDE [imp] text */    \
    X(ENVELOPE_BARE,                                                                               \
      "bare") /* tag[pid]: text without time: docker's logs of a syslog-less daemon */            \
    X(ENVELOPE_LISTING, "queue-listing") /* what a queue holds (listing.h) */ \
    X(ENVELOPE_EXCHANGE, "exchange") /* rows of comma-separated values (columns.h) */           \
    X(ENVELOPE_EXIM, "exim") /* mainlog, rejectlog: 2026-11-22 16:22:34 text */ \
    X(ENVELOPE_FILTER, "filter") /* own files of rspamd, cbpolicyd, iRedAPD, mailcow, Mailu */ \
    X(ENVELOPE_QMAIL, "qmail") /* multilog: @4000000065a1b2c3075bcd15 text */

#define X(name, text) name,
enum envelope_format { ENVELOPES(X) ENVELOPE_COUNT };
#undef X

struct envelope {
    uint8_t format;     /* enum envelope_format */
    struct stamp stamp; /* kind STAMP_NONE if there is none */
    struct str host;    /* empty if none */
    struct str program; /* tag without [pid] and colon; empty if none */
    uint32_t pid;
    struct str text;   /* what the program wrote */
    struct str body;   /* the line without its wrapping: what makes two lines the same line */
    uint64_t repeated; /* occurrences beyond this line's own: from "message repeated N times: [ text
                          ]" N - 1, for that line stands for N occurrences besides the line logged
                          before it (text is then unwrapped); for "last message repeated N times"
                          repeats_last is set and repeated is N */
    bool repeats_last;
    bool separator; /* a line of the log writer itself ("-- Boot ... --"): recognised, no event */
};

const char *envelope_name(enum envelope_format format);

/* Takes a line (without its line end) apart. Slices point into line, or into scratch where the text
   had to be decoded (JSON escapes, #011, byte arrays). A pure function of the line. False: no
   envelope; ret->body is set, format is ENVELOPE_NONE. Octal escapes (#011) and control bytes stay
   in text as they are; a carriage return or NULs at the end are no part of the line. Program is
   "dovecot" for every line of ENVELOPE_DOVECOT, and their text is what syslog would show. */
bool envelope_parse(struct str line, struct arena *scratch, struct envelope *ret);

#endif
