/* The short way to trace: lines that bear on the messages wanted are looked for by what stands in
 * them, reading after reading, until they name no further queue ID; nothing else is taken apart.
 * What is found is fed to the stores as if nothing else stood in the logs, but for some lines that
 * witness what only the whole tells: clocks, hosts, addresses of the server's own. */
#ifndef POSTMORTEM_FINDER_H
#define POSTMORTEM_FINDER_H

#include "kept.h"
#include "run_internal.h"

struct finder;

/* What was found in one log. */
struct found_log {
    struct member *member; /* of the run */
    size_t path;
    unsigned index; /* among the members of the path */
    struct kept kept;
    size_t looked_at;       /* lines whose ids are known */
    uint64_t lines;         /* read so far */
    atomic_bool recognised; /* it holds a line of mail software */
    bool too_much;          /* more lines than can be kept */
};

/* NULL: these filters cannot be looked for as texts; *ret_why says so. */
struct finder *finder_new(struct run *run, const char **ret_why);
void finder_free(struct finder *finder);
/* Reads the inputs as often as needed, and fills the members' stores. False: what the filters ask
 * for cannot be told from single lines of these logs; *ret_why says why. */
bool finder_read(struct finder *finder, const char **ret_why);
unsigned finder_readings(const struct finder *finder);
const struct found_log *finder_log(const struct finder *finder, size_t path, unsigned index);

#endif
