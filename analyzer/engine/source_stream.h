/* Layers of a source. A stream pulls bytes out of the one beneath it; a feed is a look-ahead window
 * on a stream. Behind source.h. */
#ifndef POSTMORTEM_SOURCE_STREAM_H
#define POSTMORTEM_SOURCE_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source.h"

struct stream;

enum { STREAM_READ_BYTES_MIN = 16 };

struct stream_type {
    /* Up to size (>= STREAM_READ_BYTES_MIN) bytes; 0 only at the end. Sets *gap if bytes were lost
     * in front of these, else leaves it. */
    size_t (*read)(struct stream *stream, unsigned char *buffer, size_t size, bool *gap);
    void (*close)(struct stream *stream);
    /* Bytes anywhere, 0 at the end or on an error; NULL for streams that cannot seek. */
    size_t (*read_at)(struct stream *stream, unsigned char *buffer, size_t size, uint64_t offset);
};

struct stream {
    const struct stream_type *type;
};

void stream_close(struct stream *stream); /* takes NULL */

/* What every layer of one source shares. */
struct source_context {
    struct source_options options;
    char damage[400]; /* of the current member; empty: none */
    unsigned damage_depth;
};

bool context_stopped(const struct source_context *context);
/* Names damage of the current member. What a layer says after one beneath it has spoken is a
 * consequence, and is dropped. */
void context_damage(struct source_context *context, unsigned depth, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

enum { FEED_BYTES = 256 * 1024 };

struct feed {
    struct stream *upstream; /* owned */
    unsigned char *data;
    size_t begin, edge, end; /* begin to edge can be taken; edge to end lies behind a gap */
    uint64_t offset;         /* of begin, in the bytes of upstream */
    bool gap;                /* there is one at edge */
    bool ended;
};

void feed_open(struct feed *feed, struct stream *upstream);
void feed_close(struct feed *feed);
/* Makes wanted (<= FEED_BYTES) bytes available if they come before the end and the next gap;
 * returns how many are, maybe more. */
size_t feed_want(struct feed *feed, size_t wanted);
const unsigned char *feed_head(const struct feed *feed);
void feed_take(struct feed *feed, size_t bytes);
bool feed_at_gap(const struct feed *feed);
void feed_pass_gap(struct feed *feed);
/* As the read of a stream, of any size. */
size_t feed_read(struct feed *feed, unsigned char *buffer, size_t size, bool *gap);
/* Moves on, over gaps too, until magic stands at bytes behind the head; false at the end. */
bool feed_seek(struct feed *feed, const void *magic, size_t magic_bytes, size_t at);
/* True if only zero bytes were left, which are taken. */
bool feed_rest_is_padding(struct feed *feed);

/* What a decoder begins with. */
struct layer {
    struct stream stream;
    struct source_context *context;
    struct feed feed; /* owned */
    unsigned depth;
    bool lost; /* bytes were lost in front of the next ones */
};

#endif
