/* Saved segments in a run: taken in with the paths, and made of what was read. */
#ifndef POSTMORTEM_RUN_SEGMENTS_H
#define POSTMORTEM_RUN_SEGMENTS_H

#include "run_internal.h"
#include "segment.h"

/* Takes in every path that is a saved segment: what it holds, and why not. */
void segments_read(struct run *run);
/* The member that an entry is, which is emptied; and what stands in a segment for a member. */
struct member *segments_take_entry(struct run *run, size_t path, unsigned index,
                                   struct segment_entry *entry);
struct segment_entry segments_entry_of(const struct run *run, const struct member *member);

/* Packs what is not packed yet of the logs, while hosts are called as the lines call them. */
void segments_keep(struct run *run);
/* The store of a log was made anew. */
void segments_forget(struct run *run, size_t log);
/* --save-segment FILE */
bool segments_save(struct run *run, struct err *err);
void segments_free(struct run *run);

/* Overlapping logs, one of which cannot be read again: false names them. */
bool segments_decide(const struct run *run, const size_t *groups, const bool *whole,
                     struct err *err);
void segments_say(struct run *run, const bool *whole);
/* References into logs that are in segments alone go. */
void segments_drop_refs(struct run *run, const struct report *report);

#endif
