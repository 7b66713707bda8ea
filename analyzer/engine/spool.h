/* Standard input kept on disk, for those who must read it twice. */
#ifndef POSTMORTEM_SPOOL_H
#define POSTMORTEM_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"

/* Copies all of standard input to an unlinked file in temp_dir (NULL: /tmp), which lives until
 *ret_fd is closed. Ends early after *stop. STATUS_OUTPUT if it cannot be written. */
bool spool_standard_input(const char *temp_dir, const volatile int *stop, int *ret_fd,
                          uint64_t *ret_bytes, struct err *err);

#endif
