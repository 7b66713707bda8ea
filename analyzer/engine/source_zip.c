#include "source_zip.h"

#include <stdlib.h>
#include <string.h>

#include "source_file.h"

/* End records: the plain one, the locator of the 64-bit one, the 64-bit one. */
enum {
    DIRECTORY_BYTES_MAX = 16 * 1024 * 1024,
    END_BYTES = 22,
    END_DIRECTORY_AT = 12,
    END_ENTRIES_AT = 10,
    END_OFFSET_AT = 16,
    SIGNATURE_BYTES = 4,
    LOCATOR_BYTES = 20,
    LOCATOR_OFFSET_AT = 8,
    END64_BYTES = 56,
    END64_DIRECTORY_AT = 40,
    ENTRY_BYTES = 46, /* of the directory, and the lengths of what follows each */
    ENTRY_PACKED_AT = 20,
    ENTRY_NAME_AT = 28,
    ENTRY_EXTRA_AT = 30,
    ENTRY_COMMENT_AT = 32,
    ENTRY_OFFSET_AT = 42,
    TAIL_BYTES = 16 * 1024, /* as far as libarchive looks for it */
};

static uint64_t little_endian(const unsigned char *bytes, size_t len)
{
    uint64_t value = 0;
    for (size_t i = len; i > 0; i--)
        value = value << 8 | bytes[i - 1];
    return value;
}

static uint64_t directory64(struct stream *seekable, const unsigned char *locator)
{
    unsigned char end[END64_BYTES];
    uint64_t offset = little_endian(locator + LOCATOR_OFFSET_AT, 8);
    size_t n = seekable->type->read_at(seekable, end, sizeof end, offset);
    if (memcmp(locator, "PK\x06\x07", 4) != 0 || n < sizeof end ||
        memcmp(end, "PK\x06\x06", 4) != 0)
        return 0;
    return little_endian(end + END64_DIRECTORY_AT, 8);
}

static bool has_signature(struct stream *seekable, uint64_t offset, const char *signature)
{
    unsigned char found[SIGNATURE_BYTES];
    return seekable->type->read_at(seekable, found, sizeof found, offset) == sizeof found &&
           memcmp(found, signature, sizeof found) == 0;
}

/* Do all entries from there to the end lead to members, none of which lies within another? (In a
 * bomb thousands share their bytes.) */
static bool leads_to_members(struct stream *seekable, uint64_t at, uint64_t end, uint64_t entries,
                             bool *ret_ordered)
{
    uint64_t last = 0, last_end = 0;
    for (uint64_t n = 0; n < entries; n++) {
        unsigned char entry[ENTRY_BYTES];
        if (seekable->type->read_at(seekable, entry, sizeof entry, at) < sizeof entry ||
            memcmp(entry, "PK\x01\x02", SIGNATURE_BYTES) != 0)
            return false;
        uint64_t offset = little_endian(entry + ENTRY_OFFSET_AT, 4);
        if (offset != UINT32_MAX && !has_signature(seekable, offset, "PK\x03\x04"))
            return false;
        *ret_ordered = *ret_ordered && (n == 0 || offset > last);
        if (*ret_ordered && offset < last_end)
            return false;
        uint64_t packed = little_endian(entry + ENTRY_PACKED_AT, 4);
        last_end = packed != UINT32_MAX ? offset + packed : 0;
        last = offset != UINT32_MAX ? offset : last;
        at += ENTRY_BYTES + little_endian(entry + ENTRY_NAME_AT, 2) +
              little_endian(entry + ENTRY_EXTRA_AT, 2) + little_endian(entry + ENTRY_COMMENT_AT, 2);
    }
    return at == end;
}

struct directory {
    uint64_t bytes; /* 0: there is none */
    bool wrong, ordered;
};

/* base: where tail begins. */
static struct directory find_directory(struct stream *seekable, const unsigned char *tail,
                                       size_t bytes, uint64_t base)
{
    struct directory ret = {.ordered = true};
    for (size_t at = bytes; at-- > 0;) {
        if (bytes - at < END_BYTES || memcmp(tail + at, "PK\x05\x06", SIGNATURE_BYTES) != 0)
            continue;
        uint64_t offset = little_endian(tail + at + END_OFFSET_AT, 4),
                 entries = little_endian(tail + at + END_ENTRIES_AT, 2);
        ret.bytes = little_endian(tail + at + END_DIRECTORY_AT, 4);
        if (ret.bytes == UINT32_MAX && at >= LOCATOR_BYTES)
            ret.bytes = directory64(seekable, tail + at - LOCATOR_BYTES);
        else if (offset != UINT32_MAX && entries != UINT16_MAX &&
                 has_signature(seekable, 0, "PK\x03\x04"))
            ret.wrong = offset + ret.bytes != base + at ||
                        !leads_to_members(seekable, offset, base + at, entries, &ret.ordered);
        return ret;
    }
    return ret;
}

bool zip_reads_forward(struct stream *seekable, struct source_context *context, unsigned depth)
{
    uint64_t size = file_size(seekable), base = size > TAIL_BYTES ? size - TAIL_BYTES : 0;
    unsigned char *tail = xmalloc(TAIL_BYTES);
    size_t n = seekable->type->read_at(seekable, tail, TAIL_BYTES, base);
    struct directory directory = find_directory(seekable, tail, n, base);
    free(tail);
    if (directory.wrong)
        context_damage(context, depth, "zip: its directory does not lead to its members");
    return directory.wrong || !directory.ordered || directory.bytes > DIRECTORY_BYTES_MAX;
}
