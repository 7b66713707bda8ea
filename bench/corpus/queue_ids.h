/* Queue ids as the queue file's birth and inode make them, and inodes that are used again. */
#ifndef CORPUS_QUEUE_IDS_H
#define CORPUS_QUEUE_IDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct queue_id {
    char text[19];
    uint8_t len;
};

struct queue_ids {
    bool long_ids;
    uint32_t *free_inodes;
    size_t free_count, free_capacity;
    uint32_t next_inode;
};

/* The inode goes back with queue_id_release. */
struct queue_id queue_id_new(struct queue_ids *ids, int64_t time, uint32_t *inode);
void queue_id_release(struct queue_ids *ids, uint32_t inode);
void queue_ids_free(struct queue_ids *ids);

#endif
