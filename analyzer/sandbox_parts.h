/* The two halves of the sandbox, for sandbox.c. Each returns NULL if it holds from now on, else
 * why not, as a string that lives for ever. */
#ifndef POSTMORTEM_SANDBOX_PARTS_H
#define POSTMORTEM_SANDBOX_PARTS_H

#include <stdbool.h>
#include <stddef.h>

/* A file, or a folder and all beneath it; both may be absent. */
struct sandbox_place {
    const char *path;
    bool written; /* and read */
};

const char *sandbox_files(const struct sandbox_place *places, size_t count);

/* instrumented: a sanitizer looks for leaks, for which it must trace its own threads. */
const char *sandbox_calls(bool instrumented);

#endif
