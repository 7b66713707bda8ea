/* abuse/ of a case folder: one report for each address that attacked, in the form its network
 * processes. Nothing is ever sent, and nothing is claimed that the log did not show. */
#ifndef POSTMORTEM_ABUSE_H
#define POSTMORTEM_ABUSE_H

#include "arena.h"
#include "case.h"
#include "event.h"
#include "finding.h"

struct abuse;
struct settings;

/* Where the key of the pseudonyms is: --pseudonym-key, else beside the case folder, never in it:
 * whoever gets the folder must not get the key. */
const char *abuse_key_path(const struct settings *settings, const char *case_dir,
                           struct arena *arena);

/* A line of an address, as it stands in the log. */
struct abuse_line {
    struct str line, program;
    const char *what; /* kind of line; NULL if it was not understood */
    uint8_t kind;     /* enum event_kind */
    const struct field *fields;
    uint32_t field_count;
};

/* Between first and second pass: decides which addresses get a report. folder, report and run are
 * borrowed and must outlive it. NULL with err if key or contacts cannot be read. */
struct abuse *abuse_begin(struct case_folder *folder, const struct report *report,
                          const struct run_info *run, struct err *err);
/* Addresses whose lines are wanted: those of a report, whether anybody reports or not. */
const struct str *abuse_sources(const struct abuse *abuse, size_t *ret_count);
/* In the order of the logs; source counts as abuse_sources does. */
void abuse_add(struct abuse *abuse, size_t source, const struct abuse_line *line);

struct abuse_counts {
    uint32_t ready, refused; /* reports, and addresses without one */
};
/* Writes the reports and abuse/index.csv. */
bool abuse_end(struct abuse *abuse, struct abuse_counts *ret, struct err *err);
/* NULL is allowed. */
void abuse_free(struct abuse *abuse);

#endif
