/* One member of a gzip file after the other, decoded by ISA-L or, where that is not at hand, by
 * zlib. */
#ifndef POSTMORTEM_GZIP_MEMBER_H
#define POSTMORTEM_GZIP_MEMBER_H

#include "source_stream.h"

struct gzip_member;

enum gzip_status {
    GZIP_GOES_ON,
    GZIP_ENDED, /* and its checksum is right */
    GZIP_TRUNCATED,
    GZIP_BAD_HEADER,
    GZIP_CORRUPT,
    GZIP_BAD_CHECKSUM, /* behind a member that was given whole */
};

struct gzip_member *gzip_member_new(void);
void gzip_member_free(struct gzip_member *member);
/* What the feed gives next is the header of a member. */
void gzip_member_begin(struct gzip_member *member);
/* Takes from the feed what it decodes into buffer. A member that fails first gives all that was
 * decoded. */
enum gzip_status gzip_member_read(struct gzip_member *member, struct feed *feed,
                                  unsigned char *buffer, size_t size, size_t *ret_bytes);

#endif
