/* --cache DIR: what each file amounted to, as a segment named by the file's length and SHA-256 and
 * by the build that read it. A file that is there is not parsed again; one that is read is there as
 * soon as its last line is, so that an interrupted run goes on where it was. */
#ifndef POSTMORTEM_RUN_CACHE_H
#define POSTMORTEM_RUN_CACHE_H

#include "run_internal.h"

/* Takes in what is there of the paths. A damaged entry is said, and its file read. */
void cache_read(struct run *run);

/* Any reader or worker, the run's lock not held: a block of the member was folded; the last one was
 * read (its bytes are known); the path was read. */
void cache_folded(struct run *run, struct member *member, const struct block *block);
void cache_member_ended(struct run *run, struct member *member);
void cache_path_ended(struct run *run, size_t path);

#endif
