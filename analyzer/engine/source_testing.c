#define _GNU_SOURCE /* mkostemp */
#include "source_testing.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <lz4frame.h>
#include <openssl/evp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zstd.h>

/* A test program is one thread. */
static unsigned failures;

void expect(bool ok, const char *format, ...)
{
    if (ok)
        return;
    failures++;
    va_list args;
    va_start(args, format);
    fputs("failed: ", stdout);
    vprintf(format, args);
    putchar('\n');
    va_end(args);
}

void expect_text(const char *what, const char *expected, const char *found)
{
    expect(strcmp(expected, found) == 0, "%s\nexpected:\n%s\nfound:\n%s", what, expected, found);
}

void expect_bytes(const char *what, struct bytes expected, struct bytes found)
{
    size_t same = bytes_common(expected, found);
    expect(same == expected.len && same == found.len,
           "%s: %zu bytes expected, %zu found, first difference at %zu", what, expected.len,
           found.len, same);
}

void expect_contains(const char *what, const struct reading *reading, const char *text)
{
    expect(strstr(reading_members(reading), text) != NULL, "%s: \"%s\" is not in:\n%s", what, text,
           reading_members(reading));
}

int testing_failed(void)
{
    return failures > 0;
}

void bytes_free(struct bytes *bytes)
{
    free(bytes->data);
    *bytes = (struct bytes){0};
}

void bytes_add(struct bytes *bytes, const void *data, size_t len)
{
    if (len > bytes->capacity - bytes->len) {
        bytes->capacity = (bytes->len + len) * 2;
        bytes->data = xrealloc(bytes->data, bytes->capacity, 1);
    }
    if (len > 0)
        memcpy(bytes->data + bytes->len, data, len);
    bytes->len += len;
}

struct bytes bytes_of(const char *text)
{
    struct bytes ret = {0};
    bytes_add(&ret, text, strlen(text));
    return ret;
}

struct bytes bytes_copy(struct bytes bytes)
{
    struct bytes ret = {0};
    bytes_add(&ret, bytes.data, bytes.len);
    return ret;
}

struct bytes bytes_join(struct bytes first, struct bytes second)
{
    bytes_add(&first, second.data, second.len);
    bytes_free(&second);
    return first;
}

size_t bytes_common(struct bytes a, struct bytes b)
{
    size_t same = 0;
    while (same < a.len && same < b.len && a.data[same] == b.data[same])
        same++;
    return same;
}

struct bytes bytes_log(size_t len)
{
    struct bytes ret = {.data = xmalloc(len), .len = len, .capacity = len};
    char line[160];
    uint64_t random = 1;
    for (size_t at = 0; at < len;) {
        random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        int n =
            snprintf(line, sizeof line,
                     "Nov 22 16:22:34 mail postfix/smtpd[%u]: %010llX: client=host%u[192.0.2.%u]\n",
                     (unsigned)(random >> 50), (unsigned long long)(random >> 24),
                     (unsigned)(random >> 20 & 0xfff), (unsigned)(random >> 56));
        size_t part = (size_t)n < len - at ? (size_t)n : len - at;
        memcpy(ret.data + at, line, part);
        at += part;
    }
    return ret;
}

static la_ssize_t collect(struct archive *archive, void *user, const void *data, size_t len)
{
    (void)archive;
    bytes_add(user, data, len);
    return (la_ssize_t)len;
}

static void check(struct archive *archive, int status)
{
    if (status >= ARCHIVE_WARN)
        return;
    printf("cannot make an archive: %s\n", archive_error_string(archive));
    exit(1);
}

static void write_member(struct archive *archive, const char *name, struct bytes content)
{
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname(entry, name);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0600);
    archive_entry_set_size(entry, (int64_t)content.len);
    check(archive, archive_write_header(archive, entry));
    if (content.len > 0)
        check(archive, archive_write_data(archive, content.data, content.len) < 0 ? ARCHIVE_FATAL
                                                                                  : ARCHIVE_OK);
    archive_entry_free(entry);
}

static struct bytes pack(const char *format, const char *filter, const char *options,
                         const char *const *names, size_t count, struct bytes content)
{
    struct bytes ret = {0};
    struct archive *archive = archive_write_new();
    check(archive, archive_write_set_format_by_name(archive, format));
    if (filter)
        check(archive, archive_write_add_filter_by_name(archive, filter));
    if (options)
        check(archive, archive_write_set_options(archive, options));
    archive_write_set_passphrase(archive, "secret");
    archive_write_set_bytes_in_last_block(archive, 1);
    check(archive, archive_write_open(archive, &ret, NULL, collect, NULL));
    for (size_t i = 0; i < count; i++)
        write_member(archive, names[i], content);
    check(archive, archive_write_close(archive));
    archive_write_free(archive);
    return ret;
}

/* libarchive's own lz4 filter crashes on nothing at all. */
static struct bytes pack_lz4(struct bytes content)
{
    LZ4F_preferences_t preferences = {.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled};
    size_t bound = LZ4F_compressFrameBound(content.len, &preferences);
    struct bytes ret = {.data = xmalloc(bound), .capacity = bound};
    ret.len = LZ4F_compressFrame(ret.data, bound, content.data, content.len, &preferences);
    return ret;
}

/* libarchive's own zstd filter writes no checksums. */
static struct bytes pack_zstd(struct bytes content)
{
    struct bytes ret = {.capacity = ZSTD_compressBound(content.len)};
    ret.data = xmalloc(ret.capacity);
    ZSTD_CCtx *encoder = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(encoder, ZSTD_c_checksumFlag, 1);
    ret.len = ZSTD_compress2(encoder, ret.data, ret.capacity, content.data, content.len);
    ZSTD_freeCCtx(encoder);
    return ret;
}

struct bytes pack_filter(const char *filter, const char *options, struct bytes content)
{
    if (strcmp(filter, "lz4") == 0)
        return pack_lz4(content);
    if (strcmp(filter, "zstd") == 0)
        return pack_zstd(content);
    return pack("raw", filter, options, &(const char *){"log"}, 1, content);
}

struct bytes pack_format(const char *format, const char *options, const char *const *names,
                         size_t count, struct bytes content)
{
    return pack(format, NULL, options, names, count, content);
}

static void note_member(struct reading *reading, const char *name, size_t bytes, const char *damage)
{
    char number[32];
    snprintf(number, sizeof number, " %zu", bytes);
    const char *parts[] = {name ? name : "-", number, damage ? " " : "", damage ? damage : "",
                           "\n"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        bytes_add(&reading->members, parts[i], strlen(parts[i]));
    reading->damaged = reading->damaged || damage;
}

static void read_member(struct source *source, const char *name, size_t buffer_bytes,
                        struct reading *reading)
{
    struct source_chunk chunk = {0};
    size_t before = reading->text.len;
    char *buffer = xmalloc(buffer_bytes);
    while (!chunk.end) {
        source_read(source, buffer, buffer_bytes, &chunk);
        if (chunk.gap) {
            reading->gap_at = reading->text.len;
            reading->gaps++;
        }
        bytes_add(&reading->text, buffer, chunk.bytes);
    }
    note_member(reading, name, reading->text.len - before, chunk.damage);
    free(buffer);
}

static struct reading read_path(const char *path, size_t buffer_bytes, struct bytes content)
{
    struct reading ret = {.gap_at = SIZE_MAX};
    atomic_uint_fast64_t progress = 0;
    struct source *source = NULL;
    struct err err;
    if (!source_open(&source, &(struct source_path){.path = path, .named = true},
                     &(struct source_options){.temp_dir = "/tmp", .progress = &progress}, &err)) {
        expect(false, "%s", err.text);
        return ret;
    }
    struct source_member member;
    while (source_next(source, &member))
        read_member(source, member.name, buffer_bytes, &ret);
    uint8_t expected[EVP_MAX_MD_SIZE], found[32];
    EVP_Digest(content.data, content.len, expected, NULL, EVP_sha256(), NULL);
    ret.digest_ok = source_digest(source, found) && memcmp(found, expected, sizeof found) == 0;
    expect(ret.digest_ok, "digest differs");
    expect(source_bytes(source) == content.len && progress == content.len,
           "%zu bytes: %llu received, %llu of progress", content.len,
           (unsigned long long)source_bytes(source), (unsigned long long)progress);
    source_close(source);
    return ret;
}

struct reading read_bytes(struct bytes content, size_t buffer_bytes)
{
    char path[] = "/tmp/source-test-XXXXXX";
    int fd = mkostemp(path, O_CLOEXEC);
    if (fd < 0 || write(fd, content.data, content.len) != (ssize_t)content.len) {
        printf("%s cannot be written\n", path);
        exit(1);
    }
    close(fd);
    struct reading ret = read_path(path, buffer_bytes, content);
    unlink(path);
    return ret;
}

struct reading read_head(struct bytes content, size_t len, size_t buffer_bytes)
{
    return read_bytes((struct bytes){content.data, len, len}, buffer_bytes);
}

void reading_free(struct reading *reading)
{
    bytes_free(&reading->text);
    bytes_free(&reading->members);
}

const char *reading_members(const struct reading *reading)
{
    struct bytes *members = (struct bytes *)&reading->members;
    bytes_add(members, "", 1);
    members->len--;
    return (const char *)members->data;
}
