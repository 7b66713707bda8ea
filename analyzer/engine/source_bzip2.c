/* bzip2: any number of streams. A block whose checksum is wrong is scrambled from its first byte
   on, so it is held back until it is checked; after damage it goes on at the next block, which may
   begin at any bit. */
#include <bzlib.h>
#include <stdlib.h>
#include <string.h>

#include "source_format.h"

enum {
    STREAM_HEADER_BYTES = 4,
    BLOCK_MAGIC_BITS = 48,
    BLOCK_MAGIC_BYTES = 6,
    SHIFTED_BYTES = 16 * 1024,
    HOLD_BYTES = 1024 * 1024, /* a block of text; what is larger is given before it is checked */
};
#define BLOCK_MAGIC UINT64_C(0x314159265359)
static const char block_magic[] = "\x31\x41\x59\x26\x53\x59";
static const char end_magic[] = "\x17\x72\x45\x38\x50\x90";

enum step { BOUNDARY, INPUT, OUTPUT, GIVE, SEARCH, DONE };

struct bzip2 {
    struct layer layer;
    bz_stream decoder;
    enum step step;
    bool open;    /* decoder is initialised */
    bool resumed; /* reading from a block that was searched for: input is shifted, the stream's own
                     checksum is void */
    bool tail_lent;
    unsigned shift; /* 1 to 8 bits: how far blocks lie from byte boundaries, while resumed */
    unsigned last;  /* the last two bytes taken */
    uint64_t block_at;
    size_t held, given;
    unsigned char *hold;
    unsigned char shifted[SHIFTED_BYTES];
};

static void fail(struct bzip2 *bzip2, const char *why)
{
    struct layer *layer = &bzip2->layer;
    bzip2->step = SEARCH;
    if (!feed_at_gap(&layer->feed))
        context_damage(layer->context, layer->depth,
                       "bzip2: %s at byte %llu, skipped to the next block", why,
                       (unsigned long long)bzip2->block_at);
}

static bool start_decoder(struct bzip2 *bzip2)
{
    if (bzip2->open)
        BZ2_bzDecompressEnd(&bzip2->decoder);
    bzip2->decoder = (bz_stream){0};
    bzip2->open = BZ2_bzDecompressInit(&bzip2->decoder, 0, 0) == BZ_OK;
    if (!bzip2->open) {
        context_damage(bzip2->layer.context, bzip2->layer.depth, "bzip2: out of memory");
        bzip2->step = DONE;
    }
    return bzip2->open;
}

static void begin_stream(struct bzip2 *bzip2)
{
    struct feed *feed = &bzip2->layer.feed;
    size_t n = feed_want(feed, STREAM_HEADER_BYTES + BLOCK_MAGIC_BYTES);
    bzip2->block_at = feed->offset;
    bzip2->resumed = false;
    if (bzip2_format.detect(feed_head(feed), n)) {
        bzip2->step = INPUT;
        start_decoder(bzip2);
    } else if (feed_rest_is_padding(feed)) {
        bzip2->step = DONE;
    } else {
        bzip2->last = 0;
        fail(bzip2, "garbage");
    }
}

static void take(struct bzip2 *bzip2, size_t bytes)
{
    const unsigned char *head = feed_head(&bzip2->layer.feed);
    if (bytes > 1)
        bzip2->last = head[bytes - 2];
    if (bytes > 0)
        bzip2->last = (bzip2->last << 8 | head[bytes - 1]) & 0xffff;
    feed_take(&bzip2->layer.feed, bytes);
}

/* Lends the decoder what the window holds, moved to byte boundaries; returns how many bytes. */
static size_t lend(struct bzip2 *bzip2)
{
    size_t n = feed_want(&bzip2->layer.feed, 1);
    unsigned char *head = bzip2->layer.feed.data + bzip2->layer.feed.begin;
    if (bzip2->resumed) {
        n = n < SHIFTED_BYTES ? n : SHIFTED_BYTES;
        unsigned before = bzip2->last;
        for (size_t i = 0; i < n; i++) {
            unsigned byte = head[i];
            bzip2->shifted[i] =
                (unsigned char)(before << bzip2->shift | byte >> (8 - bzip2->shift));
            before = byte;
        }
        head = bzip2->shifted;
    }
    bzip2->decoder.next_in = (char *)head;
    bzip2->decoder.avail_in = (unsigned)n;
    return n;
}

/* The last bits of a shifted input are still in the last byte taken. */
static bool lend_tail(struct bzip2 *bzip2)
{
    if (!bzip2->resumed || bzip2->shift == 8 || bzip2->tail_lent)
        return false;
    bzip2->tail_lent = true;
    bzip2->shifted[0] = (unsigned char)(bzip2->last << bzip2->shift);
    bzip2->decoder.next_in = (char *)bzip2->shifted;
    bzip2->decoder.avail_in = 1;
    return true;
}

static void starve(struct bzip2 *bzip2)
{
    struct layer *layer = &bzip2->layer;
    bzip2->step = feed_at_gap(&layer->feed) ? SEARCH : DONE;
    if (bzip2->step == DONE)
        context_damage(layer->context, layer->depth, "bzip2: truncated after %llu bytes",
                       (unsigned long long)layer->feed.offset);
}

/* Without room for output the decoder stops as soon as it has read a whole block. */
static void read_block(struct bzip2 *bzip2)
{
    size_t lent = lend(bzip2);
    if (lent == 0 && !lend_tail(bzip2)) {
        starve(bzip2);
        return;
    }
    bzip2->decoder.avail_out = 0;
    int status = BZ2_bzDecompress(&bzip2->decoder);
    if (lent > 0)
        take(bzip2, lent - bzip2->decoder.avail_in);
    bzip2->step = OUTPUT;
    if (status == BZ_STREAM_END)
        bzip2->step = bzip2->resumed ? SEARCH : BOUNDARY;
    else if (status != BZ_OK && bzip2->resumed)
        bzip2->step = SEARCH; /* mostly the checksum over all blocks */
    else if (status != BZ_OK)
        fail(bzip2, status == BZ_MEM_ERROR ? "out of memory" : "corrupt block");
}

/* Without input the decoder stops behind the block, whose checksum then was right. */
static void decode_block(struct bzip2 *bzip2)
{
    if (!bzip2->hold)
        bzip2->hold = xmalloc(HOLD_BYTES);
    bzip2->decoder.avail_in = 0;
    bzip2->decoder.next_out = (char *)bzip2->hold;
    bzip2->decoder.avail_out = HOLD_BYTES;
    int status = BZ2_bzDecompress(&bzip2->decoder);
    bzip2->held = HOLD_BYTES - bzip2->decoder.avail_out;
    bzip2->given = 0;
    if (status == BZ_OK && bzip2->held == 0) {
        bzip2->step = INPUT;
    } else if (status == BZ_OK) {
        bzip2->step = GIVE;
        bzip2->block_at = bzip2->layer.feed.offset;
    } else {
        bzip2->held = 0;
        fail(bzip2, "wrong checksum of the block");
    }
}

static size_t give(struct bzip2 *bzip2, unsigned char *buffer, size_t size)
{
    size_t n = bzip2->held - bzip2->given;
    n = n < size ? n : size;
    memcpy(buffer, bzip2->hold + bzip2->given, n);
    bzip2->given += n;
    /* A full hold may be the first part of a block. */
    if (bzip2->given == bzip2->held)
        bzip2->step = bzip2->held == HOLD_BYTES ? OUTPUT : INPUT;
    return n;
}

/* Restarts the decoder as if the block whose magic ends bits_left bits before the end of the last
 * byte taken were the first of a stream. */
static void resume(struct bzip2 *bzip2, unsigned bits_left)
{
    if (!start_decoder(bzip2))
        return;
    char header[STREAM_HEADER_BYTES + BLOCK_MAGIC_BYTES + 1] = "BZh9";
    memcpy(header + STREAM_HEADER_BYTES, block_magic, BLOCK_MAGIC_BYTES);
    bzip2->decoder.next_in = header;
    bzip2->decoder.avail_in = sizeof header - 1;
    BZ2_bzDecompress(&bzip2->decoder);
    bzip2->resumed = true;
    bzip2->tail_lent = false;
    bzip2->shift = 8 - bits_left;
    bzip2->block_at = bzip2->layer.feed.offset;
    bzip2->step = INPUT;
}

static bool search_in(struct bzip2 *bzip2, uint64_t *window, size_t available)
{
    const uint64_t mask = (UINT64_C(1) << BLOCK_MAGIC_BITS) - 1;
    const unsigned char *head = feed_head(&bzip2->layer.feed);
    for (size_t i = 0; i < available; i++) {
        *window = *window << 8 | head[i];
        for (unsigned bits = 0; bits < 8; bits++) {
            if ((*window >> bits & mask) == BLOCK_MAGIC) {
                take(bzip2, i + 1);
                resume(bzip2, bits);
                return true;
            }
        }
    }
    return false;
}

static void search(struct bzip2 *bzip2)
{
    struct feed *feed = &bzip2->layer.feed;
    uint64_t window = bzip2->last;
    bzip2->layer.lost = true;
    bzip2->step = DONE;
    for (;;) {
        if (feed_at_gap(feed)) {
            feed_pass_gap(feed);
            window = 0;
        }
        size_t n = feed_want(feed, 1);
        if (n == 0 && !feed->gap)
            return;
        if (search_in(bzip2, &window, n))
            return;
        take(bzip2, n);
    }
}

static size_t bzip2_read(struct stream *stream, unsigned char *buffer, size_t size, bool *gap)
{
    struct bzip2 *bzip2 = (struct bzip2 *)(void *)stream;
    size_t n = 0;
    while (n == 0 && bzip2->step != DONE) {
        switch (bzip2->step) {
        case BOUNDARY:
            begin_stream(bzip2);
            break;
        case INPUT:
            read_block(bzip2);
            break;
        case OUTPUT:
            decode_block(bzip2);
            break;
        case GIVE:
            n = give(bzip2, buffer, size);
            break;
        case SEARCH:
            search(bzip2);
            break;
        case DONE:
            break;
        }
    }
    if (n > 0) {
        *gap = *gap || bzip2->layer.lost;
        bzip2->layer.lost = false;
    }
    return n;
}

static void bzip2_close(struct stream *stream)
{
    struct bzip2 *bzip2 = (struct bzip2 *)(void *)stream;
    feed_close(&bzip2->layer.feed);
    if (bzip2->open)
        BZ2_bzDecompressEnd(&bzip2->decoder);
    free(bzip2->hold);
    free(bzip2);
}

static const struct stream_type bzip2_type = {.read = bzip2_read, .close = bzip2_close};

static struct stream *bzip2_open(struct source_context *context, unsigned depth, struct feed *feed)
{
    struct bzip2 *bzip2 = xcalloc(1, sizeof *bzip2);
    bzip2->layer = (struct layer){{&bzip2_type}, context, *feed, depth, false};
    return &bzip2->layer.stream;
}

static bool bzip2_detect(const unsigned char *head, size_t len)
{
    if (len <= STREAM_HEADER_BYTES || memcmp(head, "BZh", 3) != 0 || head[3] < '1' || head[3] > '9')
        return false;
    size_t n = len - STREAM_HEADER_BYTES;
    n = n < BLOCK_MAGIC_BYTES ? n : BLOCK_MAGIC_BYTES;
    return memcmp(head + STREAM_HEADER_BYTES, block_magic, n) == 0 ||
           memcmp(head + STREAM_HEADER_BYTES, end_magic, n) == 0;
}

const struct source_format bzip2_format = {
    .name = "bzip2", .detect = bzip2_detect, .open = bzip2_open};
