/* Which of the names that there are did the user mean? */
#ifndef POSTMORTEM_NEAREST_H
#define POSTMORTEM_NEAREST_H

#include "str.h"

struct nearest {
    struct str wanted;
    const char *best; /* NULL: nothing is near enough */
    size_t distance;
};

struct nearest nearest_begin(struct str wanted);
void nearest_try(struct nearest *nearest, const char *name);

#endif
