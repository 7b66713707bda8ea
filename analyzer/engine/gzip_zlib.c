/* By zlib. */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "gzip_member.h"

enum { WINDOW_OF_GZIP = 15 + 16 }; /* inflateInit2: with a gzip header and trailer around */

struct gzip_member {
    z_stream z;
    bool open, given; /* given: the first bytes of the member, so that its header was right */
    int error;
};

struct gzip_member *gzip_member_new(void)
{
    return xcalloc(1, sizeof(struct gzip_member));
}

void gzip_member_free(struct gzip_member *member)
{
    if (member->open)
        inflateEnd(&member->z);
    free(member);
}

void gzip_member_begin(struct gzip_member *member)
{
    if (member->open)
        inflateEnd(&member->z);
    member->z = (z_stream){.next_in = NULL};
    if (inflateInit2(&member->z, WINDOW_OF_GZIP) != Z_OK)
        abort(); /* out of memory, as xmalloc would say */
    member->open = true;
    member->given = false;
    member->error = Z_OK;
}

static bool is_about(const struct gzip_member *member, const char *what)
{
    return member->z.msg && strstr(member->z.msg, what);
}

static enum gzip_status what_failed(const struct gzip_member *member)
{
    if (is_about(member, "data check") || is_about(member, "length check"))
        return GZIP_BAD_CHECKSUM;
    bool header = is_about(member, "header") || is_about(member, "method");
    return header && !member->given ? GZIP_BAD_HEADER : GZIP_CORRUPT;
}

enum gzip_status gzip_member_read(struct gzip_member *member, struct feed *feed,
                                  unsigned char *buffer, size_t size, size_t *ret_bytes)
{
    *ret_bytes = 0;
    if (member->error != Z_OK)
        return what_failed(member);
    size_t lent = feed_want(feed, 1);
    member->z.next_in = feed->data + feed->begin;
    member->z.avail_in = (unsigned)lent;
    member->z.next_out = buffer;
    member->z.avail_out = size > INT32_MAX ? INT32_MAX : (unsigned)size;
    int status = inflate(&member->z, Z_NO_FLUSH);
    feed_take(feed, lent - member->z.avail_in);
    *ret_bytes = (size_t)(member->z.next_out - buffer);
    member->given |= *ret_bytes > 0;
    if (status == Z_STREAM_END)
        return GZIP_ENDED;
    if (status != Z_OK && status != Z_BUF_ERROR)
        member->error = status;
    bool stuck = *ret_bytes == 0 && member->z.avail_in == lent && member->error == Z_OK;
    return !stuck ? GZIP_GOES_ON : lent ? GZIP_CORRUPT : GZIP_TRUNCATED;
}
