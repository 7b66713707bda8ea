/* A file cut into blocks of any size gives the same lines at the same places. */
#define _GNU_SOURCE /* memfd_create */
#include "reader.h"

#include "batch.h"
#include "fuzzing.h"

struct lines {
    uint64_t count, hash, damaged;
};

static void mix(struct lines *lines, uint64_t value)
{
    lines->hash = (lines->hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
}

static void see_block(struct lines *lines, const struct block *block)
{
    struct line_cursor cursor;
    struct str line;
    line_cursor_begin(&cursor, block);
    while (line_cursor_next(&cursor, block, &line)) {
        fuzz_require(line.len <= LINE_BYTES_MAX, "no line is longer than the longest");
        mix(lines, line_hash(line));
        mix(lines, cursor.offset);
        mix(lines, cursor.length);
        lines->count++;
    }
}

static void read_member(struct source *source, const struct source_member *member,
                        size_t block_bytes, struct lines *lines)
{
    struct block_pool *pool = block_pool_new(1, block_bytes);
    struct reader reader;
    reader_begin(&reader, source, member, block_bytes);
    do {
        struct block *block = block_pool_get(pool);
        reader_fill(&reader, block);
        see_block(lines, block);
        block_pool_put(pool, block);
    } while (!reader.end);
    lines->damaged += reader.damage != NULL;
    reader_finish(&reader);
    block_pool_free(pool, NULL);
}

static struct lines read_all(const char *path, size_t block_bytes)
{
    struct lines lines = {0};
    struct source_path input = {.path = "fuzz", .file = path, .named = true};
    struct source_options options = {.temp_dir = "/tmp"};
    struct source_member member;
    struct source *source;
    struct err err;
    if (!source_open(&source, &input, &options, &err))
        return lines;
    while (source_next(source, &member))
        read_member(source, &member, block_bytes, &lines);
    source_close(source);
    return lines;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { COMPRESSED_MAX = 64 }; /* that forms are read is source_fuzz's; a bomb takes long here */
    char path[FUZZ_PATH];
    if (size > COMPRESSED_MAX && (data[0] < ' ' || data[0] == 'P' || data[0] == '7') &&
        data[0] != '\n')
        return 0;
    int fd = fuzz_file(data, size, path);
    struct lines small = read_all(path, BLOCK_BYTES_MIN), large = read_all(path, 1 << 17);
    fuzz_require(small.count == large.count && small.hash == large.hash, "the same lines");
    fuzz_require(small.damaged == large.damaged, "the same damage");
    close(fd);
    return 0;
}
