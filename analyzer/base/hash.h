/* XXH3, compiled in: most texts hashed are shorter than a call is long. */
#ifndef POSTMORTEM_HASH_H
#define POSTMORTEM_HASH_H

#define XXH_INLINE_ALL
#include <xxhash.h>

#endif
