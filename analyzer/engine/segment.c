#define _GNU_SOURCE /* O_CLOEXEC, mkostemp */
#include "segment.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include "hash.h"
#include "parallel.h"
#include "segment_entry.h"
#include "segment_fields.h"
#include "source_file.h"

enum { MAGIC_BYTES = 8, HEADER_BYTES = 32, SUM_BYTES = 8, FRAME_HEADER_BYTES = 16 };
/* No store packs better than this. */
enum { PACKED_AT_MOST = 1 << 14 };

static const uint8_t magic[MAGIC_BYTES] = {0x89, 'P', 'M', 'S', '\r', '\n', 0x1a, '\n'};

void segment_pack(const struct segment_entry *entry, enum segment_effort effort,
                  struct wire_out *ret)
{
    struct wire_out plain = {0};
    entry_write(&plain, entry);
    size_t bound = ZSTD_compressBound(plain.len);
    wire_put_fixed(ret, plain.len, 8);
    wire_reserve(ret, 8 + bound);
    uint8_t *packed = ret->data + ret->len + 8;
    size_t bytes = ZSTD_compress(packed, bound, plain.data, plain.len, (int)effort);
    if (ZSTD_isError(bytes))
        abort(); /* into enough room: out of memory alone */
    wire_put_fixed(ret, bytes, 8);
    ret->len += bytes;
    wire_free(&plain);
}

/* Beside its place, and then into it. */
static bool put_file(const char *path, const struct wire_out *file)
{
    struct arena arena = {0};
    struct stat status;
    bool special = stat(path, &status) == 0 && !S_ISREG(status.st_mode); /* a pipe, a device */
    char *beside =
        special ? arena_cstr(&arena, str_of(path)) : arena_printf(&arena, "%s.XXXXXX", path);
    int fd = special ? open(path, O_WRONLY | O_CLOEXEC) : mkostemp(beside, O_CLOEXEC);
    bool ok = fd >= 0 && file_write(fd, file->data, file->len) && (special || fsync(fd) == 0);
    int why = errno;
    if (fd >= 0)
        close(fd);
    if (ok && !special) {
        ok = rename(beside, path) == 0;
        why = errno;
    }
    if (!ok && fd >= 0 && !special)
        unlink(beside);
    arena_free(&arena);
    errno = why;
    return ok;
}

void segment_seal(const struct wire_out *entries, uint32_t count, struct wire_out *ret)
{
    size_t length = HEADER_BYTES + SUM_BYTES;
    for (uint32_t i = 0; i < count; i++)
        length += entries[i].len;
    wire_reserve(ret, length);
    wire_put_bytes(ret, magic, sizeof magic);
    wire_put_fixed(ret, SEGMENT_FORMAT, 4);
    wire_put_fixed(ret, segment_layout(), 8);
    wire_put_fixed(ret, length, 8);
    wire_put_fixed(ret, count, 4);
    for (uint32_t i = 0; i < count; i++)
        wire_put_bytes(ret, entries[i].data, entries[i].len);
    wire_put_fixed(ret, XXH3_64bits(ret->data, ret->len), SUM_BYTES);
}

bool segment_write(const char *path, const struct wire_out *entries, uint32_t count,
                   struct err *err)
{
    struct wire_out file = {0};
    segment_seal(entries, count, &file);
    bool ok = put_file(path, &file);
    wire_free(&file);
    return ok || err_sys(err, STATUS_OUTPUT, path);
}

bool segment_is(const char *path)
{
    uint8_t head[MAGIC_BYTES];
    struct stat status;
    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode))
        return false;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    bool is = fd >= 0 && read(fd, head, sizeof head) == (ssize_t)sizeof head &&
              memcmp(head, magic, sizeof head) == 0;
    if (fd >= 0)
        close(fd);
    return is;
}

/* What stands in front of the entries; NULL or what is wrong with it, or with the whole. */
static const char *read_header(struct wire_in *file, uint32_t *ret_count)
{
    const uint8_t *begin = file->at;
    uint64_t bytes = (uint64_t)(file->end - file->at);
    wire_take_bytes(file, MAGIC_BYTES);
    uint64_t format = wire_take_fixed(file, 4), layout = wire_take_fixed(file, 8),
             length = wire_take_fixed(file, 8), count = wire_take_fixed(file, 4);
    if (file->bad)
        return "a saved segment, truncated";
    if (format != SEGMENT_FORMAT || layout != segment_layout())
        return "a saved segment of another version of postmortem: make it anew from the logs";
    if (bytes < length || bytes < HEADER_BYTES + SUM_BYTES)
        return "a saved segment, truncated";
    struct wire_in sum = wire_in(file->end - SUM_BYTES, SUM_BYTES);
    if (bytes != length ||
        wire_take_fixed(&sum, SUM_BYTES) != XXH3_64bits(begin, bytes - SUM_BYTES) ||
        count > bytes / FRAME_HEADER_BYTES)
        return "a saved segment, damaged: its checksum differs";
    file->end -= SUM_BYTES;
    *ret_count = (uint32_t)count;
    return NULL;
}

/* Entries that are unpacked side by side. */
struct unpacking {
    struct segment *segment;
    struct wire_in *packed;
    uint64_t *plain_bytes;
    bool *failed;
    uint64_t seed;
};

static void unpack(void *user, unsigned thread, uint32_t i)
{
    struct unpacking *u = user;
    (void)thread;
    size_t bytes = (size_t)u->plain_bytes[i], packed = (size_t)(u->packed[i].end - u->packed[i].at);
    uint8_t *plain = malloc(bytes + 1);
    u->failed[i] = !plain || ZSTD_decompress(plain, bytes, u->packed[i].at, packed) != bytes;
    if (!u->failed[i]) {
        struct wire_in in = wire_in(plain, bytes);
        u->failed[i] = !entry_read(&in, u->seed, &u->segment->entries[i]);
    }
    free(plain);
}

static bool cut_entries(struct wire_in *file, struct unpacking *u)
{
    for (uint32_t i = 0; i < u->segment->count; i++) {
        u->plain_bytes[i] = wire_take_fixed(file, 8);
        uint64_t bytes = wire_take_fixed(file, 8);
        struct str packed = wire_take_bytes(file, bytes);
        u->packed[i] = wire_in(packed.ptr, packed.len);
        if (file->bad || u->plain_bytes[i] / PACKED_AT_MOST > bytes)
            return false;
    }
    return file->at == file->end;
}

static const char *read_entries(struct wire_in *file, uint64_t seed, unsigned threads,
                                struct segment *ret)
{
    struct unpacking u = {.segment = ret,
                          .packed = xcalloc(ret->count, sizeof *u.packed),
                          .plain_bytes = xcalloc(ret->count, sizeof *u.plain_bytes),
                          .failed = xcalloc(ret->count, sizeof *u.failed),
                          .seed = seed};
    ret->entries = xcalloc(ret->count, sizeof *ret->entries);
    bool ok = cut_entries(file, &u);
    if (ok)
        parallel(threads, ret->count, unpack, &u);
    for (uint32_t i = 0; i < ret->count; i++)
        ok &= !u.failed[i];
    free(u.packed);
    free(u.plain_bytes);
    free(u.failed);
    return ok ? NULL : "a saved segment, damaged: what it holds cannot be";
}

/* The whole file; NULL if that fails. */
static uint8_t *read_file(const char *path, uint64_t *ret_bytes)
{
    struct stat status;
    uint8_t *bytes = NULL;
    uint64_t have = 0;
    ssize_t n = 1;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd >= 0 && fstat(fd, &status) == 0 && status.st_size > 0)
        bytes = malloc((size_t)status.st_size);
    while (bytes && n > 0 && have < (uint64_t)status.st_size) {
        n = read(fd, bytes + have, (size_t)((uint64_t)status.st_size - have));
        have += n > 0 ? (uint64_t)n : 0;
    }
    if (fd >= 0)
        close(fd);
    *ret_bytes = have;
    return bytes;
}

const char *segment_open(const void *bytes, size_t len, uint64_t seed, unsigned threads,
                         struct segment *ret)
{
    struct wire_in file = wire_in(bytes, len);
    *ret = (struct segment){.bytes = len};
    const char *why = read_header(&file, &ret->count);
    if (why)
        ret->count = 0;
    else
        why = read_entries(&file, seed, threads, ret);
    if (why)
        segment_free(ret);
    return why;
}

const char *segment_read(const char *path, uint64_t seed, unsigned threads, struct segment *ret)
{
    uint64_t len;
    uint8_t *bytes = read_file(path, &len);
    *ret = (struct segment){0};
    if (!bytes)
        return "a saved segment that cannot be read";
    const char *why = segment_open(bytes, (size_t)len, seed, threads, ret);
    free(bytes);
    return why;
}

void segment_free(struct segment *segment)
{
    for (uint32_t i = 0; i < segment->count; i++)
        entry_free(&segment->entries[i]);
    free(segment->entries);
    segment->entries = NULL;
    segment->count = 0;
}
