/* The folder evidence/ of a case: what the second pass over the logs finds of each accused account.
 */
#ifndef POSTMORTEM_EVIDENCE_H
#define POSTMORTEM_EVIDENCE_H

#include "case.h"
#include "evidence_lines.h"
#include "settings.h"

struct evidence_files;

/* wanted says how many lines are kept of each account. folder and root, the folder within it, are
 * borrowed and must outlive it. */
struct evidence_files *evidence_files_new(struct case_folder *folder, const char *root,
                                          enum evidence_wanted wanted);
/* Files of one more account; their number counts from 0. */
bool evidence_files_begin(struct evidence_files *files, struct str account, struct err *err);
/* Lines come in any order of accounts, each account's in the order of the logs. */
void evidence_files_add(struct evidence_files *files, size_t account,
                        const struct evidence_line *line);
/* False if any line was lost. Frees in either case. */
bool evidence_files_end(struct evidence_files *files, struct err *err);

#endif
