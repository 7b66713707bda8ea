/* Files of a case folder and their digests, as SHA256SUMS has them. */
#ifndef POSTMORTEM_CASE_SUMS_H
#define POSTMORTEM_CASE_SUMS_H

#include <stdio.h>

#include "arena.h"
#include "case_check.h"

enum { CASE_SUM_HEX = 64 };

struct case_sum {
    const char *name;
    char digest[CASE_SUM_HEX + 1]; /* empty where it was not asked for */
};

struct case_sums {
    struct case_sum *items;
    size_t count;
};

/* Lines that are none are said. STATUS_USAGE without the file. */
bool case_sums_read(int folder, const char *dir, struct arena *arena, struct case_sums *ret,
                    case_say *say, void *user, struct err *err);
/* Every regular file beneath the folder, sorted by name; nothing else is followed. */
void case_files(int folder, struct arena *arena, struct case_sums *ret);
/* SHA-256 as hex digits, into digest[CASE_SUM_HEX + 1]; false if it cannot be read. */
bool case_file_digest(int folder, const char *name, char *digest);
/* The same of any file that a user names: a symbolic link is followed. */
bool path_digest(const char *path, char *digest);
FILE *case_open(int folder, const char *name); /* NULL if there is none, or it is no plain file */

#endif
