/* The database that patterns_embed compiled while building. */
#ifndef POSTMORTEM_PATTERNS_DATABASE_H
#define POSTMORTEM_PATTERNS_DATABASE_H

#include <stddef.h>
#include <stdint.h>

extern const uint64_t patterns_database[];
extern const size_t patterns_database_bytes;

#endif
