/* Formats made of independent frames (zstd, lz4, streams of xz): any number of them, and after
 * damage on at the next one. */
#ifndef POSTMORTEM_SOURCE_FRAMES_H
#define POSTMORTEM_SOURCE_FRAMES_H

#include "source_format.h"

#define FRAME_FAILED SIZE_MAX    /* what a decoder may ask for next: nothing, it failed */
#define FRAME_ANY (SIZE_MAX - 1) /* whatever there is */

struct frame_codec {
    const char *name;
    const char *unit; /* "frame" */
    const char *magic;
    size_t magic_bytes;
    size_t header_bytes;   /* of a block: what the decoder asks for beyond the block itself */
    bool skippable;        /* may hold the skippable frames of zstd and lz4 */
    void *(*create)(void); /* NULL: no memory */
    void (*destroy)(void *decoder); /* takes NULL */
    /* Forgets everything; returns the input wanted first. */
    size_t (*begin)(void *decoder);
    /* Decodes from in to out, sets both to the bytes used, also when it fails; returns the input
       wanted next, 0 at the end of a frame, or FRAME_FAILED. */
    size_t (*decode)(void *decoder, unsigned char *out, size_t *out_bytes, const unsigned char *in,
                     size_t *in_bytes);
};

struct stream *frames_open(const struct frame_codec *codec, struct source_context *context,
                           unsigned depth, struct feed *feed);
/* Frames that decoders pass over; zstd and lz4 have the same. */
bool frames_is_skippable(const unsigned char *head, size_t len);

#endif
