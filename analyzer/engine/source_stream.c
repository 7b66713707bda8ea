#define _GNU_SOURCE /* memmem */
#include "source_stream.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Below this a read goes through the window, so that tiny reads do not cost a system call each. */
enum { DIRECT_BYTES = 16 * 1024 };

/* Room to read on when FEED_BYTES are nearly there. */
enum { DATA_BYTES = FEED_BYTES + STREAM_READ_BYTES_MIN };

void stream_close(struct stream *stream)
{
    if (stream)
        stream->type->close(stream);
}

bool context_stopped(const struct source_context *context)
{
    const volatile int *stop = context->options.stop;
    return stop && __atomic_load_n(stop, __ATOMIC_RELAXED);
}

void context_damage(struct source_context *context, unsigned depth, const char *format, ...)
{
    size_t used = strlen(context->damage);
    if ((used > 0 && depth > context->damage_depth) || context_stopped(context))
        return;
    context->damage_depth = depth;
    char text[200];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    size_t room = sizeof context->damage - used;
    static const char more[] = "; and more";
    if (strlen(text) + sizeof more + 2 < room)
        snprintf(context->damage + used, room, "%s%s", used ? "; " : "", text);
    else if (used < sizeof more || strcmp(context->damage + used - sizeof more + 1, more) != 0)
        snprintf(context->damage + used, room, "%s", more);
}

void feed_open(struct feed *feed, struct stream *upstream)
{
    *feed = (struct feed){.upstream = upstream};
}

void feed_close(struct feed *feed)
{
    stream_close(feed->upstream);
    free(feed->data);
    *feed = (struct feed){.ended = true};
}

static void fill(struct feed *feed)
{
    if (!feed->data)
        feed->data = xmalloc(DATA_BYTES);
    if (feed->begin == feed->end) {
        feed->begin = feed->edge = feed->end = 0;
    } else if (DATA_BYTES - feed->end < STREAM_READ_BYTES_MIN) {
        feed->end -= feed->begin;
        memmove(feed->data, feed->data + feed->begin, feed->end);
        feed->edge = feed->end;
        feed->begin = 0;
    }
    bool gap = false;
    size_t n = feed->upstream->type->read(feed->upstream, feed->data + feed->end,
                                          DATA_BYTES - feed->end, &gap);
    feed->end += n;
    feed->ended = n == 0;
    feed->gap = gap && n > 0;
    if (!feed->gap)
        feed->edge = feed->end;
}

size_t feed_want(struct feed *feed, size_t wanted)
{
    while (feed->edge - feed->begin < wanted && !feed->gap && !feed->ended)
        fill(feed);
    return feed->edge - feed->begin;
}

const unsigned char *feed_head(const struct feed *feed)
{
    return feed->data + feed->begin;
}

void feed_take(struct feed *feed, size_t bytes)
{
    feed->begin += bytes;
    feed->offset += bytes;
}

bool feed_at_gap(const struct feed *feed)
{
    return feed->gap && feed->begin == feed->edge;
}

void feed_pass_gap(struct feed *feed)
{
    feed->gap = false;
    feed->edge = feed->end;
}

static size_t read_direct(struct feed *feed, unsigned char *buffer, size_t size, bool *gap)
{
    size_t n = feed->upstream->type->read(feed->upstream, buffer, size, gap);
    feed->offset += n;
    feed->ended = n == 0;
    return n;
}

size_t feed_read(struct feed *feed, unsigned char *buffer, size_t size, bool *gap)
{
    if (feed->begin == feed->end && !feed->ended && size >= DIRECT_BYTES)
        return read_direct(feed, buffer, size, gap);
    size_t n = feed_want(feed, 1);
    if (n == 0 && feed->gap) {
        feed_pass_gap(feed);
        *gap = true;
        n = feed_want(feed, 1);
    }
    if (n > size)
        n = size;
    if (n > 0)
        memcpy(buffer, feed_head(feed), n);
    feed_take(feed, n);
    return n;
}

bool feed_seek(struct feed *feed, const void *magic, size_t magic_bytes, size_t at)
{
    for (;;) {
        size_t n = feed_want(feed, at + magic_bytes);
        if (n < at + magic_bytes) {
            feed_take(feed, n);
            if (!feed->gap)
                return false;
            feed_pass_gap(feed);
            continue;
        }
        const unsigned char *from = feed_head(feed) + at;
        const unsigned char *found = memmem(from, n - at, magic, magic_bytes);
        if (found) {
            feed_take(feed, (size_t)(found - from));
            return true;
        }
        feed_take(feed, n - at - magic_bytes + 1);
    }
}

bool feed_rest_is_padding(struct feed *feed)
{
    for (;;) {
        size_t n = feed_want(feed, 1);
        if (n == 0)
            return !feed->gap;
        const unsigned char *head = feed_head(feed);
        size_t zeros = 0;
        while (zeros < n && head[zeros] == 0)
            zeros++;
        feed_take(feed, zeros);
        if (zeros < n)
            return false;
    }
}
