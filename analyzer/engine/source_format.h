/* What a stream can be recognised as by its first bytes. Adding a format is one file and one line
 * in source_format.c. */
#ifndef POSTMORTEM_SOURCE_FORMAT_H
#define POSTMORTEM_SOURCE_FORMAT_H

#include "source_stream.h"

struct archive;

/* Either open is set (the stream holds one other stream) or it is a container, which libarchive
 * reads. */
struct source_format {
    const char *name;
    bool (*detect)(const unsigned char *head, size_t len);
    /* Takes the feed over, with what it holds. */
    struct stream *(*open)(struct source_context *context, unsigned depth, struct feed *feed);
    int (*support)(struct archive *archive); /* for one that seeks */
    int (*support_forward)(
        struct archive *archive); /* read in sequence; of one that seeks, after damage */
    /* How the next member's header is found after damage: magic at magic_at bytes behind it, then
     * is_header. NULL: it is not. */
    bool (*is_header)(const unsigned char *head, size_t len);
    const char *magic;
    size_t magic_bytes, magic_at;
};

/* Enough to recognise every format. */
enum { DETECT_BYTES = 4096 };

/* NULL: none of them, so a log or something that is no log. */
const struct source_format *format_detect(const unsigned char *head, size_t len);

bool head_is(const unsigned char *head, size_t len, const void *magic, size_t magic_bytes);

extern const struct source_format gzip_format, bzip2_format, xz_format, zstd_format, lz4_format;
extern const struct source_format tar_format, zip_format, sevenzip_format;
extern const struct source_format cpio_newc_format, cpio_odc_format, cpio_binary_format;
extern const struct source_format journal_format;

#endif
