/* For the tests of the source layer: archives of any form made in memory, and what reading one
 * gave, as text to compare. */
#ifndef POSTMORTEM_SOURCE_TESTING_H
#define POSTMORTEM_SOURCE_TESTING_H

#include "source.h"

struct bytes {
    unsigned char *data; /* freed by bytes_free */
    size_t len, capacity;
};

void bytes_free(struct bytes *bytes);
void bytes_add(struct bytes *bytes, const void *data, size_t len);
struct bytes bytes_of(const char *text);
struct bytes bytes_copy(struct bytes bytes);
/* first and second, both freed, one behind the other. */
struct bytes bytes_join(struct bytes first, struct bytes second);
/* How many bytes both begin with. */
size_t bytes_common(struct bytes a, struct bytes b);
/* Log lines, all different, the last one cut so that they are len bytes. */
struct bytes bytes_log(size_t len);

/* Compressed by a filter of libarchive ("gzip", "zstd", ...). options as libarchive takes them;
 * NULL: none. */
struct bytes pack_filter(const char *filter, const char *options, struct bytes content);
/* One container ("pax", "zip", "7zip", "newc", ...) with content under each name. */
struct bytes pack_format(const char *format, const char *options, const char *const *names,
                         size_t count, struct bytes content);

/* What was read. */
struct reading {
    struct bytes text;    /* of all members */
    struct bytes members; /* a line each: name, bytes, damage */
    size_t gap_at;        /* of the last gap, in text; SIZE_MAX: none */
    unsigned gaps;
    bool damaged, digest_ok;
};

/* Writes content to a file of its own and reads that with a buffer of buffer_bytes. */
struct reading read_bytes(struct bytes content, size_t buffer_bytes);
/* Only the first len bytes of it. */
struct reading read_head(struct bytes content, size_t len, size_t buffer_bytes);
void reading_free(struct reading *reading);
const char *reading_members(const struct reading *reading); /* NUL-terminated */

/* They print what differs and count it; testing_failed gives the status of the program. */
void expect(bool ok, const char *format, ...) __attribute__((format(printf, 2, 3)));
void expect_text(const char *what, const char *expected, const char *found);
void expect_bytes(const char *what, struct bytes expected, struct bytes found);
void expect_contains(const char *what, const struct reading *reading, const char *text);
int testing_failed(void);

#endif
