/* Damaged inputs: everything before the damage comes out, the damage is named, and what follows it
 * is read where the format allows. */
#include <lz4frame.h>
#include <stdio.h>
#include <stdlib.h>
#include <zstd.h>

#include "source_testing.h"

enum { KIB = 1024, READ_BYTES = 64 * KIB, LOG_BYTES = 300 * KIB };

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char *const filters[] = {"gzip", "bzip2", "xz", "zstd", "lz4"};

static size_t common_prefix(struct bytes a, struct bytes b)
{
    size_t same = 0;
    while (same < a.len && same < b.len && a.data[same] == b.data[same])
        same++;
    return same;
}

static bool ends_with(struct bytes text, struct bytes end)
{
    return text.len >= end.len && memcmp(text.data + text.len - end.len, end.data, end.len) == 0;
}

static bool contains(const char *what, const struct reading *reading, const char *text)
{
    bool found = strstr(reading_members(reading), text) != NULL;
    expect(found, "%s: \"%s\" is not in:\n%s", what, text, reading_members(reading));
    return found;
}

static struct reading read_head(struct bytes packed, size_t len)
{
    return read_bytes((struct bytes){packed.data, len, len}, READ_BYTES);
}

static struct reading read_head_by(struct bytes packed, size_t len, size_t buffer_bytes)
{
    return read_bytes((struct bytes){packed.data, len, len}, buffer_bytes);
}

/* Small blocks, or there would be nothing to read before the end. */
static struct bytes pack_log(const char *filter, struct bytes content)
{
    const char *options = strcmp(filter, "bzip2") == 0 ? "compression-level=1" : NULL;
    return pack_filter(filter, options, content);
}

static void test_truncated(const char *filter)
{
    enum { POINTS = 30, MAGIC_BYTES = 10 };
    struct bytes content = bytes_log(LOG_BYTES);
    struct bytes packed = pack_log(filter, content);
    size_t before = 0;
    for (size_t i = 0; i < POINTS; i++) {
        size_t len = MAGIC_BYTES + (packed.len - MAGIC_BYTES - 1) * i / (POINTS - 1);
        struct reading reading = read_head(packed, len);
        expect(common_prefix(reading.text, content) == reading.text.len, "%s cut at %zu: no prefix",
               filter, len);
        expect(reading.text.len >= before, "%s cut at %zu: less than when cut before", filter, len);
        contains(filter, &reading, "truncated after");
        before = reading.text.len;
        reading_free(&reading);
    }
    expect(before > LOG_BYTES / 2, "%s: only %zu bytes before the end", filter, before);
    bytes_free(&packed);
    bytes_free(&content);
}

/* Whatever bit is wrong, what comes out in front of it is what comes out if the rest is missing. */
static void test_flip(const char *name, struct bytes packed, struct bytes content, size_t at,
                      unsigned bits, size_t buffer_bytes)
{
    struct reading cut = read_head_by(packed, at, buffer_bytes);
    packed.data[at] ^= (unsigned char)bits;
    struct reading reading = read_head_by(packed, packed.len, buffer_bytes);
    packed.data[at] ^= (unsigned char)bits;
    size_t right = common_prefix(reading.text, content);
    expect(right >= cut.text.len, "%s wrong at %zu: %zu bytes are right, %zu expected", name, at,
           right, cut.text.len);
    /* Some bits mean nothing. */
    expect(reading.damaged || (right == content.len && right == reading.text.len),
           "%s wrong at %zu: not named", name, at);
    reading_free(&cut);
    reading_free(&reading);
}

static void test_flipped(const char *filter)
{
    enum { POINTS = 60, SMALL_READ_BYTES = 500 };
    struct bytes content = bytes_log(LOG_BYTES);
    struct bytes packed = pack_log(filter, content);
    for (size_t i = 1; i < POINTS; i++)
        test_flip(filter, packed, content, packed.len * i / POINTS, 1U << i % 8,
                  i % 4 == 0 ? SMALL_READ_BYTES : READ_BYTES);
    bytes_free(&packed);
    bytes_free(&content);
}

enum { SMALL_BLOCK_BYTES = 200, SMALL_BLOCKS = 8 };

static struct bytes pack_small_blocks_zstd(struct bytes content)
{
    struct bytes ret = {.capacity = 2 * content.len};
    ret.data = xmalloc(ret.capacity);
    ZSTD_CCtx *encoder = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(encoder, ZSTD_c_checksumFlag, 1);
    ZSTD_outBuffer out = {ret.data, ret.capacity, 0};
    for (size_t at = 0; at < content.len; at += SMALL_BLOCK_BYTES) {
        ZSTD_inBuffer in = {content.data + at, SMALL_BLOCK_BYTES, 0};
        ZSTD_compressStream2(encoder, &out, &in, ZSTD_e_flush);
    }
    ZSTD_compressStream2(encoder, &out, &(ZSTD_inBuffer){"", 0, 0}, ZSTD_e_end);
    ZSTD_freeCCtx(encoder);
    ret.len = out.pos;
    return ret;
}

static struct bytes pack_small_blocks_lz4(struct bytes content)
{
    LZ4F_preferences_t preferences = {.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled,
                                      .autoFlush = 1};
    struct bytes ret = {.capacity = LZ4F_compressBound(content.len, &preferences) * SMALL_BLOCKS};
    ret.data = xmalloc(ret.capacity);
    LZ4F_cctx *encoder = NULL;
    LZ4F_createCompressionContext(&encoder, LZ4F_VERSION);
    ret.len = LZ4F_compressBegin(encoder, ret.data, ret.capacity, &preferences);
    for (size_t at = 0; at < content.len; at += SMALL_BLOCK_BYTES)
        ret.len += LZ4F_compressUpdate(encoder, ret.data + ret.len, ret.capacity - ret.len,
                                       content.data + at, SMALL_BLOCK_BYTES, NULL);
    ret.len += LZ4F_compressEnd(encoder, ret.data + ret.len, ret.capacity - ret.len, NULL);
    LZ4F_freeCompressionContext(encoder);
    return ret;
}

/* Every byte of blocks and of the headers between them; the frame's own header and its checksums
 * are left out. */
static void test_every_byte(const char *name, struct bytes (*pack)(struct bytes content))
{
    enum { FRAME_HEADER_BYTES = 20, FRAME_END_BYTES = 12, ALL_BITS = 0xff };
    struct bytes content = bytes_log(SMALL_BLOCKS * SMALL_BLOCK_BYTES);
    struct bytes packed = pack(content);
    for (size_t at = FRAME_HEADER_BYTES; at + FRAME_END_BYTES < packed.len; at++)
        test_flip(name, packed, content, at, ALL_BITS, SMALL_BLOCK_BYTES / 2);
    bytes_free(&packed);
    bytes_free(&content);
}

/* Of three parts the one in the middle is damaged: the last one is read behind a gap. */
static void test_resumed(const char *filter, size_t buffer_bytes, const char *damage)
{
    struct bytes content = bytes_log(LOG_BYTES);
    struct bytes part = pack_log(filter, content);
    size_t at = part.len + part.len / 2;
    struct bytes packed = bytes_join(bytes_copy(part), bytes_copy(part));
    packed = bytes_join(packed, part);
    memset(packed.data + at, 0xa5, 20);
    struct reading reading = read_head_by(packed, packed.len, buffer_bytes);
    expect(ends_with(reading.text, content), "%s: last part is missing", filter);
    expect(common_prefix(reading.text, content) == content.len, "%s: first part is missing",
           filter);
    expect(reading.gaps >= 1 && reading.gap_at == reading.text.len - content.len,
           "%s: %u gaps, the last at %zu of %zu", filter, reading.gaps, reading.gap_at,
           reading.text.len);
    contains(filter, &reading, damage);
    reading_free(&reading);
    bytes_free(&packed);
    bytes_free(&content);
}

/* A stream of bzip2 goes on at its next block, and a block that is wrong is not given at all. */
static void test_bzip2_block(void)
{
    struct bytes content = bytes_log(LOG_BYTES);
    struct bytes packed = pack_log("bzip2", content);
    packed.data[packed.len / 2] ^= 1;
    struct reading reading = read_head(packed, packed.len);
    expect(reading.gaps == 1, "%u gaps", reading.gaps);
    struct bytes behind = {reading.text.data + reading.gap_at, reading.text.len - reading.gap_at,
                           0};
    expect(common_prefix(reading.text, content) == reading.gap_at,
           "wrong bytes in front of the gap");
    expect(behind.len > LOG_BYTES / 10 && ends_with(content, behind), "wrong bytes behind the gap");
    expect(reading.text.len > LOG_BYTES / 2, "only %zu bytes", reading.text.len);
    contains("bzip2", &reading, "skipped to the next block");
    reading_free(&reading);
    bytes_free(&packed);
    bytes_free(&content);
}

static void test_trailing_garbage(void)
{
    static const char garbage[] = "this is no compressed data";
    for (size_t i = 0; i < COUNT(filters); i++) {
        struct bytes content = bytes_log(10 * KIB);
        struct bytes packed = pack_filter(filters[i], NULL, content);
        bytes_add(&packed, garbage, sizeof garbage);
        struct reading reading = read_head(packed, packed.len);
        expect_bytes(filters[i], content, reading.text);
        contains(filters[i], &reading, "garbage");
        reading_free(&reading);
        bytes_free(&packed);
        bytes_free(&content);
    }
}

/* Behind a block of deflate that cannot be: ISA-L still holds bytes it had no room to give. */
static void test_gzip_held_bytes(void)
{
    enum { SMALL_READ_BYTES = 500, GZIP_END_BYTES = 8 };
    struct bytes content = bytes_log(LOG_BYTES / 10);
    struct bytes packed = pack_filter("gzip", "compression-level=0", content);
    packed.len -= GZIP_END_BYTES;
    packed.data[10] = 0; /* the first block is not the last one any more */
    bytes_add(&packed, "\x07 this is no block", 18);
    struct reading reading = read_head_by(packed, packed.len, SMALL_READ_BYTES);
    expect_bytes("held bytes", content, reading.text);
    contains("held bytes", &reading, "gzip: corrupt after");
    reading_free(&reading);
    bytes_free(&packed);
    bytes_free(&content);
}

/* Of three frames the one in the middle is lost, and with it an odd number of bytes. */
static void test_gap_in_utf16(void)
{
    enum { CHARACTERS = 400, CUT = 301, RESUME = 503 };
    struct bytes text = bytes_of("\xff\xfe"), log = bytes_log(CHARACTERS);
    for (size_t i = 0; i < log.len; i++)
        bytes_add(&text, (char[]){(char)log.data[i], 0}, 2);
    struct bytes packed = pack_filter("zstd", NULL, (struct bytes){text.data, CUT, CUT});
    size_t at = packed.len;
    packed = bytes_join(
        packed, pack_filter("zstd", NULL, (struct bytes){text.data + CUT, RESUME - CUT, 0}));
    memset(packed.data + at + 10, 0xa5, 10);
    packed =
        bytes_join(packed, pack_filter("zstd", NULL,
                                       (struct bytes){text.data + RESUME, text.len - RESUME, 0}));
    struct reading reading = read_head(packed, packed.len);
    struct bytes end = {log.data + RESUME / 2, log.len - RESUME / 2, 0};
    expect(reading.gaps == 1 && ends_with(reading.text, end), "UTF-16 behind a gap: %zu bytes",
           reading.text.len);
    reading_free(&reading);
    bytes_free(&packed);
    bytes_free(&text);
    bytes_free(&log);
}

static const char *const one[] = {"a.log"};
static const char *const three[] = {"a.log", "b.log", "c.log"};

static void test_truncated_container(const char *format)
{
    enum { POINTS = 20 };
    struct bytes content = bytes_log(20 * KIB);
    struct bytes all = bytes_join(bytes_copy(content), bytes_copy(content));
    all = bytes_join(all, bytes_copy(content));
    struct bytes packed = pack_format(format, NULL, three, COUNT(three), content);
    size_t begin = 600, end = packed.len - 1200;
    for (size_t i = 0; i < POINTS; i++) {
        size_t len = begin + (end - begin) * i / POINTS;
        struct reading reading = read_head(packed, len);
        expect(common_prefix(reading.text, all) == reading.text.len, "%s cut at %zu: no prefix",
               format, len);
        expect(reading.text.len + 4 * KIB > len || strcmp(format, "zip") == 0,
               "%s cut at %zu: only %zu bytes", format, len, reading.text.len);
        expect(reading.damaged, "%s cut at %zu: not named:\n%s", format, len,
               reading_members(&reading));
        reading_free(&reading);
    }
    bytes_free(&packed);
    bytes_free(&all);
    bytes_free(&content);
}

/* A zip gives everything in front of the damage too, although its index says that more follows. */
static void test_flipped_zip(void)
{
    enum { POINTS = 25, SLACK = 100 /* headers differ in size */ };
    struct bytes content = bytes_log(LOG_BYTES);
    struct bytes gzip = pack_filter("gzip", NULL, content);
    struct bytes packed = pack_format("zip", NULL, one, COUNT(one), content);
    for (size_t i = 1; i < POINTS; i++) {
        size_t at = packed.len * i / POINTS;
        struct reading cut = read_head(gzip, at - SLACK);
        packed.data[at] ^= 0x10;
        struct reading reading = read_head(packed, packed.len);
        packed.data[at] ^= 0x10;
        expect(common_prefix(reading.text, content) >= cut.text.len,
               "zip wrong at %zu: %zu bytes are right, %zu expected", at,
               common_prefix(reading.text, content), cut.text.len);
        expect(reading.damaged, "zip wrong at %zu: not named", at);
        reading_free(&cut);
        reading_free(&reading);
    }
    bytes_free(&packed);
    bytes_free(&gzip);
    bytes_free(&content);
}

/* In the stream of compressed data every bit matters, in the gap between members not: so only
 * survival is checked there. */
static void test_flipped_container(const char *format)
{
    enum { POINTS = 150 };
    struct bytes content = bytes_log(3 * KIB);
    struct bytes packed = pack_format(format, NULL, three, COUNT(three), content);
    for (size_t i = 0; i < POINTS; i++) {
        size_t at = packed.len * i / POINTS;
        packed.data[at] ^= 0x55;
        struct reading reading = read_head(packed, packed.len);
        packed.data[at] ^= 0x55;
        reading_free(&reading);
    }
    bytes_free(&packed);
    bytes_free(&content);
}

/* The second member's header is wrong: it is lost, the third is read. */
static void test_header(const char *format, size_t header_bytes, size_t member_bytes)
{
    struct bytes content = bytes_log(member_bytes);
    struct bytes packed = pack_format(format, NULL, three, COUNT(three), content);
    memset(packed.data + header_bytes + member_bytes, '?', 100);
    struct reading reading = read_head(packed, packed.len);
    char what[40];
    snprintf(what, sizeof what, "%s with a bad header", format);
    contains(what, &reading, "a.log 10240\n");
    contains(what, &reading, "c.log 10240\n");
    expect(reading.damaged, "%s: not named", what);
    reading_free(&reading);
    bytes_free(&packed);
    bytes_free(&content);
}

/* Frames of a .tar.zst are lost: the members behind them are found again. */
static void test_gap_in_tar(void)
{
    struct bytes content = bytes_log(50 * KIB);
    struct bytes tar = pack_format("ustar", NULL, three, COUNT(three), content);
    struct bytes packed = {0};
    for (size_t at = 0, n = 0; at < tar.len; at += n) {
        n = tar.len - at < 10 * KIB ? tar.len - at : 10 * KIB;
        struct bytes frame = pack_filter("zstd", NULL, (struct bytes){tar.data + at, n, n});
        if (at == 70 * KIB)
            memset(frame.data + 10, 0xa5, 20);
        packed = bytes_join(packed, frame);
    }
    struct reading reading = read_head(packed, packed.len);
    contains("gap", &reading, "a.log 51200\nb.log ");
    contains("gap", &reading, " zstd: corrupt frame at byte ");
    contains("gap", &reading, "c.log 51200\n");
    reading_free(&reading);
    bytes_free(&packed);
    bytes_free(&tar);
    bytes_free(&content);
}

static void test_encrypted(void)
{
    struct bytes content = bytes_of("a line\n");
    struct bytes packed = pack_format("zip", "encryption=traditional", three, 2, content);
    struct reading reading = read_head(packed, packed.len);
    expect_text(
        "encrypted",
        "a.log 0 zip: encrypted, needs a password\nb.log 0 zip: encrypted, needs a password\n",
        reading_members(&reading));
    reading_free(&reading);
    bytes_free(&packed);
    bytes_free(&content);
}

static void test_no_journal(void)
{
    struct bytes packed = bytes_of("LPKSHHRH and then no journal at all");
    struct reading reading = read_head(packed, packed.len);
    contains("no journal", &reading, "- 0 ");
    contains("no journal", &reading, "journal");
    reading_free(&reading);
    bytes_free(&packed);
}

/* A tar that just stops behind a member may have lost some. */
static void test_no_end_mark(void)
{
    struct bytes content = bytes_of("a line\n");
    struct bytes packed = pack_format("ustar", NULL, three, 2, content);
    struct reading reading = read_head(packed, 2048);
    expect_text("no end mark",
                "a.log 7\nb.log 7\n"
                "- 0 tar: ends without its end mark after 2048 bytes, members may be missing\n",
                reading_members(&reading));
    reading_free(&reading);
    bytes_free(&packed);
    bytes_free(&content);
}

/* Damage inside one member is no damage of the next. */
static void test_damage_stays_with_its_member(void)
{
    struct bytes content = bytes_log(10 * KIB);
    struct bytes gz = pack_filter("gzip", NULL, content);
    gz.len /= 2;
    struct bytes packed = pack_format("pax", NULL, three, 2, gz);
    struct reading reading = read_head(packed, packed.len);
    const char *members = reading_members(&reading);
    char expected[200];
    size_t bytes = reading.text.len / 2;
    snprintf(
        expected, sizeof expected,
        "a.log %zu gzip: truncated after %zu bytes\nb.log %zu gzip: truncated after %zu bytes\n",
        bytes, gz.len, bytes, gz.len);
    expect_text("both members", expected, members);
    reading_free(&reading);
    bytes_free(&packed);
    bytes_free(&gz);
    bytes_free(&content);
}

/* What a layer says about the damage of one beneath it is not repeated. */
static void test_cause(void)
{
    struct bytes content = bytes_log(50 * KIB);
    struct bytes tar = pack_format("ustar", NULL, three, 2, content);
    struct bytes packed = pack_filter("gzip", NULL, tar);
    packed.len = packed.len * 3 / 4;
    struct reading reading = read_head(packed, packed.len);
    char expected[200];
    snprintf(expected, sizeof expected, "a.log %zu\nb.log %zu gzip: truncated after %zu bytes\n",
             content.len, reading.text.len - content.len, packed.len);
    expect_text("cause", expected, reading_members(&reading));
    reading_free(&reading);
    bytes_free(&packed);
    bytes_free(&tar);
    bytes_free(&content);
}

int main(void)
{
    static const char *const containers[] = {"ustar", "pax", "newc", "odc", "zip"};
    for (size_t i = 0; i < COUNT(filters); i++) {
        test_truncated(filters[i]);
        test_flipped(filters[i]);
    }
    for (size_t i = 0; i < COUNT(containers); i++) {
        test_truncated_container(containers[i]);
        test_flipped_container(containers[i]);
    }
    test_flipped_zip();
    test_flipped_container("7zip");
    test_flipped_container("bin");
    for (size_t bytes = 1000; bytes <= READ_BYTES; bytes *= 64) {
        test_resumed("zstd", bytes, "zstd: corrupt frame at byte");
        test_resumed("lz4", bytes, "lz4: corrupt frame at byte");
        test_resumed("xz", bytes, "xz: corrupt stream at byte");
        test_resumed("bzip2", bytes, "skipped to the next block");
    }
    test_every_byte("zstd", pack_small_blocks_zstd);
    test_every_byte("lz4", pack_small_blocks_lz4);
    test_bzip2_block();
    test_gzip_held_bytes();
    test_gap_in_utf16();
    test_trailing_garbage();
    test_header("ustar", 512, 10 * KIB);
    test_header("newc", 116, 10 * KIB);
    test_gap_in_tar();
    test_encrypted();
    test_no_journal();
    test_no_end_mark();
    test_cause();
    test_damage_stays_with_its_member();
    return testing_failed();
}
