/* What is to be known of a zip before libarchive reads it. */
#ifndef POSTMORTEM_SOURCE_ZIP_H
#define POSTMORTEM_SOURCE_ZIP_H

#include "source_stream.h"

/* Is it to be read from its begin on, and not by its directory? So if that is too large (libarchive
 * holds all of it in memory), not where it should be, does not lead to its members (then that is
 * named as damage: libarchive would leave some out in silence), or not in their order. An archive
 * with something in front of its first member is never. */
bool zip_reads_forward(struct stream *seekable, struct source_context *context, unsigned depth);

#endif
