/* postmortem inputs: the inventory of what there is to read. */
#ifndef POSTMORTEM_INPUTS_COMMAND_H
#define POSTMORTEM_INPUTS_COMMAND_H

#include <signal.h>

#include "err.h"
#include "settings.h"

/* Prints it on standard output. Statuses as in the contract; err says why. */
enum status inputs_command(const struct settings *settings, const volatile sig_atomic_t *stop,
                           struct err *err);

#endif
