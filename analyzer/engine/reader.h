/* Cuts the bytes of one member into blocks of whole lines. */
#ifndef POSTMORTEM_READER_H
#define POSTMORTEM_READER_H

#include "block.h"
#include "source.h"

struct reader {
    struct source *source;
    size_t block_bytes;
    uint64_t offset; /* of the next byte that goes into a block, in the member before decoding */
    char *tail; /* an unfinished line, for the next block; LINE_BYTES_MAX + block_bytes + 1 bytes */
    size_t tail_bytes;
    uint8_t encoding;
    bool end; /* nothing follows */
    bool source_end;
    bool gap; /* stands in the tail, behind gap_at bytes of it */
    size_t gap_at;
    struct columns columns; /* that hold where the next block begins */
    const char *damage; /* what the source said; NULL: nothing */
};

void reader_begin(struct reader *reader, struct source *source, const struct source_member *member,
                  size_t block_bytes);
/* Fills a block from the pool; it may stay empty at the end. */
void reader_fill(struct reader *reader, struct block *block);
void reader_finish(struct reader *reader);

/* Bytes that text took in the member before it was decoded. */
uint64_t reader_raw_bytes(uint8_t encoding, const char *text, size_t bytes);

#endif
