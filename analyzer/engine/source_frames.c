#include "source_frames.h"

#include <stdlib.h>

enum step { BOUNDARY, FRAME, FAILED, DONE };

struct frames {
    struct layer layer;
    const struct frame_codec *codec;
    void *decoder;
    size_t hint; /* input the decoder asked for */
    uint64_t frame_at;
    enum step step;
    bool full;  /* the last output was filled, so there may be more of it without input */
    bool named; /* the damage being skipped */
};

bool frames_is_skippable(const unsigned char *head, size_t len)
{
    return len > 3 && (head[0] & 0xf0) == 0x50 && head_is(head + 1, len - 1, "\x2a\x4d\x18", 3);
}

static void fail(struct frames *frames, const char *why)
{
    struct layer *layer = &frames->layer;
    frames->step = FAILED;
    if (!frames->named && !feed_at_gap(&layer->feed))
        context_damage(layer->context, layer->depth, "%s: %s %s at byte %llu, skipped to the next",
                       frames->codec->name, why, frames->codec->unit,
                       (unsigned long long)frames->frame_at);
    frames->named = true;
}

static void begin_frame(struct frames *frames)
{
    struct feed *feed = &frames->layer.feed;
    const struct frame_codec *codec = frames->codec;
    size_t n = feed_want(feed, codec->magic_bytes);
    const unsigned char *head = feed_head(feed);
    frames->frame_at = feed->offset;
    if (head_is(head, n, codec->magic, codec->magic_bytes) ||
        (codec->skippable && frames_is_skippable(head, n))) {
        frames->hint = codec->begin(frames->decoder);
        frames->full = false;
        frames->step = FRAME;
    } else if (feed_rest_is_padding(feed)) {
        frames->step = DONE;
    } else {
        fail(frames, "garbage instead of a");
    }
}

static size_t starve(struct frames *frames)
{
    struct layer *layer = &frames->layer;
    frames->step = feed_at_gap(&layer->feed) ? FAILED : DONE;
    if (frames->step == DONE)
        context_damage(layer->context, layer->depth, "%s: truncated after %llu bytes",
                       frames->codec->name, (unsigned long long)layer->feed.offset);
    return 0;
}

/* A call that fails does not say what it wrote, so none is given more than one step of work: what
   is left to give, one block, or one header. */
static size_t step_bytes(const struct frames *frames)
{
    size_t hint = frames->hint, header = frames->codec->header_bytes;
    size_t wanted = frames->full ? 0 : hint > header ? hint - header : hint;
    return wanted < FEED_BYTES ? wanted : FEED_BYTES;
}

static size_t decode(struct frames *frames, unsigned char *buffer, size_t size)
{
    struct feed *feed = &frames->layer.feed;
    size_t in_bytes = step_bytes(frames);
    if (in_bytes > 0) {
        size_t available = feed_want(feed, frames->hint == FRAME_ANY ? 1 : in_bytes);
        if (available == 0)
            return starve(frames);
        in_bytes = in_bytes < available ? in_bytes : available;
    }
    size_t out_bytes = size;
    size_t hint =
        frames->codec->decode(frames->decoder, buffer, &out_bytes, feed_head(feed), &in_bytes);
    feed_take(feed, in_bytes);
    if (hint == FRAME_FAILED) {
        fail(frames, "corrupt");
        hint = 0;
    } else if (hint == 0) {
        frames->step = BOUNDARY;
    }
    frames->full = out_bytes == size;
    frames->hint = hint;
    return out_bytes;
}

/* The head may be the magic of the frame that failed. */
static void resume(struct frames *frames)
{
    struct feed *feed = &frames->layer.feed;
    if (feed_at_gap(feed))
        feed_pass_gap(feed);
    else if (feed->offset == frames->frame_at && feed_want(feed, 1) > 0)
        feed_take(feed, 1);
    frames->layer.lost = true;
    bool found = feed_seek(feed, frames->codec->magic, frames->codec->magic_bytes, 0);
    frames->step = found ? BOUNDARY : DONE;
}

static size_t frames_read(struct stream *stream, unsigned char *buffer, size_t size, bool *gap)
{
    struct frames *frames = (struct frames *)(void *)stream;
    size_t n = 0;
    while (n == 0 && frames->step != DONE) {
        if (frames->step == BOUNDARY)
            begin_frame(frames);
        else if (frames->step == FRAME)
            n = decode(frames, buffer, size);
        else
            resume(frames);
    }
    if (n > 0) {
        *gap = *gap || frames->layer.lost;
        frames->layer.lost = false;
        frames->named = frames->step == FAILED;
    }
    return n;
}

static void frames_close(struct stream *stream)
{
    struct frames *frames = (struct frames *)(void *)stream;
    feed_close(&frames->layer.feed);
    frames->codec->destroy(frames->decoder);
    free(frames);
}

static const struct stream_type frames_type = {.read = frames_read, .close = frames_close};

struct stream *frames_open(const struct frame_codec *codec, struct source_context *context,
                           unsigned depth, struct feed *feed)
{
    struct frames *frames = xcalloc(1, sizeof *frames);
    frames->layer = (struct layer){{&frames_type}, context, *feed, depth, false};
    frames->codec = codec;
    frames->decoder = codec->create();
    if (!frames->decoder) {
        context_damage(context, depth, "%s: out of memory", codec->name);
        frames->step = DONE;
    }
    return &frames->layer.stream;
}
