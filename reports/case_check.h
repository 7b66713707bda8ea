/* Is a case folder what it was when it was written? */
#ifndef POSTMORTEM_CASE_CHECK_H
#define POSTMORTEM_CASE_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

/* One call for each thing that is wrong: file is the name within the folder. */
typedef void case_say(void *user, const char *file, const char *what);

/* Every digest of SHA256SUMS, every file that it names and every one that it does not.
 * STATUS_USAGE: dir is no case folder. *ret_files gets how many were right. */
bool case_check(const char *dir, case_say *say, void *user, size_t *ret_files, struct err *err);

/* The files of two case folders against each other, but for what differs from run to run, and
 * without_reports those to networks. dir is the one to judge, other the one made anew. */
bool case_compare(const char *dir, const char *other, bool without_reports, case_say *say,
                  void *user, struct err *err);

#endif
