/* The one table of commands: command line, --help and the manual page read it. */
#ifndef POSTMORTEM_COMMAND_TABLE_H
#define POSTMORTEM_COMMAND_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "options.h"

struct command_info {
    const char *name;      /* NULL: that of a command line without one */
    const char *arguments; /* behind the options */
    const char *about;     /* sentences */
    uint8_t formats;       /* 1 << enum output_format, of those it writes; 0: no choice */
    bool later;            /* has its name and meaning, but this version cannot do it */
};

extern const struct command_info command_table[COMMAND_COUNT];

#endif
