/* Archives of every form, damaged at random: what stands in front of the damage is read, the damage
 * is named, nothing is lost in silence.
 *
 * usage: source_random_test ROUNDS [SEED] */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "source_testing.h"

enum { LOG_BYTES = 24 * 1024, READ_BYTES = 64 * 1024 };

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* A form of archive. */
struct form {
    const char *name, *format, *filter, *options; /* as pack_format, pack_filter; NULL: none */
    bool checked; /* it has checksums of what it holds, so that every wrong byte can be told */
};

static const struct form forms[] = {
    {"gzip", NULL, "gzip", NULL, true},
    {"bzip2", NULL, "bzip2", "compression-level=1", true},
    {"xz", NULL, "xz", NULL, true},
    {"zstd", NULL, "zstd", NULL, false}, /* libarchive writes no checksum */
    {"lz4", NULL, "lz4", NULL, true},
    {"tar", "pax", NULL, NULL, false},
    {"ustar", "ustar", NULL, NULL, false},
    {"cpio", "newc", NULL, NULL, false},
    {"zip", "zip", NULL, NULL, true},
    {"7z", "7zip", NULL, NULL, true},
    {"tar.gz", "pax", "gzip", NULL, true},
    {"tar.xz", "ustar", "xz", NULL, true},
    {"zip.bz2", "zip", "bzip2", NULL, true},
};

static uint64_t random_state;

static size_t pick(size_t count)
{
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (size_t)(random_state >> 33) % count;
}

static struct bytes pack(const struct form *form, struct bytes content)
{
    static const char *const names[] = {"mail.log.1", "mail.log", "a/mail.info"};
    struct bytes packed = form->format
                              ? pack_format(form->format, NULL, names, COUNT(names), content)
                              : bytes_copy(content);
    if (!form->filter)
        return packed;
    struct bytes filtered = pack_filter(form->filter, form->options, packed);
    bytes_free(&packed);
    return filtered;
}

/* One place of damage; returns the first byte that is not what it was. */
static size_t damage(struct bytes *packed, const char **ret_what)
{
    enum { RANGE = 200, MAGIC_BYTES = 16 /* without it nobody can tell what it was */ };
    static const char *const kinds[] = {"a bit",    "bytes",        "a cut",
                                        "a splice", "a repetition", "a length"};
    size_t kind = pick(COUNT(kinds)), at = MAGIC_BYTES + pick(packed->len - MAGIC_BYTES - 8),
           len = 1 + pick(RANGE);
    if (len > packed->len - at)
        len = packed->len - at;
    *ret_what = kinds[kind];
    switch (kind) {
    case 0:
        packed->data[at] ^= (unsigned char)(1U << pick(8));
        break;
    case 1:
        for (size_t i = 0; i < len; i++)
            packed->data[at + i] = (unsigned char)pick(256);
        break;
    case 2:
        packed->len = at;
        break;
    case 3:
        memmove(packed->data + at, packed->data + at + len, packed->len - at - len);
        packed->len -= len;
        break;
    case 4: {
        struct bytes rest = {packed->data + at, packed->len - at, 0}, copy = bytes_copy(rest);
        packed->len = at + len;
        bytes_add(packed, copy.data, copy.len);
        bytes_free(&copy);
        break;
    }
    default:
        memcpy(packed->data + at, (const uint32_t[]){UINT32_MAX >> pick(32)}, sizeof(uint32_t));
    }
    return at;
}

static void check(const struct form *form, struct bytes packed, const struct reading *whole,
                  unsigned round)
{
    struct bytes spoiled = bytes_copy(packed);
    const char *what;
    size_t at = damage(&spoiled, &what);
    while (at < spoiled.len && at < packed.len && spoiled.data[at] == packed.data[at])
        at++; /* random bytes can be those that were there */
    struct reading cut = read_head(packed, at, READ_BYTES),
                   reading = read_head(spoiled, spoiled.len, READ_BYTES);
    size_t right = bytes_common(reading.text, whole->text);
    bool same = right == whole->text.len && right == reading.text.len;
    expect(right >= cut.text.len || bytes_common(cut.text, whole->text) < cut.text.len,
           "round %u: %s, %s at %zu of %zu: %zu bytes are right, %zu expected", round, form->name,
           what, at, packed.len, right, cut.text.len);
    bool unknown = bytes_common(reading.text, spoiled) == spoiled.len; /* all of it as it is */
    expect(reading.damaged || same || unknown ||
               (!form->checked && reading.text.len == whole->text.len),
           "round %u: %s, %s at %zu of %zu: not named (%zu of %zu bytes are right)\n%s", round,
           form->name, what, at, packed.len, right, whole->text.len, reading_members(&reading));
    reading_free(&cut);
    reading_free(&reading);
    bytes_free(&spoiled);
}

int main(int argc, char **argv)
{
    unsigned rounds = argc > 1 ? (unsigned)atoi(argv[1]) : 0;
    random_state = argc > 2 ? (uint64_t)atoi(argv[2]) : 1;
    struct bytes content = bytes_log(LOG_BYTES);
    for (size_t i = 0; i < COUNT(forms); i++) {
        struct bytes packed = pack(&forms[i], content);
        struct reading whole = read_bytes(packed, READ_BYTES);
        expect(!whole.damaged && whole.text.len >= content.len, "%s is whole", forms[i].name);
        for (unsigned n = 0; n < rounds; n++)
            check(&forms[i], packed, &whole, n);
        reading_free(&whole);
        bytes_free(&packed);
    }
    bytes_free(&content);
    printf("%zu archives damaged\n", rounds * COUNT(forms));
    return testing_failed();
}
