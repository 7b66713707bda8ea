/* Whole folders. */
#ifndef POSTMORTEM_TREE_H
#define POSTMORTEM_TREE_H

#include <stdbool.h>

/* Removes name beneath the folder directory with all that is in it, following no link. False with
 * errno. */
bool tree_remove(int directory, const char *name);

/* True if name is a folder without entries. */
bool tree_is_empty(int directory, const char *name);

#endif
