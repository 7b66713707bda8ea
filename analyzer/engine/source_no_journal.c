/* In builds without libsystemd: a journal is recognised and named as damage. */
#include <stdlib.h>

#include "source_format.h"

static size_t journal_read(struct stream *stream, unsigned char *buffer, size_t size, bool *gap)
{
    (void)stream, (void)buffer, (void)size, (void)gap;
    return 0;
}

static void journal_close(struct stream *stream)
{
    struct layer *layer = (struct layer *)(void *)stream;
    feed_close(&layer->feed);
    free(layer);
}

static const struct stream_type journal_type = {.read = journal_read, .close = journal_close};

static struct stream *journal_open(struct source_context *context, unsigned depth,
                                   struct feed *feed)
{
    struct layer *layer = xmalloc(sizeof *layer);
    *layer = (struct layer){{&journal_type}, context, *feed, depth, false};
    context_damage(context, depth,
                   "a systemd journal, which this build cannot read: pipe it, journalctl -o json | "
                   "postmortem -");
    return &layer->stream;
}

static bool journal_detect(const unsigned char *head, size_t len)
{
    return head_is(head, len, "LPKSHHRH", 8);
}

const struct source_format journal_format = {
    .name = "journal", .detect = journal_detect, .open = journal_open};
