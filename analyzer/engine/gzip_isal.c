/* By ISA-L. */
#include <isa-l/igzip_lib.h>
#include <stdlib.h>
#include <string.h>

#include "gzip_member.h"

struct gzip_member {
    bool in_header;
    int error; /* the member failed; what was decoded before is still to be given */
    struct isal_gzip_header header;
    struct inflate_state state;
};

struct gzip_member *gzip_member_new(void)
{
    /* Zeroed: of an incomplete code ISA-L reads parts of its tables that it never wrote. */
    return xcalloc(1, sizeof(struct gzip_member));
}

void gzip_member_free(struct gzip_member *member)
{
    free(member);
}

void gzip_member_begin(struct gzip_member *member)
{
    isal_inflate_init(&member->state);
    member->state.crc_flag = ISAL_GZIP_NO_HDR_VER;
    isal_gzip_header_init(&member->header);
    member->in_header = true;
    member->error = ISAL_DECOMP_OK;
}

/* Gives ISA-L what the window holds; returns how much, 0 if nothing is left. */
static size_t lend(struct gzip_member *member, struct feed *feed)
{
    size_t n = feed_want(feed, 1);
    /* ISA-L's input pointer lacks a const. */
    member->state.next_in = feed->data + feed->begin;
    member->state.avail_in = (uint32_t)n;
    return n;
}

static enum gzip_status read_header(struct gzip_member *member, struct feed *feed)
{
    int status = ISAL_END_INPUT;
    while (status == ISAL_END_INPUT) {
        size_t lent = lend(member, feed);
        if (!lent)
            return GZIP_TRUNCATED;
        status = isal_read_gzip_header(&member->state, &member->header);
        feed_take(feed, lent - member->state.avail_in);
    }
    member->in_header = false;
    return status == ISAL_DECOMP_OK ? GZIP_GOES_ON : GZIP_BAD_HEADER;
}

/* What ISA-L had decoded before the error but had no room to give. */
static enum gzip_status drain(struct gzip_member *member, unsigned char *buffer, size_t size,
                              size_t *ret_bytes)
{
    struct inflate_state *state = &member->state;
    if (member->error == ISAL_INCORRECT_CHECKSUM)
        return GZIP_BAD_CHECKSUM;
    if (state->tmp_out_valid <= state->tmp_out_processed)
        return GZIP_CORRUPT;
    size_t held = (size_t)(state->tmp_out_valid - state->tmp_out_processed);
    *ret_bytes = held < size ? held : size;
    memcpy(buffer, state->tmp_out_buffer + state->tmp_out_processed, *ret_bytes);
    state->tmp_out_processed += (int32_t)*ret_bytes;
    return GZIP_GOES_ON;
}

enum gzip_status gzip_member_read(struct gzip_member *member, struct feed *feed,
                                  unsigned char *buffer, size_t size, size_t *ret_bytes)
{
    *ret_bytes = 0;
    if (member->in_header)
        return read_header(member, feed);
    if (member->error != ISAL_DECOMP_OK)
        return drain(member, buffer, size, ret_bytes);
    size_t lent = lend(member, feed);
    member->state.next_out = buffer;
    member->state.avail_out = size > INT32_MAX ? INT32_MAX : (uint32_t)size;
    member->error = isal_inflate(&member->state);
    feed_take(feed, lent - member->state.avail_in);
    *ret_bytes = (size_t)(member->state.next_out - buffer);
    if (member->error != ISAL_DECOMP_OK)
        return GZIP_GOES_ON;
    if (member->state.block_state == ISAL_BLOCK_FINISH)
        return GZIP_ENDED;
    bool stuck = *ret_bytes == 0 && member->state.avail_in == lent;
    return !stuck ? GZIP_GOES_ON : lent ? GZIP_CORRUPT : GZIP_TRUNCATED;
}
