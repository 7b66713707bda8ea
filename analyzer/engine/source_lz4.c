#include <lz4frame.h>

#include "source_frames.h"

enum { MAGIC_BYTES = 4, SIZE_BYTES = 4, FRAME_HEADER_BYTES_MIN = 7 };

static void *create(void)
{
    LZ4F_dctx *decoder = NULL;
    return LZ4F_isError(LZ4F_createDecompressionContext(&decoder, LZ4F_VERSION)) ? NULL : decoder;
}

static void destroy(void *decoder)
{
    LZ4F_freeDecompressionContext(decoder);
}

static size_t begin(void *decoder)
{
    LZ4F_resetDecompressionContext(decoder);
    return FRAME_HEADER_BYTES_MIN;
}

static size_t decode(void *decoder, unsigned char *out, size_t *out_bytes, const unsigned char *in,
                     size_t *in_bytes)
{
    size_t hint = LZ4F_decompress(decoder, out, out_bytes, in, in_bytes, NULL);
    return LZ4F_isError(hint) ? FRAME_FAILED : hint;
}

static const struct frame_codec codec = {
    .name = "lz4",
    .unit = "frame",
    .magic = "\x04\x22\x4d\x18",
    .magic_bytes = 4,
    .skippable = true,
    .header_bytes = SIZE_BYTES,
    .create = create,
    .destroy = destroy,
    .begin = begin,
    .decode = decode,
};

static struct stream *lz4_open(struct source_context *context, unsigned depth, struct feed *feed)
{
    return frames_open(&codec, context, depth, feed);
}

static size_t little_endian(const unsigned char *bytes)
{
    return (size_t)bytes[0] | (size_t)bytes[1] << 8 | (size_t)bytes[2] << 16 |
           (size_t)bytes[3] << 24;
}

/* Skippable frames in front are taken for lz4 only if one of its own frames follows; else they are
 * zstd's. */
static bool lz4_detect(const unsigned char *head, size_t len)
{
    while (frames_is_skippable(head, len) && len >= MAGIC_BYTES + SIZE_BYTES) {
        size_t header = MAGIC_BYTES + SIZE_BYTES;
        size_t bytes = little_endian(head + MAGIC_BYTES);
        if (bytes > len - header)
            return false;
        head += header + bytes;
        len -= header + bytes;
    }
    return head_is(head, len, codec.magic, codec.magic_bytes);
}

const struct source_format lz4_format = {.name = "lz4", .detect = lz4_detect, .open = lz4_open};
