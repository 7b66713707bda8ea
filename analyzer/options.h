/* What the user typed: the command, its settings, or a wish for help. */
#ifndef POSTMORTEM_OPTIONS_H
#define POSTMORTEM_OPTIONS_H

#include "arena.h"
#include "err.h"
#include "settings.h"

enum command {
    COMMAND_INVESTIGATE,
    COMMAND_EXPLAIN,
    COMMAND_TRACE,
    COMMAND_INPUTS,
    COMMAND_REPORT,
    COMMAND_VERIFY,
    COMMAND_SHOW,
    COMMAND_COUNT
};

struct options {
    enum command command;
    struct settings settings;
    bool help, version;
    bool nul_separated; /* of the lists of paths */
    struct list files_from;
    const char *config;
    const char *default_path, *default_output; /* where the user names none; run.sh's */
};

/* Everything in *ret lives in arena or argv. False with STATUS_USAGE. Without any argument *ret has
 * no paths and no error. */
bool options_parse(int argc, char *const *argv, struct arena *arena, struct options *ret,
                   struct err *err);

#endif
