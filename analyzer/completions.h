/* Completions of the command line for shells, on standard output; from the tables it is read by. */
#ifndef POSTMORTEM_COMPLETIONS_H
#define POSTMORTEM_COMPLETIONS_H

#include "command_table.h"
#include "option_table.h"

/* Is it there for users to see? */
bool manual_shows(const struct option *option);

void completions_bash(void);
void completions_zsh(void);
void completions_fish(void);

#endif
