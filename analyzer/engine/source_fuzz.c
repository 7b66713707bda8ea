/* A file of any form: all of it is read, and what was read does not depend on the size of the
 * buffer.
 */
#define _GNU_SOURCE /* memfd_create */
#include "source.h"

#include "fuzzing.h"

enum { BUFFER_BYTES = 64 * 1024, READ_BYTES_MAX = 8 << 20, MEMBERS_MAX = 2000 };

struct seen {
    uint64_t bytes, hash;
    unsigned members, gaps, damaged;
    bool whole; /* within the bounds above */
};

static void see(struct seen *seen, const char *buffer, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        seen->hash = (seen->hash ^ (unsigned char)buffer[i]) * UINT64_C(0x100000001b3);
    seen->bytes += bytes;
}

static void read_member(struct source *source, size_t buffer_bytes, struct seen *seen)
{
    static char buffer[BUFFER_BYTES];
    struct source_chunk chunk = {.end = false};
    while (!chunk.end && seen->bytes < READ_BYTES_MAX) {
        source_read(source, buffer, buffer_bytes, &chunk);
        fuzz_require(chunk.bytes <= buffer_bytes, "no more than was asked for");
        fuzz_require(chunk.bytes > 0 || chunk.end || chunk.gap, "every read gives something");
        see(seen, buffer, chunk.bytes);
        seen->gaps += chunk.gap;
    }
    seen->damaged += chunk.damage != NULL;
}

static struct seen read_all(const char *path, size_t buffer_bytes)
{
    struct seen seen = {.whole = true};
    struct source_path input = {.path = "fuzz", .file = path, .named = true};
    struct source_options options = {.temp_dir = "/tmp"};
    struct source_member member;
    struct source *source;
    struct err err;
    uint8_t sha256[32];
    if (!source_open(&source, &input, &options, &err))
        return seen;
    while (source_next(source, &member)) {
        read_member(source, buffer_bytes, &seen);
        if (++seen.members > MEMBERS_MAX || seen.bytes >= READ_BYTES_MAX) {
            seen.whole = false;
            break;
        }
    }
    (void)source_digest(source, sha256);
    source_close(source);
    return seen;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[FUZZ_PATH];
    int fd = fuzz_file(data, size, path);
    struct seen large = read_all(path, BUFFER_BYTES);
    if (large.whole && large.bytes < BUFFER_BYTES) {
        struct seen small = read_all(path, 23);
        fuzz_require(small.bytes == large.bytes && small.hash == large.hash, "the same bytes");
        fuzz_require(small.damaged == large.damaged, "the same damage");
    }
    close(fd);
    return 0;
}
