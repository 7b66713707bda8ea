/* gzip by ISA-L: any number of members one behind the other, then nothing or zero padding. */
#include <isa-l/igzip_lib.h>
#include <stdlib.h>
#include <string.h>

#include "source_format.h"

enum step { HEADER, BODY, FAILED, DONE };

struct gzip {
    struct layer layer;
    enum step step;
    int error;    /* of ISA-L, while FAILED */
    bool started; /* a first member was read */
    struct isal_gzip_header header;
    struct inflate_state state;
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

/* Gives ISA-L what the window holds; false if nothing is left. */
static bool lend(struct gzip *gzip, size_t *ret_lent)
{
    size_t n = feed_want(&gzip->layer.feed, 1);
    /* ISA-L's input pointer lacks a const. */
    gzip->state.next_in = gzip->layer.feed.data + gzip->layer.feed.begin;
    gzip->state.avail_in = (uint32_t)n;
    *ret_lent = n;
    return n > 0;
}

static void read_header(struct gzip *gzip)
{
    isal_inflate_init(&gzip->state);
    gzip->state.crc_flag = ISAL_GZIP_NO_HDR_VER;
    isal_gzip_header_init(&gzip->header);
    gzip->started = true;
    int status = ISAL_END_INPUT;
    while (status == ISAL_END_INPUT) {
        size_t lent = 0;
        if (!lend(gzip, &lent)) {
            end(gzip, "truncated after");
            return;
        }
        status = isal_read_gzip_header(&gzip->state, &gzip->header);
        feed_take(&gzip->layer.feed, lent - gzip->state.avail_in);
    }
    gzip->step = BODY;
    if (status != ISAL_DECOMP_OK)
        end(gzip, "corrupt header before");
}

static void next_header(struct gzip *gzip)
{
    struct feed *feed = &gzip->layer.feed;
    size_t n = feed_want(feed, 4);
    if (!gzip->started || gzip_format.detect(feed_head(feed), n))
        read_header(gzip);
    else if (feed_rest_is_padding(feed))
        gzip->step = DONE;
    else
        end(gzip, "trailing garbage after");
}

static size_t inflate(struct gzip *gzip, unsigned char *buffer, size_t size)
{
    size_t lent = 0;
    bool more = lend(gzip, &lent);
    gzip->state.next_out = buffer;
    gzip->state.avail_out = size > INT32_MAX ? INT32_MAX : (uint32_t)size;
    gzip->error = isal_inflate(&gzip->state);
    feed_take(&gzip->layer.feed, lent - gzip->state.avail_in);
    size_t made = (size_t)(gzip->state.next_out - buffer);
    bool stuck = made == 0 && gzip->state.avail_in == lent;
    if (gzip->error != ISAL_DECOMP_OK)
        gzip->step = FAILED;
    else if (gzip->state.block_state == ISAL_BLOCK_FINISH)
        gzip->step = HEADER;
    else if (stuck)
        end(gzip, more ? "corrupt after" : "truncated after");
    return made;
}

/* First what ISA-L had decoded before the error but had no room to give. */
static size_t drain(struct gzip *gzip, unsigned char *buffer, size_t size)
{
    struct inflate_state *state = &gzip->state;
    size_t held = (size_t)(state->tmp_out_valid - state->tmp_out_processed);
    if (gzip->error != ISAL_INCORRECT_CHECKSUM && state->tmp_out_valid > state->tmp_out_processed) {
        size_t n = held < size ? held : size;
        memcpy(buffer, state->tmp_out_buffer + state->tmp_out_processed, n);
        state->tmp_out_processed += (int32_t)n;
        return n;
    }
    if (gzip->error == ISAL_INCORRECT_CHECKSUM) {
        end(gzip, "wrong checksum of the member that ends after");
        gzip->step = HEADER;
    } else {
        end(gzip, "corrupt after");
    }
    return 0;
}

static size_t gzip_read(struct stream *stream, unsigned char *buffer, size_t size, bool *gap)
{
    (void)gap;
    struct gzip *gzip = (struct gzip *)(void *)stream;
    size_t n = 0;
    while (n == 0 && gzip->step != DONE) {
        if (gzip->step == HEADER)
            next_header(gzip);
        else if (gzip->step == BODY)
            n = inflate(gzip, buffer, size);
        else
            n = drain(gzip, buffer, size);
    }
    return n;
}

static void gzip_close(struct stream *stream)
{
    struct gzip *gzip = (struct gzip *)(void *)stream;
    feed_close(&gzip->layer.feed);
    free(gzip);
}

static const struct stream_type gzip_type = {.read = gzip_read, .close = gzip_close};

static struct stream *gzip_open(struct source_context *context, unsigned depth, struct feed *feed)
{
    /* Zeroed: of an incomplete code ISA-L reads parts of its tables that it never wrote. */
    struct gzip *gzip = xcalloc(1, sizeof *gzip);
    gzip->layer = (struct layer){{&gzip_type}, context, *feed, depth, false};
    gzip->step = HEADER;
    return &gzip->layer.stream;
}

static bool gzip_detect(const unsigned char *head, size_t len)
{
    return head_is(head, len, "\x1f\x8b\x08", 3) && (len < 4 || (head[3] & 0xe0) == 0);
}

const struct source_format gzip_format = {.name = "gzip", .detect = gzip_detect, .open = gzip_open};
