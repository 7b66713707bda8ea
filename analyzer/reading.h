/* A run over the inputs of a command, with its progress and complaints on standard error. */
#ifndef POSTMORTEM_READING_H
#define POSTMORTEM_READING_H

#include <signal.h>

#include "progress.h"
#include "run.h"

struct reading {
    struct progress_counts counts;
    struct progress *progress;
    struct run *run;
};

enum progress_style reading_progress_style(const struct settings *settings);

/* settings and stop outlive it; *reading must not be moved afterwards. */
void reading_begin(struct reading *reading, const struct settings *settings,
                   const volatile sig_atomic_t *stop);
void reading_stop_progress(struct reading *reading);
void reading_end(struct reading *reading);

/* What a run that ended so means for the exit status; err gets the words that are missing. */
enum status reading_status(enum run_state state, struct err *err);

#endif
