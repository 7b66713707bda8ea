/* Whose line this is: what the second passes ask of the joined store. */
#ifndef POSTMORTEM_LINE_OWNER_H
#define POSTMORTEM_LINE_OWNER_H

#include "run.h"
#include "settle.h"

/* The host of a line, as the store calls it: its id there, 0. */
uint32_t line_host(const struct run *run, const struct member *log, struct str host);
/* The generation of that queue ID in whose span the line stands; NO_FRAGMENT. */
uint32_t line_fragment(const struct store *store, uint32_t host, struct str queue_id,
                       uint32_t input, uint64_t offset);
/* UTC of a stamp of a line of that host in the log. */
struct when run_when_joined(const struct run *run, uint32_t input, uint32_t host,
                            struct stamp stamp);

#endif
