#include "queue_ids.h"

#include <stdlib.h>

#include "memory.h"
#include "writer.h"

enum { USEC = 1000000, INODE_FIRST = 0x20100 };

static void put_base(struct writer *out, uint64_t value, unsigned base, unsigned digits)
{
    static const char alphabet[] = "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";
    char text[16];
    unsigned count = 0;
    while (value || count < digits) {
        text[count++] = alphabet[value % base];
        value /= base;
    }
    while (count)
        put_char(out, text[--count]);
}

static uint32_t take_inode(struct queue_ids *ids)
{
    if (ids->free_count)
        return ids->free_inodes[--ids->free_count];
    return INODE_FIRST + ids->next_inode++;
}

struct queue_id queue_id_new(struct queue_ids *ids, int64_t time, uint32_t *inode)
{
    struct queue_id ret;
    struct writer out = {ret.text};
    *inode = take_inode(ids);
    if (ids->long_ids) {
        put_base(&out, (uint64_t)(time / USEC), 52, 6);
        put_base(&out, (uint64_t)(time % USEC), 52, 4);
        put_char(&out, 'z');
        put_base(&out, *inode, 51, 1);
    } else {
        put_hex_upper(&out, (uint64_t)(time % USEC), 5);
        put_hex_upper(&out, *inode, 1);
    }
    ret.len = (uint8_t)(out.at - ret.text);
    return ret;
}

void queue_id_release(struct queue_ids *ids, uint32_t inode)
{
    ids->free_inodes = memory_grow(ids->free_inodes, &ids->free_capacity, ids->free_count + 1,
                                   sizeof *ids->free_inodes);
    ids->free_inodes[ids->free_count++] = inode;
}

void queue_ids_free(struct queue_ids *ids)
{
    free(ids->free_inodes);
}
