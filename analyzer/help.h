/* What the program says about itself. */
#ifndef POSTMORTEM_HELP_H
#define POSTMORTEM_HELP_H

#include <stdio.h>

#include "options.h"

/* Six lines, for a user who typed nothing but the name. */
void help_usage(FILE *out);
/* Every option that the command takes. */
void help_options(FILE *out, enum command command);

#endif
