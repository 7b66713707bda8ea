/* postmortem verify: is a case folder what it was, and do the logs give it again? */
#ifndef POSTMORTEM_VERIFY_COMMAND_H
#define POSTMORTEM_VERIFY_COMMAND_H

#include <signal.h>

#include "err.h"
#include "settings.h"

/* The first of the paths is the case folder, the others are logs. STATUS_DIFFERS if anything is not
 * as it should be; each is named on standard error. */
enum status verify_command(const struct settings *settings, const volatile sig_atomic_t *stop,
                           struct err *err);

#endif
