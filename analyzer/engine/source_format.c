#include "source_format.h"

#include <string.h>

/* The first that accepts wins. */
static const struct source_format *const formats[] = {
    &gzip_format,  &lz4_format,       &zstd_format,     &xz_format,
    &bzip2_format, &zip_format,       &sevenzip_format, &journal_format,
    &tar_format,   &cpio_newc_format, &cpio_odc_format, &cpio_binary_format,
};

bool head_is(const unsigned char *head, size_t len, const void *magic, size_t magic_bytes)
{
    return len >= magic_bytes && memcmp(head, magic, magic_bytes) == 0;
}

const struct source_format *format_detect(const unsigned char *head, size_t len)
{
    for (size_t i = 0; len > 0 && i < sizeof formats / sizeof *formats; i++)
        if (formats[i]->detect(head, len))
            return formats[i];
    return NULL;
}
