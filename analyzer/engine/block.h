/* Whole lines of one member, and the fixed pool they come from: an empty pool is the back-pressure.
 */
#ifndef POSTMORTEM_BLOCK_H
#define POSTMORTEM_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "columns.h"

enum { LINE_BYTES_MAX = 64 * 1024, BLOCK_BYTES_DEFAULT = 256 * 1024, BLOCK_BYTES_MIN = 4096 };

struct lane;

struct block {
    struct block *next; /* in pool or queue */
    char *data;
    size_t bytes; /* whole lines; the last may lack its line end at the end of a member */
    size_t capacity;
    uint64_t offset;  /* of the first byte, in the decompressed member before decoding */
    uint64_t skipped; /* bytes of the last line beyond LINE_BYTES_MAX that were not kept, its line
                         end aside */
    uint8_t skipped_end; /* bytes of the line end of such a line */
    uint64_t sequence;   /* within the lane, from 0 */
    struct lane *lane;
    void *member;     /* the consumer's, from member_begin */
    uint8_t encoding; /* enum source_encoding */
    bool gap;         /* damage in front of this block */
    struct columns columns; /* of a file that is a table: the header that holds at the start */
    void *result;     /* what a worker made of it; made by the consumer, reused with the block */
};

struct block_pool;

struct block_pool *block_pool_new(unsigned count, size_t block_bytes);
/* All blocks must be back. free_result may be NULL. */
void block_pool_free(struct block_pool *pool, void (*free_result)(void *result));
/* Waits until one is free. */
struct block *block_pool_get(struct block_pool *pool);
void block_pool_put(struct block_pool *pool, struct block *block);

#endif
