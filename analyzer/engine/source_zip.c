#include "source_zip.h"

#include <stdlib.h>
#include <string.h>

#include "source_file.h"

/* End records: the plain one, the locator of the 64-bit one, the 64-bit one. */
enum {
    END_BYTES = 22,
    END_DIRECTORY_AT = 12,
    LOCATOR_BYTES = 20,
    LOCATOR_OFFSET_AT = 8,
    END64_BYTES = 56,
    END64_DIRECTORY_AT = 40,
    TAIL_BYTES = 16 * 1024, /* as far as libarchive looks for it */
};

static uint64_t little_endian(const unsigned char *bytes, size_t len)
{
    uint64_t value = 0;
    for (size_t i = len; i > 0; i--)
        value = value << 8 | bytes[i - 1];
    return value;
}

static uint64_t directory64(struct stream *seekable, const unsigned char *locator)
{
    unsigned char end[END64_BYTES];
    uint64_t offset = little_endian(locator + LOCATOR_OFFSET_AT, 8);
    size_t n = seekable->type->read_at(seekable, end, sizeof end, offset);
    if (memcmp(locator, "PK\x06\x07", 4) != 0 || n < sizeof end ||
        memcmp(end, "PK\x06\x06", 4) != 0)
        return 0;
    return little_endian(end + END64_DIRECTORY_AT, 8);
}

static uint64_t directory(struct stream *seekable, const unsigned char *tail, size_t bytes)
{
    for (size_t at = bytes; at-- > 0;) {
        if (bytes - at < END_BYTES || memcmp(tail + at, "PK\x05\x06", 4) != 0)
            continue;
        uint64_t size = little_endian(tail + at + END_DIRECTORY_AT, 4);
        if (size == UINT32_MAX && at >= LOCATOR_BYTES)
            return directory64(seekable, tail + at - LOCATOR_BYTES);
        return size;
    }
    return 0;
}

uint64_t zip_directory_bytes(struct stream *seekable)
{
    uint64_t size = file_size(seekable);
    unsigned char *tail = xmalloc(TAIL_BYTES);
    size_t n = seekable->type->read_at(seekable, tail, TAIL_BYTES,
                                       size > TAIL_BYTES ? size - TAIL_BYTES : 0);
    uint64_t ret = directory(seekable, tail, n);
    free(tail);
    return ret;
}
