/* A segment: the store of a stretch of log on disk, and what stood in its input table; no lines.
 *
 * Bytes of a file (numbers little-endian; "number" is a LEB128 varint, "text" a number and so many
 * bytes):
 *     8       89 50 4D 53 0D 0A 1A 0A
 *     4       format: SEGMENT_FORMAT
 *     8       layout: segment_layout, a hash of the names and forms of all fields
 *     8       length of the file
 *     4       count of entries, one for each log: a file, or one member of an archive
 *     then for each entry
 *     8, 8    length of the entry, and of it packed
 *     ...     packed: one zstd frame
 *     8       XXH3 of everything above
 * An entry: path, member, damage as texts (flags say which are there); numbers; SHA-256 of the
 * path; the strings of the store, lengths first; then each array of segment_fields.h, its count and
 * its columns.
 *
 * Another format or layout is refused: there is no reading of old ones. */
#ifndef POSTMORTEM_SEGMENT_H
#define POSTMORTEM_SEGMENT_H

#include "err.h"
#include "store.h"
#include "wire.h"

enum { SEGMENT_FORMAT = 1, SEGMENT_SHA256 = 32 };

struct segment_entry {
    struct arena texts;               /* holds the next three, where it was read */
    const char *path, *name, *damage; /* name, damage: may be NULL */
    unsigned index;                   /* among the members of the path */
    bool named, has_digest;
    int64_t modified_usec;
    uint64_t bytes, duplicates;
    uint64_t path_bytes; /* as received; sha256 is of these */
    uint8_t sha256[SEGMENT_SHA256];
    struct store store; /* of one input, its hosts as the lines call them */
};

/* One entry, packed; appended to ret. */
enum segment_effort { SEGMENT_FAST = 1, SEGMENT_SMALL = 9 };
void segment_pack(const struct segment_entry *entry, enum segment_effort effort,
                  struct wire_out *ret);
/* All of them as the bytes of a file; appended to ret, which is empty. */
void segment_seal(const struct wire_out *entries, uint32_t count, struct wire_out *ret);
/* The same as a whole file at path: there or not there. */
bool segment_write(const char *path, const struct wire_out *entries, uint32_t count,
                   struct err *err);

/* Does the file begin as a segment does? */
bool segment_is(const char *path);
struct segment {
    struct segment_entry *entries;
    uint32_t count;
    uint64_t bytes; /* of the file */
};
/* seed: of the stores. NULL, or why it cannot be used (static). */
const char *segment_open(const void *bytes, size_t len, uint64_t seed, unsigned threads,
                         struct segment *ret);
const char *segment_read(const char *path, uint64_t seed, unsigned threads, struct segment *ret);
/* With what was not taken out of the entries. */
void segment_free(struct segment *segment);

#endif
