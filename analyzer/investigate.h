/* The main job: from PATHs to the report on standard output and the case folder. */
#ifndef POSTMORTEM_INVESTIGATE_H
#define POSTMORTEM_INVESTIGATE_H

#include <signal.h>

#include "err.h"
#include "settings.h"

struct command_line {
    int count;
    const char *const *arguments; /* the program's name first */
};

/* With a status that err explains, err->text is set; STATUS_DAMAGED and STATUS_FAIL_ON were
 * explained on the way. */
enum status investigate(const struct settings *settings, const struct command_line *line,
                        const volatile sig_atomic_t *stop, struct err *err);

#endif
