#include <zstd.h>

#include "source_frames.h"

enum { BLOCK_HEADER_BYTES = 3, FRAME_HEADER_BYTES_MIN = 5, WINDOW_LOG_MAX = 31 };

static void *create(void)
{
    ZSTD_DCtx *decoder = ZSTD_createDCtx();
    /* As zstd --long=31. The memory of a window is only touched as far as data fills it. */
    if (decoder)
        ZSTD_DCtx_setParameter(decoder, ZSTD_d_windowLogMax, WINDOW_LOG_MAX);
    return decoder;
}

static void destroy(void *decoder)
{
    ZSTD_freeDCtx(decoder);
}

static size_t begin(void *decoder)
{
    ZSTD_DCtx_reset(decoder, ZSTD_reset_session_only);
    return FRAME_HEADER_BYTES_MIN;
}

static size_t decode(void *decoder, unsigned char *out, size_t *out_bytes, const unsigned char *in,
                     size_t *in_bytes)
{
    ZSTD_inBuffer input = {in, *in_bytes, 0};
    ZSTD_outBuffer output = {out, *out_bytes, 0};
    size_t hint = ZSTD_decompressStream(decoder, &output, &input);
    *in_bytes = input.pos;
    *out_bytes = output.pos;
    return ZSTD_isError(hint) ? FRAME_FAILED : hint;
}

static const struct frame_codec codec = {
    .name = "zstd",
    .unit = "frame",
    .magic = "\x28\xb5\x2f\xfd",
    .magic_bytes = 4,
    .skippable = true,
    .header_bytes = BLOCK_HEADER_BYTES,
    .create = create,
    .destroy = destroy,
    .begin = begin,
    .decode = decode,
};

static struct stream *zstd_open(struct source_context *context, unsigned depth, struct feed *feed)
{
    return frames_open(&codec, context, depth, feed);
}

/* Skippable frames in front too: those of lz4 are asked first. */
static bool zstd_detect(const unsigned char *head, size_t len)
{
    return head_is(head, len, codec.magic, codec.magic_bytes) || frames_is_skippable(head, len);
}

const struct source_format zstd_format = {.name = "zstd", .detect = zstd_detect, .open = zstd_open};
