/* One entry of a segment as bytes, not packed yet. */
#ifndef POSTMORTEM_SEGMENT_ENTRY_H
#define POSTMORTEM_SEGMENT_ENTRY_H

#include "segment.h"

void entry_write(struct wire_out *out, const struct segment_entry *entry);
/* False: the bytes are none of an entry; *ret can be freed. */
bool entry_read(struct wire_in *in, uint64_t seed, struct segment_entry *ret);
void entry_free(struct segment_entry *entry);

#endif
