#include "source_utf16.h"

#include <stdlib.h>

enum {
    REPLACEMENT = 0xfffd,
    UTF8_BYTES_MAX = 4,
    UTF16_BYTES_MAX = 4,
    ALIGN_SAMPLE_BYTES = 256,
};

struct utf16 {
    struct layer layer;
    bool big_endian;
};

static size_t encode(uint32_t c, unsigned char *out)
{
    if (c < 0x80) {
        out[0] = (unsigned char)c;
        return 1;
    }
    size_t bytes = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = bytes - 1; i > 0; i--) {
        out[i] = (unsigned char)(0x80 | (c & 0x3f));
        c >>= 6;
    }
    out[0] = (unsigned char)(lead[bytes] | c);
    return bytes;
}

static uint32_t unit(const struct utf16 *utf16, const unsigned char *at)
{
    return utf16->big_endian ? (uint32_t)at[0] << 8 | at[1] : (uint32_t)at[1] << 8 | at[0];
}

static bool is_high(uint32_t c)
{
    return c >= 0xd800 && c <= 0xdbff;
}

static bool is_low(uint32_t c)
{
    return c >= 0xdc00 && c <= 0xdfff;
}

/* One character from len (> 0) bytes, which are all that come before the end or a gap if they are
 * fewer than 4. */
static uint32_t decode(const struct utf16 *utf16, const unsigned char *at, size_t len,
                       size_t *ret_used)
{
    *ret_used = len < 2 ? 1 : 2;
    if (len < 2)
        return REPLACEMENT;
    uint32_t c = unit(utf16, at);
    if (is_high(c) && len >= 4 && is_low(unit(utf16, at + 2))) {
        *ret_used = 4;
        return 0x10000 + ((c - 0xd800) << 10) + (unit(utf16, at + 2) - 0xdc00);
    }
    return is_high(c) || is_low(c) ? REPLACEMENT : c;
}

/* Behind a gap the next byte may be the second half of a unit: log text is mostly ASCII, so the
 * zeros tell. */
static void align(struct utf16 *utf16)
{
    struct feed *feed = &utf16->layer.feed;
    size_t n = feed_want(feed, ALIGN_SAMPLE_BYTES);
    const unsigned char *head = feed_head(feed);
    size_t zeros[2] = {0, 0};
    for (size_t i = 0; i < n && i < ALIGN_SAMPLE_BYTES; i++)
        zeros[i & 1] += head[i] == 0;
    size_t expected = utf16->big_endian ? 0 : 1;
    if (zeros[1 - expected] > zeros[expected])
        feed_take(feed, 1);
}

static size_t convert(struct utf16 *utf16, unsigned char *buffer, size_t size)
{
    struct feed *feed = &utf16->layer.feed;
    size_t len = feed_want(feed, UTF16_BYTES_MAX);
    const unsigned char *head = feed_head(feed);
    bool last = len < UTF16_BYTES_MAX;
    size_t at = 0, made = 0;
    while (at < len && (last || len - at >= UTF16_BYTES_MAX) && size - made >= UTF8_BYTES_MAX) {
        size_t used = 0;
        made += encode(decode(utf16, head + at, len - at, &used), buffer + made);
        at += used;
    }
    feed_take(feed, at);
    return made;
}

static size_t utf16_read(struct stream *stream, unsigned char *buffer, size_t size, bool *gap)
{
    struct utf16 *utf16 = (struct utf16 *)(void *)stream;
    struct feed *feed = &utf16->layer.feed;
    feed_want(feed, 1);
    if (feed_at_gap(feed)) {
        feed_pass_gap(feed);
        *gap = true;
        align(utf16);
    }
    return convert(utf16, buffer, size);
}

static void utf16_close(struct stream *stream)
{
    struct utf16 *utf16 = (struct utf16 *)(void *)stream;
    feed_close(&utf16->layer.feed);
    free(utf16);
}

static const struct stream_type utf16_type = {.read = utf16_read, .close = utf16_close};

bool utf16_detect(const unsigned char *head, size_t len)
{
    if (len < UTF16_MARK_BYTES)
        return false;
    bool little = head[0] == 0xff && head[1] == 0xfe;
    bool utf32 = little && len >= 4 && head[2] == 0 && head[3] == 0;
    return (little && !utf32) || (head[0] == 0xfe && head[1] == 0xff);
}

struct stream *utf16_open(struct feed *feed)
{
    struct utf16 *utf16 = xcalloc(1, sizeof *utf16);
    utf16->layer = (struct layer){.stream = {&utf16_type}, .feed = *feed};
    utf16->big_endian = feed_head(feed)[0] == 0xfe;
    feed_take(&utf16->layer.feed, UTF16_MARK_BYTES);
    return &utf16->layer.stream;
}
