/* postmortem report: the report of a case folder once more, without the logs. */
#ifndef POSTMORTEM_REPORT_COMMAND_H
#define POSTMORTEM_REPORT_COMMAND_H

#include "err.h"
#include "investigate.h"
#include "settings.h"

/* The only path is the case folder. STATUS_DIFFERS, and no report, if a file of it is not what it
 * was; each is named on standard error. */
enum status report_command(const struct settings *settings, const struct command_line *line,
                           struct err *err);

#endif
