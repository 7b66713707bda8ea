/* The seam between a log system and the engine. A parser is pure: a line and a read-only context
 * in, an event out; no allocation, no clock, no I/O, no state. Adding one is a file, a line in
 * registry.c, a word in meson.build, a case. */
#ifndef POSTMORTEM_PARSER_H
#define POSTMORTEM_PARSER_H

#include <stdbool.h>
#include <stdint.h>

#include "columns.h"
#include "event.h"
#include "str.h"

/* What stands above or before the text of a line. */
struct context {
    struct str host;    /* empty if the line names none */
    struct str program; /* tag without [pid]: "postfix/submission/smtpd", "amavis" */
    uint16_t daemon;    /* what the parser's own owns() returned for this program */
    uint32_t pid;       /* 0 if none */
    const struct columns *columns; /* of a file that is a table: the header above; never NULL */
};

/* A regular expression over event.free_text, compiled with all others into one Hyperscan database.
 */
struct pattern {
    const char *regex; /* PCRE subset of Hyperscan; matched without regard to case */
    uint8_t reason;    /* enum reason */
};

/* What is known about a program's lines. */
enum ownership {
    OWNS_NOT, /* not mine */
    OWNS,     /* mine; *ret_daemon says which */
};

struct parser {
    const char *name;
    /* Is this program's output mine? Called once per distinct program, so it may be slow. */
    enum ownership (*owns)(struct str program, uint16_t *ret_daemon);
    /* False means "no line kind of mine", never "broken": the line is then unrecognised, and *out
       is not read. A line cut short by syslog is recognised by what is there, with out->cut set.
       *out comes uninitialised: event_begin first. */
    bool (*parse)(struct str text, const struct context *context, struct event *out);
    const struct pattern *patterns; /* up to one with regex NULL; lowest index wins; may be NULL */
    bool hides_logins;              /* unless told to, it logs no login that sends nothing */
};

extern const struct parser
    *const parsers[]; /* NULL-terminated; the first that owns a program has it */

/* Is this a program that is known to write no mail logs (kernel, sshd, cron, systemd ...)?
   Everything no parser owns and that is not mail software: true. A name that looks like mail
   software nobody here parses: false (its lines are unrecognised). */
bool program_is_other(struct str program);

#endif
