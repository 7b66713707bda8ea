/* What the headers of containers look like. Strict: a log must never be taken for one. */
#include <archive.h>
#include <string.h>

#include "source_format.h"

enum {
    TAR_BLOCK_BYTES = 512,
    TAR_CHECKSUM_AT = 148,
    TAR_CHECKSUM_BYTES = 8,
    TAR_MAGIC_AT = 257,
    CPIO_NAME_BYTES_MAX = 2048,
};

static bool octal(const unsigned char *text, size_t len, uint64_t *ret)
{
    uint64_t value = 0;
    size_t i = 0, digits = 0;
    while (i < len && text[i] == ' ')
        i++;
    for (; i < len && text[i] >= '0' && text[i] <= '7'; i++, digits++)
        value = value << 3 | (uint64_t)(text[i] - '0');
    if (i < len && text[i] != ' ' && text[i] != '\0')
        return false;
    *ret = value;
    return digits > 0;
}

/* The checksum counts its own field as spaces; some old programs summed signed bytes. */
static bool tar_checksum(const unsigned char *head)
{
    uint64_t written = 0;
    if (!octal(head + TAR_CHECKSUM_AT, TAR_CHECKSUM_BYTES, &written))
        return false;
    int64_t sum = 0, signed_sum = 0;
    for (size_t i = 0; i < TAR_BLOCK_BYTES; i++) {
        bool own = i >= TAR_CHECKSUM_AT && i < TAR_CHECKSUM_AT + TAR_CHECKSUM_BYTES;
        sum += own ? ' ' : head[i];
        signed_sum += own ? ' ' : (signed char)head[i];
    }
    return (int64_t)written == sum || (int64_t)written == signed_sum;
}

static bool tar_is_header(const unsigned char *head, size_t len)
{
    return len >= TAR_BLOCK_BYTES && head[0] != 0 && tar_checksum(head);
}

/* A header whose checksum is wrong still shows by its magic, so that the members behind it can be
 * looked for. */
static bool tar_detect(const unsigned char *head, size_t len)
{
    bool magic = len >= TAR_MAGIC_AT + 8 && (memcmp(head + TAR_MAGIC_AT,
                                                    "ustar\0"
                                                    "00",
                                                    8) == 0 ||
                                             memcmp(head + TAR_MAGIC_AT, "ustar  \0", 8) == 0);
    return magic || tar_is_header(head, len);
}

static bool zip_detect(const unsigned char *head, size_t len)
{
    /* Behind the marker of a once split archive too. */
    if (head_is(head, len, "PK\x07\x08", 4) || head_is(head, len, "PK00", 4)) {
        head += 4;
        len -= 4;
    }
    if (head_is(head, len, "PK\x05\x06", 4))
        return true;
    /* The version needed is never above 25.5, and the method is one of a hundred. */
    return head_is(head, len, "PK\x03\x04", 4) && (len < 10 || (head[5] == 0 && head[9] == 0));
}

static bool sevenzip_detect(const unsigned char *head, size_t len)
{
    return head_is(head, len, "7z\xbc\xaf\x27\x1c", 6);
}

static bool all_of(const unsigned char *text, size_t len, const char *set)
{
    for (size_t i = 0; i < len; i++)
        if (text[i] == '\0' || !strchr(set, text[i]))
            return false;
    return true;
}

static uint64_t number(const unsigned char *text, size_t len, unsigned base)
{
    uint64_t value = 0;
    for (size_t i = 0; i < len; i++) {
        unsigned c = text[i] | 0x20U; /* which leaves digits as they are */
        value = value * base + (c >= 'a' ? c - 'a' + 10 : c - '0');
    }
    return value;
}

/* A name that ends with the only NUL in it, where the header says; unless the head is cut before.
 */
static bool cpio_name(const unsigned char *name, size_t len, uint64_t bytes)
{
    if (bytes < 2 || bytes > CPIO_NAME_BYTES_MAX)
        return false;
    const unsigned char *nul = memchr(name, '\0', len < bytes ? len : bytes);
    return nul ? nul == name + bytes - 1 : len < bytes;
}

/* Regular file, folder, link, device, fifo or socket; TRAILER!!! may have none. */
static bool cpio_mode(uint64_t mode)
{
    unsigned type = (unsigned)(mode >> 12);
    return mode <= 0xffff && (type == 0 || type == 1 || type == 2 || type == 4 || type == 6 ||
                              type == 8 || type == 10 || type == 12);
}

static bool cpio_newc_detect(const unsigned char *head, size_t len)
{
    enum { HEADER = 110, MODE_AT = 14, NAME_BYTES_AT = 94, FIELD = 8 };
    return len > HEADER && (head_is(head, len, "070701", 6) || head_is(head, len, "070702", 6)) &&
           all_of(head + 6, HEADER - 6, "0123456789abcdefABCDEF") &&
           cpio_mode(number(head + MODE_AT, FIELD, 16)) &&
           cpio_name(head + HEADER, len - HEADER, number(head + NAME_BYTES_AT, FIELD, 16));
}

static bool cpio_odc_detect(const unsigned char *head, size_t len)
{
    enum { HEADER = 76, MODE_AT = 18, NAME_BYTES_AT = 59, FIELD = 6 };
    return len > HEADER && head_is(head, len, "070707", 6) &&
           all_of(head + 6, HEADER - 6, "01234567") &&
           cpio_mode(number(head + MODE_AT, FIELD, 8)) &&
           cpio_name(head + HEADER, len - HEADER, number(head + NAME_BYTES_AT, FIELD, 8));
}

static bool cpio_binary_detect(const unsigned char *head, size_t len)
{
    enum { HEADER = 26, MODE_AT = 6, NAME_BYTES_AT = 20 };
    if (len <= HEADER)
        return false;
    bool little = head[0] == 0xc7 && head[1] == 0x71;
    if (!little && !(head[0] == 0x71 && head[1] == 0xc7))
        return false;
    unsigned low = little ? 0 : 1, high = little ? 1 : 0;
    uint64_t mode = (uint64_t)head[MODE_AT + high] << 8 | head[MODE_AT + low];
    uint64_t bytes = (uint64_t)head[NAME_BYTES_AT + high] << 8 | head[NAME_BYTES_AT + low];
    return cpio_mode(mode) && cpio_name(head + HEADER, len - HEADER, bytes);
}

const struct source_format tar_format = {
    .name = "tar",
    .detect = tar_detect,
    .support_forward = archive_read_support_format_tar,
    .is_header = tar_is_header,
    .magic = "ustar",
    .magic_bytes = 5,
    .magic_at = TAR_MAGIC_AT,
};

const struct source_format zip_format = {
    .name = "zip",
    .detect = zip_detect,
    .support = archive_read_support_format_zip,
    .support_forward = archive_read_support_format_zip_streamable,
    .is_header = zip_detect,
    .magic = "PK\x03\x04",
    .magic_bytes = 4,
};

/* No way on without its index, which stands at the end. */
const struct source_format sevenzip_format = {
    .name = "7z",
    .detect = sevenzip_detect,
    .support = archive_read_support_format_7zip,
};

const struct source_format cpio_newc_format = {
    .name = "cpio",
    .detect = cpio_newc_detect,
    .support_forward = archive_read_support_format_cpio,
    .is_header = cpio_newc_detect,
    .magic = "07070",
    .magic_bytes = 5,
};

const struct source_format cpio_odc_format = {
    .name = "cpio",
    .detect = cpio_odc_detect,
    .support_forward = archive_read_support_format_cpio,
    .is_header = cpio_odc_detect,
    .magic = "070707",
    .magic_bytes = 6,
};

/* Its magic has only 16 bits: too weak to look for. */
const struct source_format cpio_binary_format = {
    .name = "cpio",
    .detect = cpio_binary_detect,
    .support_forward = archive_read_support_format_cpio,
};
