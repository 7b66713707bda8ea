/* The files of a case folder that come from the report alone. */
#ifndef POSTMORTEM_CASE_PARTS_H
#define POSTMORTEM_CASE_PARTS_H

#include "case.h"

/* report.html, report.json, report.txt, accounts.csv, sources.csv, messages.csv, timeline.jsonl and
 * run.json. */
bool case_reports(struct case_folder *folder, const struct report *report,
                  const struct style *style, const struct run_info *run, struct err *err);

void run_json(const struct report *report, const struct run_info *run, struct out *out);

#endif
