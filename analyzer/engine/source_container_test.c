/* Damaged containers: the members before, behind and as far as possible inside the damage come out,
 * and it is named where it is. */
#include <stdio.h>
#include <stdlib.h>

#include "source_testing.h"

enum { KIB = 1024, READ_BYTES = 64 * KIB, LOG_BYTES = 300 * KIB };

#define COUNT(array) (sizeof(array) / sizeof *(array))

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
        struct reading reading = read_head(packed, len, READ_BYTES);
        expect(bytes_common(reading.text, all) == reading.text.len, "%s cut at %zu: no prefix",
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
        struct reading cut = read_head(gzip, at - SLACK, READ_BYTES);
        packed.data[at] ^= 0x10;
        struct reading reading = read_head(packed, packed.len, READ_BYTES);
        packed.data[at] ^= 0x10;
        expect(bytes_common(reading.text, content) >= cut.text.len,
               "zip wrong at %zu: %zu bytes are right, %zu expected", at,
               bytes_common(reading.text, content), cut.text.len);
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
        struct reading reading = read_head(packed, packed.len, READ_BYTES);
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
    struct reading reading = read_head(packed, packed.len, READ_BYTES);
    char what[40];
    snprintf(what, sizeof what, "%s with a bad header", format);
    expect_contains(what, &reading, "a.log 10240\n");
    expect_contains(what, &reading, "c.log 10240\n");
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
    struct reading reading = read_head(packed, packed.len, READ_BYTES);
    expect_contains("gap", &reading, "a.log 51200\nb.log ");
    expect_contains("gap", &reading, " zstd: corrupt frame at byte ");
    expect_contains("gap", &reading, "c.log 51200\n");
    reading_free(&reading);
    bytes_free(&packed);
    bytes_free(&tar);
    bytes_free(&content);
}

static void test_encrypted(void)
{
    struct bytes content = bytes_of("a line\n");
    struct bytes packed = pack_format("zip", "encryption=traditional", three, 2, content);
    struct reading reading = read_head(packed, packed.len, READ_BYTES);
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
    struct reading reading = read_head(packed, packed.len, READ_BYTES);
    expect_contains("no journal", &reading, "- 0 ");
    expect_contains("no journal", &reading, "journal");
    reading_free(&reading);
    bytes_free(&packed);
}

/* A tar that just stops behind a member may have lost some. */
static void test_no_end_mark(void)
{
    struct bytes content = bytes_of("a line\n");
    struct bytes packed = pack_format("ustar", NULL, three, 2, content);
    struct reading reading = read_head(packed, 2048, READ_BYTES);
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
    struct reading reading = read_head(packed, packed.len, READ_BYTES);
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
    struct reading reading = read_head(packed, packed.len, READ_BYTES);
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
    for (size_t i = 0; i < COUNT(containers); i++) {
        test_truncated_container(containers[i]);
        test_flipped_container(containers[i]);
    }
    test_flipped_zip();
    test_flipped_container("7zip");
    test_flipped_container("bin");
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
