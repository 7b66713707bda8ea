/* Damaged compressed data: everything before the damage comes out, the damage is named, and what
 * follows it is read where the format allows. */
#include <lz4frame.h>
#include <stdio.h>
#include <stdlib.h>
#include <zstd.h>

#include "source_testing.h"

/* The smaller read is the smallest that decoders see as it is. */
enum { KIB = 1024, READ_BYTES = 64 * KIB, SMALL_READ_BYTES = 16 * KIB, LOG_BYTES = 300 * KIB };

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char *const filters[] = {"gzip", "bzip2", "xz", "zstd", "lz4"};

static bool ends_with(struct bytes text, struct bytes end)
{
    return text.len >= end.len && memcmp(text.data + text.len - end.len, end.data, end.len) == 0;
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
        struct reading reading = read_head(packed, len, READ_BYTES);
        expect(bytes_common(reading.text, content) == reading.text.len, "%s cut at %zu: no prefix",
               filter, len);
        expect(reading.text.len >= before, "%s cut at %zu: less than when cut before", filter, len);
        expect_contains(filter, &reading, "truncated after");
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
    struct reading cut = read_head(packed, at, buffer_bytes);
    packed.data[at] ^= (unsigned char)bits;
    struct reading reading = read_head(packed, packed.len, buffer_bytes);
    packed.data[at] ^= (unsigned char)bits;
    size_t right = bytes_common(reading.text, content);
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
    enum { POINTS = 40 };
    struct bytes content = bytes_log(LOG_BYTES);
    struct bytes packed = pack_log(filter, content);
    for (size_t i = 1; i < POINTS; i++)
        test_flip(filter, packed, content, packed.len * i / POINTS, 1U << i % 8,
                  i % 4 == 0 ? SMALL_READ_BYTES : READ_BYTES);
    bytes_free(&packed);
    bytes_free(&content);
}

/* One frame of blocks of block_bytes; *ret_last is where the last one begins. */
typedef struct bytes pack_blocks(struct bytes content, size_t block_bytes, size_t *ret_last);

static struct bytes pack_blocks_zstd(struct bytes content, size_t block_bytes, size_t *ret_last)
{
    struct bytes ret = {.capacity = 2 * content.len};
    ret.data = xmalloc(ret.capacity);
    ZSTD_CCtx *encoder = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(encoder, ZSTD_c_checksumFlag, 1);
    ZSTD_outBuffer out = {ret.data, ret.capacity, 0};
    for (size_t at = 0; at < content.len; at += block_bytes) {
        ZSTD_inBuffer in = {content.data + at, block_bytes, 0};
        *ret_last = out.pos;
        ZSTD_compressStream2(encoder, &out, &in, ZSTD_e_flush);
    }
    ZSTD_compressStream2(encoder, &out, &(ZSTD_inBuffer){"", 0, 0}, ZSTD_e_end);
    ZSTD_freeCCtx(encoder);
    ret.len = out.pos;
    return ret;
}

static struct bytes pack_blocks_lz4(struct bytes content, size_t block_bytes, size_t *ret_last)
{
    LZ4F_preferences_t preferences = {.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled,
                                      .autoFlush = 1};
    size_t bound = LZ4F_compressBound(block_bytes, &preferences);
    struct bytes ret = {.capacity = bound * (content.len / block_bytes + 2)};
    ret.data = xmalloc(ret.capacity);
    LZ4F_cctx *encoder = NULL;
    LZ4F_createCompressionContext(&encoder, LZ4F_VERSION);
    ret.len = LZ4F_compressBegin(encoder, ret.data, ret.capacity, &preferences);
    for (size_t at = 0; at < content.len; at += block_bytes) {
        *ret_last = ret.len;
        ret.len += LZ4F_compressUpdate(encoder, ret.data + ret.len, ret.capacity - ret.len,
                                       content.data + at, block_bytes, NULL);
    }
    ret.len += LZ4F_compressEnd(encoder, ret.data + ret.len, ret.capacity - ret.len, NULL);
    LZ4F_freeCompressionContext(encoder);
    return ret;
}

/* Every byte of blocks and of the headers between them; the frame's own header and its checksums
 * are left out. */
static void test_every_byte(const char *name, pack_blocks *pack)
{
    enum { BLOCK_BYTES = 200, BLOCKS = 5, HEADER_BYTES = 20, END_BYTES = 12, ALL_BITS = 0xff };
    size_t last = 0;
    struct bytes content = bytes_log(BLOCKS * BLOCK_BYTES);
    struct bytes packed = pack(content, BLOCK_BYTES, &last);
    for (size_t at = HEADER_BYTES; at + END_BYTES < packed.len; at++)
        test_flip(name, packed, content, at, ALL_BITS, READ_BYTES);
    bytes_free(&packed);
    bytes_free(&content);
}

/* The decoder still holds some of the block in front of the damage, since it is larger than what is
 * read at once. */
static void test_held_block(const char *name, pack_blocks *pack)
{
    enum { BLOCK_BYTES = 20 * KIB, BLOCKS = 20, ALL_BITS = 0xff };
    size_t last = 0;
    struct bytes content = bytes_log(BLOCKS * BLOCK_BYTES);
    struct bytes packed = pack(content, BLOCK_BYTES, &last);
    for (size_t at = last; at < last + 4; at++)
        test_flip(name, packed, content, at, ALL_BITS, SMALL_READ_BYTES);
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
    struct reading reading = read_head(packed, packed.len, buffer_bytes);
    expect(ends_with(reading.text, content), "%s: last part is missing", filter);
    expect(bytes_common(reading.text, content) == content.len, "%s: first part is missing", filter);
    expect(reading.gaps >= 1 && reading.gap_at == reading.text.len - content.len,
           "%s: %u gaps, the last at %zu of %zu", filter, reading.gaps, reading.gap_at,
           reading.text.len);
    expect_contains(filter, &reading, damage);
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
    struct reading reading = read_head(packed, packed.len, READ_BYTES);
    expect(reading.gaps == 1, "%u gaps", reading.gaps);
    struct bytes behind = {reading.text.data + reading.gap_at, reading.text.len - reading.gap_at,
                           0};
    expect(bytes_common(reading.text, content) == reading.gap_at,
           "wrong bytes in front of the gap");
    expect(behind.len > LOG_BYTES / 10 && ends_with(content, behind), "wrong bytes behind the gap");
    expect(reading.text.len > LOG_BYTES / 2, "only %zu bytes", reading.text.len);
    expect_contains("bzip2", &reading, "skipped to the next block");
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
        struct reading reading = read_head(packed, packed.len, READ_BYTES);
        expect_bytes(filters[i], content, reading.text);
        expect_contains(filters[i], &reading, "garbage");
        reading_free(&reading);
        bytes_free(&packed);
        bytes_free(&content);
    }
}

/* Stored blocks, and behind them a block of a kind that does not exist: ISA-L holds bytes it had no
 * room to give. */
static void test_gzip_held_bytes(void)
{
    enum { HEADER_BYTES = 10, BLOCK_HEADER_BYTES = 5, END_BYTES = 8 };
    struct bytes content = bytes_log(LOG_BYTES);
    struct bytes packed = pack_filter("gzip", "compression-level=0", content);
    size_t at = HEADER_BYTES;
    while (packed.data[at] == 0)
        at += (size_t)BLOCK_HEADER_BYTES + packed.data[at + 1] + (size_t)packed.data[at + 2] * 256;
    packed.data[at] = 0; /* not the last block any more */
    packed.len -= END_BYTES;
    bytes_add(&packed, "\x07 this is no block", 18);
    struct reading reading = read_head(packed, packed.len, SMALL_READ_BYTES);
    expect_bytes("held bytes", content, reading.text);
    expect_contains("held bytes", &reading, "gzip: corrupt after");
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
    struct reading reading = read_head(packed, packed.len, READ_BYTES);
    struct bytes end = {log.data + RESUME / 2, log.len - RESUME / 2, 0};
    expect(reading.gaps == 1 && ends_with(reading.text, end), "UTF-16 behind a gap: %zu bytes",
           reading.text.len);
    reading_free(&reading);
    bytes_free(&packed);
    bytes_free(&text);
    bytes_free(&log);
}

int main(void)
{
    for (size_t i = 0; i < COUNT(filters); i++) {
        test_truncated(filters[i]);
        test_flipped(filters[i]);
    }
    for (size_t bytes = SMALL_READ_BYTES / 16; bytes <= READ_BYTES; bytes *= 64) {
        test_resumed("zstd", bytes, "zstd: corrupt frame at byte");
        test_resumed("lz4", bytes, "lz4: corrupt frame at byte");
        test_resumed("xz", bytes, "xz: corrupt stream at byte");
        test_resumed("bzip2", bytes, "skipped to the next block");
    }
    test_every_byte("zstd", pack_blocks_zstd);
    test_every_byte("lz4", pack_blocks_lz4);
    test_held_block("zstd", pack_blocks_zstd);
    test_held_block("lz4", pack_blocks_lz4);
    test_bzip2_block();
    test_gzip_held_bytes();
    test_gap_in_utf16();
    test_trailing_garbage();
    return testing_failed();
}
