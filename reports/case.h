/* The case folder: built beside its final name and renamed at the end, so there is a whole one or
 * none. */
#ifndef POSTMORTEM_CASE_H
#define POSTMORTEM_CASE_H

#include "err.h"
#include "out.h"
#include "report.h"

struct case_folder;
struct settings;

/* What only run.json tells. */
struct run_info {
    const char *const *arguments; /* of the command line, the program's name first */
    int argument_count;
    const char *case_id, *operator_name, *temp_dir; /* NULL where not given */
    unsigned threads;
    uint64_t memory_bytes;
    const char *sandbox; /* what holds, in words; NULL: unknown */
    struct when started, finished;
    struct str actions;              /* what the operator did about it, in his words; len 0 */
    struct when epoch;               /* SOURCE_DATE_EPOCH; usec 0: not set */
    const struct settings *settings; /* who reports, and what he knows; NULL: nothing */
};

/* Before anything is read: refuses a dir that exists (STATUS_USAGE; with clobber it must be empty
 * or a case folder), and makes sure that the place can be written and has 64 MiB free
 * (STATUS_OUTPUT). What a run that was killed left there is removed. dir must outlive the folder.
 */
bool case_begin(struct case_folder **ret, const char *dir, bool clobber, struct err *err);

/* A new file; folders in name are made. The folder owns the writer until case_file_end, which takes
 * it back and takes its digest. Any number may be open at once; not for several threads at once.
 * NULL with err on failure. */
struct out *case_file(struct case_folder *folder, const char *name, struct err *err);
bool case_file_end(struct case_folder *folder, struct out *out, struct err *err);

/* SHA-256 of a file that was ended; NULL if there is none of that name. */
const uint8_t *case_digest(const struct case_folder *folder, const char *name);

/* Writes the reports, run.json and SHA256SUMS, and gives the folder its name. On success the folder
 * is freed. On failure nothing is freed or removed: call case_abort. */
bool case_finish(struct case_folder *folder, const struct report *report, const struct style *style,
                 const struct run_info *run, struct err *err);
/* Removes everything, from wherever it stopped, and frees the folder and its writers. NULL is
 * allowed. */
void case_abort(struct case_folder *folder);

#endif
