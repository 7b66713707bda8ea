/* Where a line stands, as text: INPUT!MEMBER!L<line>@<offset>+<length>#<sha256>; the digest may be
 * left out. */
#ifndef POSTMORTEM_LOCATOR_H
#define POSTMORTEM_LOCATOR_H

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "str.h"

struct locator {
    struct str input;        /* with its members, joined by '!' */
    uint64_t line;           /* from 1 */
    uint64_t offset, length; /* in the decompressed member */
    bool has_digest;
    uint8_t sha256[32];
};

/* False if text is none. input points into text. */
bool locator_parse(struct str text, struct locator *ret);
/* member.ptr NULL: the file itself; sha256 may be NULL. */
const char *locator_text(struct arena *arena, struct str path, struct str member, uint64_t line,
                         uint64_t offset, uint64_t length, const uint8_t *sha256);
/* Is it a line of that path? *ret_member gets what is named within, ptr NULL: the file itself. */
bool locator_names(const struct locator *locator, struct str path, struct str *ret_member);

#endif
