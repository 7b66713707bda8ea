#include <lzma.h>
#include <stdlib.h>

#include "source_frames.h"

static void *create(void)
{
    lzma_stream *decoder = xmalloc(sizeof *decoder);
    *decoder = (lzma_stream)LZMA_STREAM_INIT;
    return decoder;
}

static void destroy(void *decoder)
{
    if (decoder)
        lzma_end(decoder);
    free(decoder);
}

/* A lack of memory shows when the decoder is used. */
static size_t begin(void *decoder)
{
    return lzma_stream_decoder(decoder, UINT64_MAX, 0) == LZMA_OK ? FRAME_ANY : FRAME_FAILED;
}

static size_t decode(void *decoder, unsigned char *out, size_t *out_bytes, const unsigned char *in,
                     size_t *in_bytes)
{
    lzma_stream *lzma = decoder;
    lzma->next_in = in;
    lzma->avail_in = *in_bytes;
    lzma->next_out = out;
    lzma->avail_out = *out_bytes;
    lzma_ret status = lzma_code(lzma, LZMA_RUN);
    *in_bytes -= lzma->avail_in;
    *out_bytes -= lzma->avail_out;
    if (status == LZMA_STREAM_END)
        return 0;
    /* No progress with this input is no error: more follows or it is truncated. */
    return status == LZMA_OK || status == LZMA_BUF_ERROR ? FRAME_ANY : FRAME_FAILED;
}

static const struct frame_codec codec = {
    .name = "xz",
    .unit = "stream",
    .magic = "\xfd"
             "7zXZ",
    .magic_bytes = 6, /* with its NUL */
    .create = create,
    .destroy = destroy,
    .begin = begin,
    .decode = decode,
};

static struct stream *xz_open(struct source_context *context, unsigned depth, struct feed *feed)
{
    return frames_open(&codec, context, depth, feed);
}

static bool xz_detect(const unsigned char *head, size_t len)
{
    return head_is(head, len, codec.magic, codec.magic_bytes);
}

const struct source_format xz_format = {.name = "xz", .detect = xz_detect, .open = xz_open};
