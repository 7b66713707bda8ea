/* The second half of verify: the investigation once more, and its case folder beside the old one.
 */
#ifndef POSTMORTEM_VERIFY_LOGS_H
#define POSTMORTEM_VERIFY_LOGS_H

#include <signal.h>

#include "case_check.h"
#include "settings.h"

/* logs->paths are the logs; inputs of the case are found among them by digest, else by name. False
 * with err if it could not be done; what differs is said. */
bool verify_logs(const char *dir, const struct settings *logs, const volatile sig_atomic_t *stop,
                 case_say *say, void *user, struct err *err);

#endif
