/* The two kinds of subjects, as objects of report.json and as lines of jsonl. */
#ifndef POSTMORTEM_JSON_PARTS_H
#define POSTMORTEM_JSON_PARTS_H

#include "finding.h"
#include "json_writer.h"
#include "report_words.h"

/* Members only: begin and end of the object are the caller's. */
void json_account(struct json *json, const struct account_report *account);
void json_finding(struct json *json, const struct finding *finding);

/* "messages" to "messages_refused"; basis is the value of recipients_basis, left out if NULL. */
void json_counts(struct json *json, const struct counts *counts, const char *basis);
void json_refs(struct json *json, const struct ref *refs, uint32_t count);

/* Members of the report: groups of accounts, and what would have contained them. */
void json_campaigns(struct json *json, const struct report *report);
void json_prevention(struct json *json, const struct report *report);

/* Member "kept" of a report with facts, or of one that kept them (kept.h). */
void json_kept(struct json *json, const struct report *report);

#endif
