/* What --version prints. */
#ifndef POSTMORTEM_VERSIONS_H
#define POSTMORTEM_VERSIONS_H

#include <stdio.h>

/* Program and model, the libraries that say their version, and the files of all that are loaded:
 * a report of an error or of an attack on a library needs them. */
void versions_print(FILE *out);

#endif
