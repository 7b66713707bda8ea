/* One line through the envelopes, and lines through the column maps and queue listings. */
#define _GNU_SOURCE /* memfd_create */
#include "envelope.h"

#include "columns.h"
#include "fuzzing.h"
#include "listing.h"

static void touch_envelope(const struct envelope *envelope)
{
    const struct str parts[] = {envelope->host, envelope->program, envelope->text, envelope->body};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        fuzz_touch(parts[i].ptr, parts[i].len);
    fuzz_require(envelope->format < ENVELOPE_COUNT, "an envelope has a name");
}

/* A map that is followed through a block is that of its lines one by one. */
static void follow(struct str text)
{
    struct columns now = {.table = TABLE_UNASKED}, stamp, slow = now;
    columns_follow(&now, text.ptr, text.len, &stamp);
    while (text.len) {
        struct str line;
        const char *newline = memchr(text.ptr, '\n', text.len);
        size_t len = newline ? (size_t)(newline + 1 - text.ptr) : text.len;
        columns_follow(&slow, text.ptr, len, &stamp);
        line = str_head(text, newline ? len - 1 : len);
        text = str_skip(text, len);
        struct row row;
        if (slow.table > TABLE_STRANGE && !columns_is_listing(&slow) &&
            !columns_row(line, &slow, &row))
            for (unsigned i = 0; i < COLUMN_COUNT; i++)
                fuzz_touch(row.values[i].ptr, row.values[i].len);
    }
    fuzz_require(now.table == slow.table && now.count == slow.count &&
                     memcmp(now.names, slow.names, now.count) == 0,
                 "columns of a block are those of its lines");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str line = {(const char *)data, size};
    struct arena arena = {0};
    struct envelope envelope;
    if (size == 0)
        return 0;
    if (!envelope_parse(line, &arena, &envelope))
        fuzz_require(envelope.format == ENVELOPE_NONE, "no envelope");
    touch_envelope(&envelope);
    uint8_t table = listing_begins(line);
    for (unsigned t = TABLE_MAILQ; t <= TABLE_QUEUE_SIZES; t++) {
        envelope_listing(line, table ? table : (uint8_t)t, &envelope);
        touch_envelope(&envelope);
    }
    arena_free(&arena);
    follow(line);
    return 0;
}
