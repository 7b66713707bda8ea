/* Files of several encodings through readers, workers and lanes: every line once, in order, at the
 * place where it stands in its file. */
#define _GNU_SOURCE /* mkdtemp */
#include "pipeline.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "batch.h"

enum { FILES = 6, LINES = 3000, PATH_BYTES = 64, LINE_TEXT = 300 };
enum encoding { PLAIN, CRLF, UTF16_LE, UTF16_BE, UTF8_MARK, ENCODINGS };

struct file {
    char path[PATH_BYTES];
    unsigned char *bytes;
    size_t len, capacity;
    enum encoding encoding;
    unsigned lines;
};

/* What is to be seen of a file. */
struct seen {
    struct check *check;
    const struct file *file;
    unsigned number;
    uint64_t bytes, expected_offset;
    unsigned begun, ended;
};

struct check {
    pthread_mutex_t lock;
    struct file files[FILES];
    struct seen seen[FILES];
    size_t count;
    unsigned left_out; /* FILES: none; its member is left out */
    unsigned unwanted;
    bool in_order;
    unsigned newest; /* file of the last fold */
    int failed;
    int stop_after; /* blocks; 0: never */
    bool stopping;
    volatile int stop;
};

static void put(struct file *file, const void *bytes, size_t len)
{
    if (file->capacity - file->len < len) {
        file->capacity = file->capacity * 2 + len;
        file->bytes = xrealloc(file->bytes, file->capacity, 1);
    }
    memcpy(file->bytes + file->len, bytes, len);
    file->len += len;
}

static void put_unit(struct file *file, unsigned unit)
{
    unsigned char high = (unsigned char)(unit >> 8), low = (unsigned char)(unit & 0xff);
    bool little = file->encoding == UTF16_LE;
    put(file, little ? &low : &high, 1);
    put(file, little ? &high : &low, 1);
}

/* One letter of a line: ASCII, two and three bytes of UTF-8, and one beyond the sixteen bits. */
static void put_letter(struct file *file, unsigned which)
{
    static const char *const utf8[] = {
        "a", "7", " ", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x93\xa7"};
    static const unsigned units[][2] = {{'a', 0},  {'7', 0},    {' ', 0},
                                        {0xe9, 0}, {0x20ac, 0}, {0xd83d, 0xdce7}};
    if (file->encoding != UTF16_LE && file->encoding != UTF16_BE) {
        put(file, utf8[which], strlen(utf8[which]));
        return;
    }
    put_unit(file, units[which][0]);
    if (units[which][1])
        put_unit(file, units[which][1]);
}

static void put_ascii(struct file *file, const char *text)
{
    for (; *text; text++) {
        if (file->encoding == UTF16_LE || file->encoding == UTF16_BE)
            put_unit(file, (unsigned char)*text);
        else
            put(file, text, 1);
    }
}

/* Lines differ in length, so that blocks end everywhere in them. */
static void write_file(struct file *file, unsigned number, const char *folder)
{
    file->encoding = number % ENCODINGS;
    snprintf(file->path, sizeof file->path, "%s/%u.log", folder, number);
    if (file->encoding == UTF16_LE || file->encoding == UTF16_BE)
        put_unit(file, 0xfeff);
    if (file->encoding == UTF8_MARK)
        put(file, "\xef\xbb\xbf", 3);
    for (file->lines = 0; file->lines < LINES; file->lines++) {
        char text[32];
        snprintf(text, sizeof text, "%u ", file->lines);
        put_ascii(file, text);
        for (unsigned k = 0; k < (file->lines * 7 + number) % 90; k++)
            put_letter(file, (file->lines + k) % 6);
        put_ascii(file, file->encoding == CRLF ? "\r\n" : file->lines + 1 == LINES ? "" : "\n");
    }
    FILE *out = fopen(file->path, "wb");
    if (!out || fwrite(file->bytes, 1, file->len, out) != file->len || fclose(out) != 0)
        abort();
}

/* UTF-8 of length bytes of the file at offset. */
static size_t decode(const struct file *file, uint64_t offset, size_t length, char *text)
{
    size_t len = 0;
    const unsigned char *at = file->bytes + offset;
    if (file->encoding != UTF16_LE && file->encoding != UTF16_BE) {
        memcpy(text, at, length);
        return length;
    }
    for (size_t i = 0; i < length; i += 2) {
        bool little = file->encoding == UTF16_LE;
        unsigned unit =
            little ? at[i] | (unsigned)at[i + 1] << 8 : at[i + 1] | (unsigned)at[i] << 8;
        const char *utf8 = unit == 0xe9     ? "\xc3\xa9"
                           : unit == 0x20ac ? "\xe2\x82\xac"
                           : unit == 0xd83d ? "\xf0\x9f\x93\xa7"
                                            : "";
        if (unit < 0x80)
            text[len++] = (char)unit;
        memcpy(text + len, utf8, strlen(utf8));
        len += strlen(utf8);
    }
    return len;
}

static void complain(struct check *check, const struct seen *seen, const char *what)
{
    if (check->failed++ < 5)
        printf("file %td, line %u: %s\n", seen - check->seen, seen->number, what);
}

static void check_line(struct check *check, struct seen *seen, const struct line_cursor *cursor,
                       struct str line)
{
    char expected[4 * LINE_TEXT], start[16];
    const struct file *file = seen->file;
    if (cursor->offset + cursor->length > file->len || cursor->length > sizeof expected) {
        complain(check, seen, "stands outside the file");
        return;
    }
    size_t len = decode(file, cursor->offset, cursor->length, expected);
    if (len != line.len || memcmp(expected, line.ptr, len) != 0)
        complain(check, seen, "is not what stands at its offset");
    snprintf(start, sizeof start, "%u ", seen->number++);
    if (!str_starts(line, str_of(start)))
        complain(check, seen, "is not the next one");
}

static void *worker_new(void *user)
{
    return user;
}

static void worker_free(void *worker)
{
    (void)worker;
}

static void *member_begin(void *user, size_t path, unsigned index,
                          const struct source_member *member)
{
    struct check *check = user;
    struct seen *seen = &check->seen[path];
    (void)member;
    seen->begun += 1 + index;
    return path == check->left_out ? NULL : seen;
}

static void work(void *worker, struct block *block)
{
    volatile unsigned sum = 0; /* busy for a while that differs from block to block */
    for (size_t i = 0; i < block->bytes; i += 1 + block->sequence % 3)
        sum += (unsigned char)block->data[i];
    (void)sum;
    (void)worker;
}

static void fold(void *member, struct block *block)
{
    struct seen *seen = member;
    struct check *check = seen->check;
    unsigned file = (unsigned)(seen - check->seen);
    struct line_cursor cursor;
    struct str line;
    pthread_mutex_lock(&check->lock);
    if (check->stop) { /* what is read from then on may end anywhere */
        pthread_mutex_unlock(&check->lock);
        return;
    }
    if (check->in_order && file < check->newest)
        complain(check, seen, "comes after one of a later file");
    check->newest = file;
    line_cursor_begin(&cursor, block);
    while (line_cursor_next(&cursor, block, &line))
        check_line(check, seen, &cursor, line);
    if (check->stop_after && --check->stop_after == 0)
        __atomic_store_n(&check->stop, 1, __ATOMIC_RELAXED);
    pthread_mutex_unlock(&check->lock);
}

static void member_end(void *member, const struct member_end *end)
{
    struct seen *seen = member;
    seen->bytes = end->bytes;
    seen->ended++;
    if (end->damage)
        printf("%s: %s\n", seen->file->path, end->damage);
}

static void path_end(void *user, size_t path, const struct path_end *end)
{
    struct check *check = user;
    bool read = path < FILES && path != check->left_out;
    pthread_mutex_lock(&check->lock);
    if (read && !check->stopping && (end->failure || end->bytes != check->files[path].len))
        complain(check, &check->seen[path],
                 end->failure ? end->failure : "not all bytes were received");
    if (path == FILES && !end->failure)
        complain(check, &check->seen[0], "a file that is not there does not fail");
    pthread_mutex_unlock(&check->lock);
}

static bool wants(void *user, size_t path)
{
    const struct check *check = user;
    return path != check->unwanted;
}

static void run(struct check *check, unsigned threads, size_t block_bytes, bool in_order)
{
    struct source_path paths[FILES + 1] = {{0}};
    struct consumer consumer = {.user = check,
                                .worker_new = worker_new,
                                .worker_free = worker_free,
                                .member_begin = member_begin,
                                .work = work,
                                .fold = fold,
                                .member_end = member_end,
                                .path_end = path_end,
                                .wants = wants};
    struct pipeline_options options = {.threads = threads,
                                       .in_order = in_order,
                                       .block_bytes = block_bytes,
                                       .source = {.temp_dir = "/tmp", .stop = &check->stop}};
    check->in_order = in_order;
    check->newest = 0;
    check->stop = 0;
    for (size_t i = 0; i < FILES; i++) {
        check->seen[i] = (struct seen){.check = check, .file = &check->files[i]};
        paths[i] = (struct source_path){
            .path = check->files[i].path, .named = true, .modified_usec = TIME_NONE};
    }
    paths[FILES] = (struct source_path){.path = "/nonexistent/mail.log", .named = true};
    pipeline_run(paths, FILES + 1, &options, &consumer);
}

static void check_all_seen(struct check *check)
{
    for (unsigned i = 0; i < FILES; i++) {
        const struct seen *seen = &check->seen[i];
        bool read = i != check->left_out && i != check->unwanted;
        if (seen->number != (read ? seen->file->lines : 0) ||
            seen->begun != (i != check->unwanted) || seen->ended != read)
            complain(check, seen, "not begun, seen and ended as it should be");
        if (read && seen->bytes != seen->file->len)
            complain(check, seen, "the member has another size");
    }
}

int main(void)
{
    static const size_t block_sizes[] = {4096, 30000, 1 << 20};
    char folder[] = "/tmp/pipeline-test-XXXXXX";
    struct check *check = xcalloc(1, sizeof *check);
    if (!mkdtemp(folder))
        abort();
    pthread_mutex_init(&check->lock, NULL);
    for (unsigned i = 0; i < FILES; i++)
        write_file(&check->files[i], i, folder);
    for (unsigned threads = 1; threads <= 8; threads *= 2) {
        for (size_t b = 0; b < 3; b++) {
            check->left_out = b == 1 ? 2 : FILES;
            check->unwanted = b == 2 ? 4 : FILES;
            run(check, threads, block_sizes[b], false);
            check_all_seen(check);
            run(check, threads, block_sizes[b], true);
            check_all_seen(check);
        }
    }
    check->left_out = check->unwanted = FILES;
    check->stop_after = 5;
    check->stopping = true;
    run(check, 4, 4096, false); /* ends, and what it folded was right */
    for (unsigned i = 0; i < FILES; i++) {
        unlink(check->files[i].path);
        free(check->files[i].bytes);
    }
    rmdir(folder);
    int failed = check->failed;
    pthread_mutex_destroy(&check->lock);
    free(check);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
