/* postmortem trace: the whole life of the messages that match. */
#ifndef POSTMORTEM_TRACE_COMMAND_H
#define POSTMORTEM_TRACE_COMMAND_H

#include <signal.h>

#include "err.h"
#include "settings.h"

/* Prints them on standard output; nothing that matches is no error. */
enum status trace_command(const struct settings *settings, const volatile sig_atomic_t *stop,
                          struct err *err);

#endif
