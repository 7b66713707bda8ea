#define _GNU_SOURCE /* memrchr */
#include "reader.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"

void reader_begin(struct reader *reader, struct source *source, const struct source_member *member,
                  size_t block_bytes)
{
    *reader = (struct reader){.source = source,
                              .block_bytes = block_bytes,
                              .offset = member->prefix,
                              .encoding = member->encoding};
    reader->tail = xmalloc(block_bytes + LINE_BYTES_MAX + 1);
}

void reader_finish(struct reader *reader)
{
    free(reader->tail);
}

uint64_t reader_raw_bytes(uint8_t encoding, const char *text, size_t bytes)
{
    if (encoding != SOURCE_UTF16)
        return bytes;
    uint64_t units = 0;
    for (size_t i = 0; i < bytes; i++) {
        unsigned char c = (unsigned char)text[i];
        units += c < 0x80 || c >= 0xc0; /* continuation bytes add nothing */
        units += c >= 0xf0;             /* a surrogate pair */
    }
    return units * 2;
}

/* One read behind what the block already holds. A gap ends the block: what follows is kept for the
 * next one. */
static bool read_more(struct reader *reader, struct block *block, size_t room)
{
    struct source_chunk chunk = {0};
    source_read(reader->source, block->data + block->bytes, room, &chunk);
    if (chunk.damage)
        reader->damage = chunk.damage;
    reader->source_end = chunk.end;
    if (chunk.gap && block->bytes) {
        memcpy(reader->tail, block->data + block->bytes, chunk.bytes);
        reader->tail_bytes = chunk.bytes;
        reader->gap = true;
        return false;
    }
    block->gap |= chunk.gap;
    block->bytes += chunk.bytes;
    return !chunk.end;
}

/* bytes of a long line, and the newline behind them, are not kept. */
static void end_skipped(struct reader *reader, struct block *block, const char *text, size_t bytes)
{
    block->skipped += reader_raw_bytes(reader->encoding, text, bytes);
    block->skipped_end = reader->encoding == SOURCE_UTF16 ? 2 : 1;
}

/* The rest of a line that is too long: counted, not kept. What follows it in the last read becomes
 * the tail. */
static void skip_line(struct reader *reader, struct block *block)
{
    while (!reader->source_end && !reader->gap) {
        struct source_chunk chunk = {0};
        source_read(reader->source, reader->tail, reader->block_bytes, &chunk);
        if (chunk.damage)
            reader->damage = chunk.damage;
        reader->source_end = chunk.end;
        reader->gap = chunk.gap;
        char *stop = chunk.gap ? reader->tail : memchr(reader->tail, '\n', chunk.bytes);
        if (!stop) {
            block->skipped += reader_raw_bytes(reader->encoding, reader->tail, chunk.bytes);
            continue;
        }
        size_t over = (size_t)(stop - reader->tail);
        if (chunk.gap)
            over = 0;
        else
            end_skipped(reader, block, reader->tail, over++);
        reader->tail_bytes = chunk.bytes - over;
        memmove(reader->tail, reader->tail + over, reader->tail_bytes);
        return;
    }
}

/* What stands behind the first whole bytes of the block goes in front of the tail. */
static void push_back(struct reader *reader, struct block *block, size_t whole)
{
    size_t bytes = block->bytes - whole;
    reader->gap_at += reader->gap ? bytes : 0;
    memmove(reader->tail + bytes, reader->tail, reader->tail_bytes);
    memcpy(reader->tail, block->data + whole, bytes);
    reader->tail_bytes += bytes;
    block->bytes = whole;
}

/* Start of the first line longer than LINE_BYTES_MAX, else block->bytes. Looks at one newline in
 * LINE_BYTES_MAX bytes. */
static size_t long_line(const struct block *block)
{
    size_t at = 0;
    while (block->bytes - at > LINE_BYTES_MAX) {
        const char *stop = memrchr(block->data + at, '\n', LINE_BYTES_MAX + 1);
        if (!stop)
            return at;
        at = (size_t)(stop + 1 - block->data);
    }
    return block->bytes;
}

/* Lines of a block never exceed LINE_BYTES_MAX: a longer one is cut, and ends the block it stands
 * in. */
static void cut_long_line(struct reader *reader, struct block *block)
{
    size_t at = long_line(block);
    if (at == block->bytes)
        return;
    if (at > 0) {
        push_back(reader, block, at);
        return;
    }
    char *stop = memchr(block->data + LINE_BYTES_MAX, '\n', block->bytes - LINE_BYTES_MAX);
    const char *rest = block->data + LINE_BYTES_MAX;
    if (stop) {
        end_skipped(reader, block, rest, (size_t)(stop - rest));
        push_back(reader, block, (size_t)(stop + 1 - block->data));
    } else {
        block->skipped = reader_raw_bytes(reader->encoding, rest, block->bytes - LINE_BYTES_MAX);
        skip_line(reader, block);
    }
    block->bytes = LINE_BYTES_MAX;
}

/* What was left over begins the block, up to a gap in it. */
static void take_tail(struct reader *reader, struct block *block)
{
    block->gap = reader->gap && reader->gap_at == 0;
    reader->gap = reader->gap && !block->gap;
    block->bytes = reader->gap ? reader->gap_at : reader->tail_bytes;
    memcpy(block->data, reader->tail, block->bytes);
    reader->tail_bytes -= block->bytes;
    memmove(reader->tail, reader->tail + block->bytes, reader->tail_bytes);
    reader->gap_at = 0;
}

static char *last_newline(struct block *block)
{
    return block->bytes ? memrchr(block->data, '\n', block->bytes) : NULL;
}

void reader_fill(struct reader *reader, struct block *block)
{
    block->offset = reader->offset;
    block->encoding = reader->encoding;
    take_tail(reader, block);
    bool more = !reader->source_end && !reader->gap;
    while (more && block->bytes < reader->block_bytes)
        more = read_more(reader, block, reader->block_bytes - block->bytes);
    char *newline = last_newline(block);
    while (more && !newline && block->bytes <= LINE_BYTES_MAX) {
        more = read_more(reader, block, block->capacity - block->bytes);
        newline = last_newline(block);
    }
    bool final = reader->source_end || reader->gap;
    if (newline && !final)
        push_back(reader, block, (size_t)(newline + 1 - block->data));
    cut_long_line(reader, block);
    reader->offset += reader_raw_bytes(reader->encoding, block->data, block->bytes) +
                      block->skipped + block->skipped_end;
    columns_follow(&reader->columns, block->data, block->bytes, &block->columns);
    reader->end = reader->source_end && reader->tail_bytes == 0;
}
