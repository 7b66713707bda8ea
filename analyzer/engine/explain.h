/* What each line was understood to say, one by one and in order: for people who write rules, and
 * for tests. */
#ifndef POSTMORTEM_EXPLAIN_H
#define POSTMORTEM_EXPLAIN_H

#include "arena.h"
#include "err.h"
#include "scan.h"
#include "settings.h"
#include "source.h"

struct explained {
    const char *path, *member; /* member NULL: the file itself */
    unsigned member_index;     /* among the members of the path */
    uint64_t number;           /* of the line in the member, from 1 */
    struct str line;
    struct when when; /* TIME_NONE: the line has no time, or nothing tells its year */
    const struct scanned *scanned;
};

struct explain_calls {
    void *user;
    /* False ends it. Everything in *line is valid during the call alone. */
    bool (*line)(void *user, const struct explained *line);
    source_complain
        *complain; /* an input is unreadable or damaged, or was named and holds no mail log */
};

struct explain_result {
    uint64_t lines, events;
    bool damaged; /* there was something to complain about */
};

/* False if the program itself is at fault. Ends early, without an error, soon after *stop is not 0.
 */
bool explain(const struct settings *settings, const volatile int *stop,
             const struct explain_calls *calls, struct explain_result *ret, struct err *err);

#endif
