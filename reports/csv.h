/* Tables of comma-separated values: RFC 4180 with "\n" as the line end, a header line, one record a
 * line, empty for unknown. */
#ifndef POSTMORTEM_CSV_H
#define POSTMORTEM_CSV_H

#include "finding.h"
#include "out.h"

struct csv {
    struct out *out;
    bool filled; /* the record has a cell */
};

void csv_str(struct csv *csv, struct str value);
void csv_text(struct csv *csv, const char *value); /* NULL: empty */
void csv_number(struct csv *csv, uint64_t value);
void csv_when(struct csv *csv, struct when value);
void csv_end(struct csv *csv);

/* accounts.csv: all accounts. sources.csv: of the accounts at watch or above, and of the findings.
 * messages.csv: every message of the accounts at watch or above and of the findings' principals;
 * its first column is the queue ID to hold where the message is an intruder's and still queued, so
 * that a shell can cut it out. */
void csv_accounts(const struct report *report, struct out *out);
void csv_sources(const struct report *report, struct out *out);
void csv_messages(const struct report *report, struct out *out);

#endif
