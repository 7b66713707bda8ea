/* What went wrong, in words for the user. Written once, where the cause is known, with the path;
 * nothing is added on the way up. */
#ifndef POSTMORTEM_ERR_H
#define POSTMORTEM_ERR_H

#include <stdbool.h>

/* Exit statuses of the program (contract, section 1). */
enum status {
    STATUS_OK = 0,
    STATUS_DAMAGED = 1,
    STATUS_USAGE = 2,
    STATUS_NO_LOG = 3,
    STATUS_OUTPUT = 4,
    STATUS_FAIL_ON = 10,
    STATUS_DIFFERS = 11,
    STATUS_INTERRUPTED = 130,
    STATUS_TERMINATED = 143,
};

struct err {
    enum status status;
    char text[512];
};

/* All return false, so that a function can end with `return err_set(...)`. */
bool err_set(struct err *err, enum status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* "path: text of errno" */
bool err_sys(struct err *err, enum status status, const char *path);

#endif
