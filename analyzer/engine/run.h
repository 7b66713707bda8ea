/* One investigation: read everything, join, settle, detect; then, for a case folder, quote the
 * lines. */
#ifndef POSTMORTEM_RUN_H
#define POSTMORTEM_RUN_H

#include <stdatomic.h>
#include <stdbool.h>

#include "err.h"
#include "finding.h"
#include "settings.h"
#include "source.h"
#include "stamp.h"
#include "str.h"

struct run_calls {
    void *user;
    void (*complain)(void *user, const char *path, const char *why);
    atomic_uint_fast64_t *received; /* bytes of the inputs read so far */
    atomic_uint_fast64_t *expected; /* bytes of all inputs, as far as known */
};

struct run;

/* Where the time went. */
enum run_stage {
    STAGE_READ,
    STAGE_OVERLAPS,
    STAGE_JOIN,
    STAGE_SETTLE,
    STAGE_DETECT,
    STAGE_QUOTE,
    STAGE_COUNT
};
int64_t run_stage_usec(const struct run *run, enum run_stage stage);
const char *run_stage_name(enum run_stage stage);
/* Bytes that came from other ranks. */
uint64_t run_exchanged_bytes(const struct run *run);

/* settings, stop and calls outlive the run. */
struct run *run_new(const struct settings *settings, const volatile int *stop,
                    const struct run_calls *calls);
void run_free(struct run *run);

enum run_state {
    RUN_DONE,
    RUN_DAMAGED,
    RUN_NO_LOG,
    RUN_STOPPED,
    RUN_FAILED,
    RUN_SHARED, /* what was read is with rank 0 now */
};

/* First pass. The report lives as long as the run. RUN_FAILED: err says why. */
enum run_state run_investigate(struct run *run, struct report *ret, struct err *err);

/* Reads everything for its clocks alone, so that run_when can tell the time of single lines. False:
 * stopped, or failed. */
bool run_learn_clocks(struct run *run, struct err *err);
/* The expanded inputs of a run that has read them; they live as long as it. */
const struct source_path *run_paths(const struct run *run, size_t *ret_count);
/* UTC of a stamp in a log; path counts as the expanded inputs do. usec is TIME_NONE if nothing
 * tells. */
struct when run_when(const struct run *run, size_t path, unsigned member, struct str host,
                     struct stamp stamp);

/* A line of the second pass, as it stands in its input. */
struct quoted_line {
    struct str line;
    const char *path, *member; /* member NULL: the file itself */
    struct place place;
    uint8_t sha256[32];
    /* Of the lines of addresses alone: what was cut out of the line, as far as it stands in it. */
    struct str program;
    const char *what;
    uint8_t kind; /* enum event_kind */
    const struct field *fields;
    uint32_t field_count;
};

struct quote_calls {
    void *user;
    /* One call for each principal quoted, in order, before any line. */
    bool (*begin)(void *user, struct str principal, struct err *err);
    void (*line)(void *user, size_t principal, const struct quoted_line *line);
    /* Addresses whose lines are wanted too, whatever principal they are of (but for those of
       accounts that are not quoted). */
    const struct str *sources;
    size_t source_count;
    void (*source_line)(void *user, size_t source, const struct quoted_line *line);
};

/* Second pass: every line of the principals in the report, in the order of the logs, and the
 * digests of all its references. */
bool run_quote(struct run *run, struct report *report, const struct quote_calls *calls,
               struct err *err);

/* Another pass: every line of the logs that was not understood, whole lines at a time, in the order
 * of the inputs. */
void run_list_unrecognised(struct run *run, void (*write)(void *user, struct str lines),
                           void *user);

#endif
