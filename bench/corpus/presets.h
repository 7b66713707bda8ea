/* Named sets of options. */
#ifndef CORPUS_PRESETS_H
#define CORPUS_PRESETS_H

#include "simulation.h"

/* Exits with 2 if there is no such preset. */
void preset_apply(struct options *options, const char *name);

#endif
