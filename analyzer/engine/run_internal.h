/* Shared by the files that make up a run. */
#ifndef POSTMORTEM_RUN_INTERNAL_H
#define POSTMORTEM_RUN_INTERNAL_H

#include <pthread.h>

#include "inputs.h"
#include "pipeline.h"
#include "run.h"
#include "settle.h"
#include "wire.h"

struct path_fact {
    uint64_t bytes;
    bool has_digest;
    uint8_t sha256[32];
    const char *failure;
    /* With --cache: */
    bool ended, saved;
    uint32_t open_members; /* with blocks on their way */
};

/* What took the place of a path that is not there: its log was read when the segment was made. */
struct segment_origin {
    const char *segment; /* path of the file */
    struct path_fact path;
};

struct run {
    const struct settings *settings;
    const volatile int *stop;
    struct run_calls calls;
    pthread_mutex_t lock; /* of members, path_facts and arena while readers run */
    struct arena arena;
    struct matcher *matcher;
    uint64_t seed; /* of the tables of stores */
    struct source_paths paths;
    struct path_fact *path_facts; /* by path */
    struct member **members;      /* all that were read */
    size_t member_count, member_capacity;
    struct member *logs; /* those that hold a log, in order of time; the index is that of the input
                            in places */
    size_t log_count;
    struct clock_map **maps; /* by log */
    bool *resolved;
    bool renamed, damaged, joined;
    bool partial;  /* stores hold some lines alone: complaints can wait, and inputs must not repeat
                      each other */
    bool *is_read; /* by path: what it holds is known, it is not to be read */
    bool *others;  /* by path: another rank reads it; NULL: nobody does */
    uint64_t exchanged_bytes; /* of segments that came from other ranks */
    uint64_t build;           /* build_id, with --cache */
    struct wire_out *kept; /* by log, with --save-segment: its entry, packed; empty: to be packed */
    int spool_fd;          /* copy of standard input, -1: none */
    struct notes notes, withheld; /* withheld: path and complaint in turn */
    int64_t stage_usec[STAGE_COUNT], stage_began;
    struct store store;
    struct settlement settlement;
};

void run_complain(struct run *run, const char *path, const char *why);
/* A zeroed one more; readers hold the lock. */
struct member *run_add_member(struct run *run);
/* Index in logs of a member of a path; log_count if it is no log. */
size_t run_find_log(const struct run *run, size_t path, unsigned index);
/* Ends the stage that began where the last one ended. */
void run_end_stage(struct run *run, enum run_stage stage);

/* Lines that two inputs hold count once, if need be by reading them again. */
bool run_resolve_overlaps(struct run *run, struct err *err);
struct pipeline_options run_pipeline_options(const struct run *run, unsigned threads);
/* First pass: reads and joins everything, and settles it. twice: the inputs will be read again. */
enum run_state run_settle(struct run *run, bool twice, struct err *err);
/* Its parts, for who reads in another way: what comes before, what the readers tell of members and
 * paths (a member's store is to be filled until run_settle_read), what comes after. */
bool run_open(struct run *run, bool twice, struct err *err);
void *run_begin_member(void *user, size_t path, unsigned index, const struct source_member *source);
void run_end_member(void *member, const struct member_end *end);
void run_end_path(void *user, size_t path, const struct path_end *end);
enum run_state run_settle_read(struct run *run, struct err *err);
enum run_state run_settle_whole(struct run *run, struct err *err); /* all but run_open */
/* Passes on what a partial reading complained of. */
void run_say_withheld(struct run *run);
/* As before any reading. */
void run_forget(struct run *run);
void run_describe_inputs(struct run *run, struct report *report);
/* Inputs, coverage, assumptions: what of the report is no conclusion. */
void run_describe(struct run *run, struct report *report);
void describe_snapshots(struct run *run, struct report *report);
void describe_gaps(struct run *run, struct report *report);
/* Minutes east of UTC of the log's wall clock at its end, for printing times to people. */
int run_zone_offset(const struct run *run);

#endif
