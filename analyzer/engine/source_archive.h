/* Members of a container (tar, zip, 7z, cpio), one after the other, through libarchive. */
#ifndef POSTMORTEM_SOURCE_ARCHIVE_H
#define POSTMORTEM_SOURCE_ARCHIVE_H

#include "source_format.h"

struct container;

/* Takes the feed over. */
struct container *container_open(const struct source_format *format, struct source_context *context,
                                 unsigned depth, struct feed *feed);
/* The next file in it: its name, and its bytes until the next call; the caller closes the stream
   first. False at the end. Damage between members is named in the context. */
bool container_next(struct container *container, const char **ret_name, struct stream **ret);
void container_close(struct container *container); /* takes NULL */

#endif
