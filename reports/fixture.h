/* Reports made by hand, for the tests of this folder. */
#ifndef POSTMORTEM_FIXTURE_H
#define POSTMORTEM_FIXTURE_H

#include "report.h"

struct fixture {
    const char *name;
    struct report (*make)(void);
};

/* "incident": two accounts, a login without a name, an open relay, a script. "clean": nothing
 * wrong, many days, another zone. "hidden": all clients behind one gateway, no case folder.
 * "hostile": every text was chosen by an enemy. Ends with no name. */
extern const struct fixture fixtures[];

struct report fixture_make(const char *name);

#endif
