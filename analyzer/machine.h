/* What this machine has: cores and memory that this process may use, and mail logs. */
#ifndef POSTMORTEM_MACHINE_H
#define POSTMORTEM_MACHINE_H

#include <stdint.h>
#include <stdio.h>

/* Cores of the affinity mask, and no more than the cgroup's cpu.max gives; at least 1. */
unsigned machine_threads(void);
/* A quarter of the memory of machine or cgroup, at most 512 MiB. */
uint64_t machine_memory(void);
/* The mail logs that this user may read, and the command to read them; root is put before every
 * path ("" for this machine). */
void machine_print_logs(FILE *out, const char *root);

#endif
