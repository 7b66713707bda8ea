/* gzip: any number of members one behind the other, then nothing or zero padding. */
#include <stdlib.h>

#include "gzip_member.h"
#include "source_format.h"

enum step { HEADER, BODY, DONE };

struct gzip {
    struct layer layer;
    enum step step;
    bool started; /* a first member was read */
    struct gzip_member *member;
};

static void end(struct gzip *gzip, const char *why)
{
    struct layer *layer = &gzip->layer;
    gzip->step = DONE;
    /* A gap was named by the layer that made it. */
    if (!layer->feed.gap)
        context_damage(layer->context, layer->depth, "gzip: %s %llu bytes", why,
                       (unsigned long long)layer->feed.offset);
}

static void next_header(struct gzip *gzip)
{
    struct feed *feed = &gzip->layer.feed;
    size_t n = feed_want(feed, 4);
    if (!gzip->started || gzip_format.detect(feed_head(feed), n)) {
        gzip_member_begin(gzip->member);
        gzip->started = true;
        gzip->step = BODY;
    } else if (feed_rest_is_padding(feed)) {
        gzip->step = DONE;
    } else {
        end(gzip, "trailing garbage after");
    }
}

static size_t read_body(struct gzip *gzip, unsigned char *buffer, size_t size)
{
    size_t bytes;
    switch (gzip_member_read(gzip->member, &gzip->layer.feed, buffer, size, &bytes)) {
    case GZIP_GOES_ON:
        break;
    case GZIP_ENDED:
        gzip->step = HEADER;
        break;
    case GZIP_TRUNCATED:
        end(gzip, "truncated after");
        break;
    case GZIP_BAD_HEADER:
        end(gzip, "corrupt header before");
        break;
    case GZIP_CORRUPT:
        end(gzip, "corrupt after");
        break;
    case GZIP_BAD_CHECKSUM:
        end(gzip, "wrong checksum of the member that ends after");
        gzip->step = HEADER;
        break;
    }
    return bytes;
}

static size_t gzip_read(struct stream *stream, unsigned char *buffer, size_t size, bool *gap)
{
    (void)gap;
    struct gzip *gzip = (struct gzip *)(void *)stream;
    size_t n = 0;
    while (n == 0 && gzip->step != DONE) {
        if (gzip->step == HEADER)
            next_header(gzip);
        else
            n = read_body(gzip, buffer, size);
    }
    return n;
}

static void gzip_close(struct stream *stream)
{
    struct gzip *gzip = (struct gzip *)(void *)stream;
    feed_close(&gzip->layer.feed);
    gzip_member_free(gzip->member);
    free(gzip);
}

static const struct stream_type gzip_type = {.read = gzip_read, .close = gzip_close};

static struct stream *gzip_open(struct source_context *context, unsigned depth, struct feed *feed)
{
    struct gzip *gzip = xcalloc(1, sizeof *gzip);
    gzip->layer = (struct layer){{&gzip_type}, context, *feed, depth, false};
    gzip->member = gzip_member_new();
    gzip->step = HEADER;
    return &gzip->layer.stream;
}

static bool gzip_detect(const unsigned char *head, size_t len)
{
    return head_is(head, len, "\x1f\x8b\x08", 3) && (len < 4 || (head[3] & 0xe0) == 0);
}

const struct source_format gzip_format = {.name = "gzip", .detect = gzip_detect, .open = gzip_open};
