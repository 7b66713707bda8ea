/* Blocks of whole lines against the same text cut up naively: which lines, where each stands, and
 * what a gap divides. The source is one of this test: it gives as many bytes at a time as the test
 * wants. */
#include "reader.h"

#include <stdio.h>
#include <stdlib.h>

#include "batch.h"

enum { LINES_MAX = 4000, GAPS_MAX = 4, FAILURES_SHOWN = 5 };

struct text {
    char *bytes;
    size_t len, capacity;
    size_t gaps[GAPS_MAX]; /* damage in front of these bytes, rising */
    unsigned gap_count;
    bool utf16;
};

struct source {
    const struct text *text;
    size_t at, most; /* most: bytes one read gives */
    uint32_t random;
    unsigned gap;
};

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525 + 1013904223;
    return *state >> 8;
}

void source_read(struct source *source, char *buffer, size_t size, struct source_chunk *ret)
{
    const struct text *text = source->text;
    size_t left = text->len - source->at, most = 1 + next_random(&source->random) % source->most;
    *ret = (struct source_chunk){0};
    if (source->gap < text->gap_count && text->gaps[source->gap] == source->at) {
        ret->gap = true;
        source->gap++;
    }
    if (source->gap < text->gap_count && text->gaps[source->gap] - source->at < left)
        left =
            text->gaps[source->gap] - source->at; /* a gap stands in front of a read, never in it */
    ret->bytes = left < size ? left : size;
    if (ret->bytes > most)
        ret->bytes = most;
    if (ret->bytes)
        memcpy(buffer, text->bytes + source->at, ret->bytes);
    source->at += ret->bytes;
    ret->end = source->at == text->len && source->gap == text->gap_count;
}

/* A line as it must come out. */
struct line {
    size_t text_at;
    size_t kept; /* bytes of it that are kept */
    uint64_t offset, length;
    bool after_gap; /* the first behind damage */
};

struct lines {
    struct line items[LINES_MAX];
    size_t count;
};

/* Bytes that UTF-8 text takes in the member. */
static uint64_t raw_bytes(bool utf16, const char *text, size_t bytes)
{
    uint64_t raw = 0;
    if (!utf16)
        return bytes;
    for (size_t i = 0; i < bytes;) {
        unsigned char lead = (unsigned char)text[i];
        i += lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
        raw += lead < 0xf0 ? 2 : 4;
    }
    return raw;
}

static void add_line(struct lines *lines, const struct text *text, size_t from, size_t to,
                     uint64_t *offset, bool after_gap)
{
    bool ended = to > from && text->bytes[to - 1] == '\n';
    size_t end = ended ? to - 1 : to, content = end;
    struct line *line = &lines->items[lines->count++];
    if (content > from && end - from <= LINE_BYTES_MAX && text->bytes[content - 1] == '\r')
        content--;
    *line = (struct line){from, content - from, *offset,
                          raw_bytes(text->utf16, text->bytes + from, content - from), after_gap};
    if (line->kept > LINE_BYTES_MAX)
        line->kept = LINE_BYTES_MAX;
    *offset += raw_bytes(text->utf16, text->bytes + from, to - from);
}

static void cut_naively(struct lines *lines, const struct text *text)
{
    uint64_t offset = text->utf16 ? 2 : 0;
    bool after_gap = false;
    unsigned gap = 0;
    lines->count = 0;
    for (size_t from = 0, to; from < text->len; from = to) {
        for (; gap < text->gap_count && text->gaps[gap] <= from; gap++)
            after_gap = true;
        size_t stop = gap < text->gap_count ? text->gaps[gap] : text->len;
        const char *newline = memchr(text->bytes + from, '\n', stop - from);
        to = newline ? (size_t)(newline + 1 - text->bytes) : stop;
        add_line(lines, text, from, to, &offset, after_gap);
        after_gap = false;
    }
}

static bool same_line(const struct text *text, const struct line *line, struct str found,
                      const struct line_cursor *cursor, bool gap)
{
    return found.len == line->kept &&
           memcmp(found.ptr, text->bytes + line->text_at, found.len) == 0 &&
           cursor->offset == line->offset && cursor->length == line->length &&
           (!line->after_gap || gap);
}

/* The lines of one block; index counts on. */
static bool check_block(const struct text *text, const struct lines *lines,
                        const struct block *block, size_t *index)
{
    struct line_cursor cursor;
    struct str found;
    bool first = true;
    line_cursor_begin(&cursor, block);
    while (line_cursor_next(&cursor, block, &found)) {
        const struct line *line = *index < lines->count ? &lines->items[*index] : NULL;
        bool gap = first && block->gap;
        if (!line || !same_line(text, line, found, &cursor, gap) || (gap && !line->after_gap)) {
            printf("line %zu of %zu: found %zu bytes at %llu, length %u, gap %d; expected %zu at "
                   "%llu, length %llu, gap %d\n",
                   *index + 1, lines->count, found.len, (unsigned long long)cursor.offset,
                   cursor.length, gap, line ? line->kept : 0,
                   line ? (unsigned long long)line->offset : 0,
                   line ? (unsigned long long)line->length : 0, line ? line->after_gap : 0);
            return false;
        }
        first = false;
        (*index)++;
    }
    return true;
}

static int check_reading(const struct text *text, size_t block_bytes, size_t most, uint32_t random)
{
    struct lines *lines = xcalloc(1, sizeof *lines);
    struct source source = {.text = text, .most = most, .random = random};
    struct source_member member = {.encoding = text->utf16 ? SOURCE_UTF16 : SOURCE_BYTES,
                                   .prefix = text->utf16 ? 2 : 0};
    struct block_pool *pool = block_pool_new(1, block_bytes);
    struct reader reader;
    size_t index = 0, empty = 0;
    bool same = true;
    cut_naively(lines, text);
    reader_begin(&reader, &source, &member, block_bytes);
    do {
        struct block *block = block_pool_get(pool);
        reader_fill(&reader, block);
        empty = block->bytes ? 0 : empty + 1;
        same = check_block(text, lines, block, &index) && empty < 10;
        block_pool_put(pool, block);
    } while (!reader.end && same);
    uint64_t bytes = raw_bytes(text->utf16, text->bytes, text->len) + member.prefix;
    if (same && (index != lines->count || reader.offset != bytes)) {
        printf("%zu of %zu lines, %llu of %llu bytes\n", index, lines->count,
               (unsigned long long)reader.offset, (unsigned long long)bytes);
        same = false;
    }
    if (!same)
        printf("blocks of %zu, reads of at most %zu, %zu bytes%s, %u gaps\n\n", block_bytes, most,
               text->len, text->utf16 ? " of UTF-16" : "", text->gap_count);
    reader_finish(&reader);
    block_pool_free(pool, NULL);
    free(lines);
    return same ? 0 : 1;
}

static void add(struct text *text, const char *bytes, size_t len)
{
    if (text->capacity - text->len < len) {
        text->capacity = (text->capacity + len) * 2;
        text->bytes = xrealloc(text->bytes, text->capacity, 1);
    }
    if (len)
        memcpy(text->bytes + text->len, bytes, len);
    text->len += len;
}

static void add_random_line(struct text *text, size_t len, const char *end, uint32_t *random)
{
    static const char *const letters[] = {
        "a", "b", " ", "\r", "\xc3\xa4", "\xe2\x82\xac", "\xf0\x9f\x93\xa7"};
    for (size_t n = 0; n < len;) {
        const char *letter = letters[next_random(random) % 16 < 13 ? next_random(random) % 3
                                                                   : next_random(random) % 7];
        add(text, letter, strlen(letter));
        n += strlen(letter);
    }
    add(text, end, strlen(end));
}

static size_t random_len(uint32_t *random)
{
    switch (next_random(random) % 40) {
    case 0:
        return next_random(random) % (200 * 1024);
    case 1:
        return LINE_BYTES_MAX - 3 + next_random(random) % 6;
    case 2:
    case 3:
        return 0;
    default:
        return next_random(random) % 300;
    }
}

static struct text random_text(uint32_t *random, bool utf16)
{
    struct text text = {.utf16 = utf16};
    bool crlf = next_random(random) % 4 == 0, ended = next_random(random) % 2;
    unsigned lines = next_random(random) % 120;
    for (unsigned i = 0; i < lines; i++)
        add_random_line(&text, random_len(random),
                        i + 1 == lines && !ended ? ""
                        : crlf                   ? "\r\n"
                                                 : "\n",
                        random);
    if (!utf16 && text.len)
        for (text.gap_count = 0; text.gap_count < next_random(random) % (GAPS_MAX + 1);) {
            size_t least = text.gap_count ? text.gaps[text.gap_count - 1] + 1 : 0;
            if (least >= text.len)
                break;
            text.gaps[text.gap_count++] = least + next_random(random) % (text.len - least);
        }
    return text;
}

static int check_random(void)
{
    static const size_t block_sizes[] = {4096, 5000, 16384, 65536, 65537, 256 * 1024, 1 << 20};
    static const size_t reads[] = {1 << 20, 70000, 4096, 333, 17};
    uint32_t random = 7;
    int failed = 0;
    for (unsigned n = 0; n < 150 && failed < FAILURES_SHOWN; n++) {
        struct text text = random_text(&random, n % 5 == 0);
        for (size_t b = 0; b < sizeof block_sizes / sizeof *block_sizes; b++)
            failed += check_reading(&text, block_sizes[b], reads[(n + b) % 5], random);
        free(text.bytes);
    }
    return failed;
}

/* Lengths at the limit, each alone, between others, and last without a line end. */
static int check_limits(void)
{
    static const size_t lens[] = {0,
                                  1,
                                  4095,
                                  4096,
                                  4097,
                                  LINE_BYTES_MAX - 1,
                                  LINE_BYTES_MAX,
                                  LINE_BYTES_MAX + 1,
                                  LINE_BYTES_MAX + 4096,
                                  3 * LINE_BYTES_MAX};
    static const char *const ends[] = {"\n", "\r\n", ""};
    int failed = 0;
    for (size_t i = 0; i < sizeof lens / sizeof *lens; i++) {
        for (size_t e = 0; e < 3; e++) {
            struct text text = {0};
            for (size_t before = e; before < 2; before++)
                add(&text, "first\n", 6);
            for (size_t k = 0; k < lens[i]; k++)
                add(&text, "x", 1);
            add(&text, ends[e], strlen(ends[e]));
            if (e < 2)
                add(&text, "last\n", 5);
            failed += check_reading(&text, 4096, 70000, 1);
            failed += check_reading(&text, 256 * 1024, 1 << 20, 2);
            failed += check_reading(&text, 4096, 5, 3);
            free(text.bytes);
        }
    }
    return failed;
}

int main(void)
{
    return check_limits() + check_random() ? EXIT_FAILURE : EXIT_SUCCESS;
}
