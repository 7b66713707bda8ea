/* Whole inputs in every form: the same bytes come out, under the right names. */
#define _GNU_SOURCE /* pipe2 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zstd.h>

#include "source_testing.h"

enum { KIB = 1024, MIB = 1024 * KIB, BIG_READ = 256 * KIB };

static const char *const filters[] = {"gzip", "bzip2", "xz", "zstd", "lz4"};
static const char *const formats[] = {"v7tar", "ustar", "pax", "gnutar", "zip",
                                      "7zip",  "newc",  "odc", "bin"};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void expect_whole(const char *what, struct bytes packed, struct bytes content,
                         size_t read_bytes_at_once)
{
    struct reading reading = read_bytes(packed, read_bytes_at_once);
    expect(!reading.damaged, "%s: %s", what, reading_members(&reading));
    expect(reading.gaps == 0, "%s: gap", what);
    expect_bytes(what, content, reading.text);
    reading_free(&reading);
}

static void test_form(const char *name, struct bytes packed, struct bytes content)
{
    static const size_t sizes[] = {1, 7, 4096, BIG_READ};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        char what[80];
        snprintf(what, sizeof what, "%s of %zu bytes read by %zu", name, content.len, sizes[i]);
        if (content.len < MIB || sizes[i] >= BIG_READ)
            expect_whole(what, packed, content, sizes[i]);
    }
    bytes_free(&packed);
}

static void test_every_form(size_t len)
{
    struct bytes content = bytes_log(len);
    test_form("plain", bytes_copy(content), content);
    for (size_t i = 0; i < COUNT(filters); i++)
        test_form(filters[i], pack_filter(filters[i], NULL, content), content);
    for (size_t i = 0; i < COUNT(formats); i++)
        test_form(formats[i],
                  pack_format(formats[i], NULL, &(const char *){"mail.log"}, 1, content), content);
    bytes_free(&content);
}

static void test_concatenated(void)
{
    struct bytes content = bytes_log(100 * KIB);
    struct bytes twice = bytes_join(bytes_copy(content), bytes_copy(content));
    static const char zeros[1024] = {0};
    for (size_t i = 0; i < COUNT(filters); i++) {
        struct bytes packed = bytes_join(pack_filter(filters[i], NULL, content),
                                         pack_filter(filters[i], NULL, content));
        expect_whole(filters[i], packed, twice, 4096);
        bytes_add(&packed, zeros, sizeof zeros);
        expect_whole("padded with zeros", packed, twice, 4096);
        bytes_free(&packed);
    }
    bytes_free(&content);
    bytes_free(&twice);
}

/* A skippable frame of 5 bytes. */
static struct bytes skippable(void)
{
    struct bytes ret = bytes_of("\x50\x2a\x4d\x18\x05");
    bytes_add(&ret, "\0\0\0hello", 8);
    return ret;
}

static void test_skippable_frames(void)
{
    struct bytes content = bytes_log(10 * KIB);
    static const char *const both[] = {"zstd", "lz4"};
    for (size_t i = 0; i < COUNT(both); i++) {
        struct bytes packed = bytes_join(skippable(), pack_filter(both[i], NULL, content));
        packed = bytes_join(packed, skippable());
        expect_whole("skippable frames around", packed, content, 4096);
        bytes_free(&packed);
    }
    bytes_free(&content);
}

/* The frame header asks for a window of 2 GiB, as zstd --long=31 writes. */
static void test_long_window(void)
{
    struct bytes content = bytes_log(64 * KIB);
    struct bytes packed = {.capacity = ZSTD_compressBound(content.len)};
    packed.data = xmalloc(packed.capacity);
    ZSTD_CCtx *encoder = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(encoder, ZSTD_c_windowLog, 31);
    ZSTD_CCtx_setParameter(encoder, ZSTD_c_hashLog, 12);
    ZSTD_outBuffer out = {packed.data, packed.capacity, 0};
    ZSTD_inBuffer start = {content.data, 1, 0}, rest = {content.data + 1, content.len - 1, 0};
    /* In two steps, or the encoder would know the size and choose a window of it. */
    ZSTD_compressStream2(encoder, &out, &start, ZSTD_e_continue);
    ZSTD_compressStream2(encoder, &out, &rest, ZSTD_e_end);
    ZSTD_freeCCtx(encoder);
    packed.len = out.pos;
    expect_whole("window of 2 GiB", packed, content, BIG_READ);
    bytes_free(&packed);
    bytes_free(&content);
}

static void wrap(struct bytes *bytes, const char *name)
{
    bool filter = strcmp(name, "gzip") == 0 || strcmp(name, "zstd") == 0 ||
                  strcmp(name, "bzip2") == 0 || strcmp(name, "lz4") == 0 || strcmp(name, "xz") == 0;
    struct bytes packed = filter ? pack_filter(name, NULL, *bytes)
                                 : pack_format(name, NULL, &(const char *){name}, 1, *bytes);
    bytes_free(bytes);
    *bytes = packed;
}

static void test_nested(const char *const *layers, size_t count, const char *expected)
{
    struct bytes packed = bytes_of("a line\n");
    for (size_t i = 0; i < count; i++)
        wrap(&packed, layers[i]);
    struct reading reading = read_bytes(packed, 4096);
    expect_text("nested", expected, reading_members(&reading));
    reading_free(&reading);
    bytes_free(&packed);
}

static void test_depth(void)
{
    static const char *const gzips[] = {"gzip", "gzip", "gzip", "gzip", "gzip",
                                        "gzip", "gzip", "gzip", "gzip"};
    test_nested(gzips, 8, "- 7\n");
    test_nested(gzips, 9, "- 0 gzip: nested deeper than 8 layers, not read\n");
    static const char *const mixed[] = {"zip",  "zstd", "7zip", "ustar", "bzip2",
                                        "newc", "pax",  "lz4",  "xz"};
    test_nested(mixed, 8, "pax!newc!ustar!7zip!zip 7\n");
    test_nested(mixed, 9, "pax!newc!ustar!7zip 0 zip: nested deeper than 8 layers, not read\n");
}

/* Containers inside a container go on with the files behind them. */
static void test_names(void)
{
    static const char *const inner_names[] = {"a", "b/c"};
    static const char *const outer_names[] = {"one", "two"};
    struct bytes content = bytes_of("x\n");
    struct bytes gz = pack_filter("gzip", NULL, content);
    struct bytes zip = pack_format("zip", NULL, inner_names, 2, gz);
    struct bytes tar = pack_format("pax", NULL, outer_names, 2, zip);
    struct bytes packed = pack_filter("xz", NULL, tar);
    struct reading reading = read_bytes(packed, 4096);
    expect_text("names", "one!a 2\none!b/c 2\ntwo!a 2\ntwo!b/c 2\n", reading_members(&reading));
    reading_free(&reading);
    bytes_free(&content);
    bytes_free(&gz);
    bytes_free(&zip);
    bytes_free(&tar);
    bytes_free(&packed);
}

/* Text that only looks like a container, and binary rubbish, are bytes as they are. */
static void test_not_taken_for_archives(void)
{
    static const char *const texts[] = {
        "070707 is what cpio begins with\n",
        "0707010123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef01234\n",
        "070707000000000000000000000000000000000000000000000000000000000000000000077777777\n",
        "BZh9 is what bzip2 begins with\n",
        "PK and nothing else\n",
        "7z\n",
        "\xff\xd8\xff\xe0\x10JFIF",
        "\x1f\x8b",
        "LPKSHHR\n",
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct bytes bytes = bytes_of(texts[i]);
        expect_whole(texts[i], bytes, bytes, 7);
        bytes_free(&bytes);
    }
}

static void expect_decoded(const char *what, const char *packed, size_t packed_bytes,
                           const char *expected)
{
    struct bytes bytes = {0}, content = bytes_of(expected);
    bytes_add(&bytes, packed, packed_bytes);
    for (size_t size = 1; size <= 8; size++)
        expect_whole(what, bytes, content, size);
    bytes_free(&bytes);
    bytes_free(&content);
}

#define LITERAL(text) (text), sizeof(text) - 1

static void test_unicode(void)
{
    expect_decoded("UTF-16 LE",
                   LITERAL("\xff\xfe"
                           "N\0o\0v\0\xfc\0\xac\x20\x3d\xd8\x00\xde\n\0"),
                   "Nov\u00fc\u20ac\U0001f600\n");
    expect_decoded("UTF-16 BE", LITERAL("\xfe\xff\0N\0o\0v\0\xfc\x20\xac\xd8\x3d\xde\x00\0\n"),
                   "Nov\u00fc\u20ac\U0001f600\n");
    expect_decoded("lone surrogates and half a unit",
                   LITERAL("\xff\xfe\x3d\xd8\n\0\x00\xde\x3d\xd8"
                           "x"),
                   "\ufffd\n\ufffd\ufffd\ufffd");
    expect_decoded("UTF-8 mark", LITERAL("\xef\xbb\xbfNov\n"), "Nov\n");
    expect_decoded("only a mark", LITERAL("\xff\xfe"), "");
}

/* As UTF-8 it is longer. */
static void test_long_unicode(void)
{
    enum { CHARACTERS = 200000 };
    struct bytes packed = bytes_of("\xff\xfe"), content = {0};
    for (size_t i = 0; i < CHARACTERS; i++) {
        bytes_add(&packed, "\xac\x20", 2);
        bytes_add(&content, "\u20ac", 3);
    }
    expect_whole("long UTF-16", packed, content, BIG_READ);
    bytes_free(&packed);
    bytes_free(&content);
}

static void test_many_members(void)
{
    enum { MEMBERS = 3000 };
    static const char *const codecs[] = {"ustar", "zip"};
    const char *names[MEMBERS];
    for (size_t i = 0; i < MEMBERS; i++)
        names[i] = "mail.log";
    for (size_t i = 0; i < COUNT(codecs); i++) {
        struct bytes line = bytes_of("a line\n");
        struct bytes packed = pack_format(codecs[i], NULL, names, MEMBERS, line);
        struct reading reading = read_bytes(packed, 4096);
        expect(reading.text.len == MEMBERS * line.len && !reading.damaged, "%s: %zu bytes",
               codecs[i], reading.text.len);
        reading_free(&reading);
        bytes_free(&packed);
        bytes_free(&line);
    }
}

/* What cannot be opened at all is an error, not damage. */
static void test_unreadable(void)
{
    struct source *source = NULL;
    struct err err;
    static const char *const paths[] = {"/nonexistent", "/"};
    static const char *const expected[] = {"/nonexistent: No such file or directory",
                                           "/: Is a directory"};
    for (size_t i = 0; i < COUNT(paths); i++) {
        expect(!source_open(&source, &(struct source_path){.path = paths[i]},
                            &(struct source_options){0}, &err),
               "%s opens", paths[i]);
        expect_text("error", expected[i], err.text);
    }
}

/* A zip that arrives through a pipe cannot seek. */
static void test_pipe(void)
{
    int ends[2];
    struct bytes content = bytes_of("a line\n");
    struct bytes zip = pack_format("zip", NULL, &(const char *){"log"}, 1, content);
    if (pipe(ends) != 0 || dup2(ends[0], STDIN_FILENO) < 0 ||
        write(ends[1], zip.data, zip.len) != (ssize_t)zip.len) {
        expect(false, "no pipe");
        return;
    }
    close(ends[1]);
    close(ends[0]);
    struct source *source = NULL;
    struct source_member member;
    struct source_chunk chunk = {0};
    struct err err;
    char buffer[100];
    expect(source_open(&source, &(struct source_path){.path = "-"},
                       &(struct source_options){.temp_dir = "/tmp"}, &err) &&
               source_next(source, &member),
           "zip in a pipe is not read");
    source_read(source, buffer, sizeof buffer, &chunk);
    expect(chunk.bytes == content.len && memcmp(buffer, content.data, content.len) == 0,
           "zip in a pipe: %zu bytes", chunk.bytes);
    source_close(source);
    bytes_free(&zip);
    bytes_free(&content);
}

static void test_stop(void)
{
    int stop = 0;
    struct source *source = NULL;
    struct source_member member;
    struct source_chunk chunk = {0};
    struct err err;
    char buffer[100];
    source_open(&source, &(struct source_path){.path = "/proc/self/exe"},
                &(struct source_options){.stop = &stop}, &err);
    expect(source_next(source, &member), "own program is not read");
    source_read(source, buffer, sizeof buffer, &chunk);
    expect(chunk.bytes == sizeof buffer && !chunk.end, "own program is too short");
    stop = 1;
    source_read(source, buffer, sizeof buffer, &chunk);
    expect(chunk.bytes == 0 && chunk.end && !chunk.damage, "stop does not end the member");
    expect(!source_next(source, &member), "stop does not end the path");
    source_close(source);
}

int main(void)
{
    static const size_t sizes[] = {0, 1, 100 * KIB, 3 * MIB};
    for (size_t i = 0; i < COUNT(sizes); i++)
        test_every_form(sizes[i]);
    test_concatenated();
    test_skippable_frames();
    test_long_window();
    test_depth();
    test_names();
    test_not_taken_for_archives();
    test_unicode();
    test_long_unicode();
    test_many_members();
    test_unreadable();
    test_pipe();
    test_stop();
    return testing_failed();
}
