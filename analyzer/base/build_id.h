/* Which build this is: programs that may parse otherwise have another one. */
#ifndef POSTMORTEM_BUILD_ID_H
#define POSTMORTEM_BUILD_ID_H

#include <stdint.h>

/* A hash of the build ID that the linker put into the program; of its version if there is none. */
uint64_t build_id(void);

#endif
