/* What the program takes from itself before it reads a byte that somebody else wrote: files other
 * than those it was told of (Landlock), and calls that no analysis needs (seccomp). Never fails:
 * a kernel without either is said, not refused.
 * https://docs.kernel.org/userspace-api/landlock.html, seccomp(2) */
#ifndef POSTMORTEM_SANDBOX_H
#define POSTMORTEM_SANDBOX_H

#include "settings.h"

enum { SANDBOX_TEXT = 256 };

/* For the thread that calls it and those it starts: to be called before the first. also_read is a
 * file or folder besides those of the settings, or NULL. text gets what holds, in words, for
 * run.json; with --verbose it goes to standard error too. */
void sandbox_enter(const struct settings *settings, const char *also_read, char text[SANDBOX_TEXT]);

#endif
