/* For tests of settling: logs in files of their own, investigated as the program does, and what
 * came of it as text. */
#ifndef POSTMORTEM_RUN_TESTING_H
#define POSTMORTEM_RUN_TESTING_H

#include <stddef.h>
#include <stdint.h>

#include "settings.h"

struct test_file {
    const char *name, *text; /* name may have a folder in it */
    int64_t modified_sec;    /* 0: 2025-06-01 */
};

enum test_shown {
    SHOW_MESSAGES = 1, /* time host id sender principal source: outcome of each recipient */
    SHOW_LOGINS = 2,
    SHOW_SUMS = 4,   /* inbound and unattributed */
    SHOW_INPUTS = 8, /* in order: name, lines that count, span, rules for year and zone */
    SHOW_NOTES = 16, /* assumptions about hosts, and complaints */
};

/* Investigates the files, in the order given or as one folder, and adds what is shown to a text. */
struct test_case {
    const char *why;
    const struct test_file *files;
    size_t file_count;
    bool as_folder;
    struct settings settings; /* paths are filled in */
    unsigned shown;           /* enum test_shown */
    const char *expected;
};

/* 0 if the text is the expected one; else prints both. Folder names in the text are left out. */
int check_case(const struct test_case *test);

#endif
