/* postmortem show: one line again, by its locator. */
#ifndef POSTMORTEM_SHOW_COMMAND_H
#define POSTMORTEM_SHOW_COMMAND_H

#include <signal.h>

#include "err.h"
#include "settings.h"

/* The first of the paths is the locator. The line goes to standard output, secrets masked. */
enum status show_command(const struct settings *settings, const volatile sig_atomic_t *stop,
                         struct err *err);

#endif
