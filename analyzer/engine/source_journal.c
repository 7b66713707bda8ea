/* A systemd journal, entry by entry as `journalctl -o short-iso-precise` prints it, in UTC.
 * source_no_journal.c stands in for this. */
#define _GNU_SOURCE /* F_DUPFD_CLOEXEC */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#include "source_file.h"
#include "source_format.h"
#include "stamp.h"

struct journal {
    struct layer layer;
    struct stream *copy; /* NULL if the file itself is read */
    bool ended;
    uint64_t expected, entries; /* by its header; read */
    sd_journal *journal;
    char *line;
    size_t line_bytes, line_capacity, given;
};

static void append(struct journal *journal, const char *text, size_t len)
{
    if (len > journal->line_capacity - journal->line_bytes) {
        journal->line_capacity = (journal->line_bytes + len) * 2;
        journal->line = xrealloc(journal->line, journal->line_capacity, 1);
    }
    memcpy(journal->line + journal->line_bytes, text, len);
    journal->line_bytes += len;
}

static struct str field(struct journal *journal, const char *name)
{
    const void *data = NULL;
    size_t bytes = 0, skip = strlen(name) + 1;
    if (sd_journal_get_data(journal->journal, name, &data, &bytes) < 0 || bytes < skip)
        return (struct str){"", 0};
    return (struct str){(const char *)data + skip, bytes - skip};
}

/* Control bytes as rsyslog writes them: "#012". */
static void append_escaped(struct journal *journal, struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        char octal[8];
        if (c >= ' ' && c != 0x7f)
            append(journal, text.ptr + i, 1);
        else
            append(journal, octal, (size_t)snprintf(octal, sizeof octal, "#%03o", c));
    }
}

static void append_field(struct journal *journal, const char *name, const char *other,
                         const char *before, const char *after)
{
    struct str text = field(journal, name);
    if (text.len == 0 && other)
        text = field(journal, other);
    if (text.len == 0)
        return;
    append(journal, before, strlen(before));
    append_escaped(journal, text);
    append(journal, after, strlen(after));
}

static void append_time(struct journal *journal)
{
    uint64_t usec = 0;
    struct str source = field(journal, "_SOURCE_REALTIME_TIMESTAMP");
    if (!str_to_u64(source, &usec) || usec > INT64_MAX)
        sd_journal_get_realtime_usec(journal->journal, &usec);
    char text[WHEN_TEXT];
    when_text((struct when){(int64_t)usec, 6}, text);
    append(journal, text, strcspn(text, "Z"));
    append(journal, "+00:00", strlen("+00:00"));
}

static void format_entry(struct journal *journal)
{
    journal->line_bytes = journal->given = 0;
    append_time(journal);
    append_field(journal, "_HOSTNAME", NULL, " ", "");
    append_field(journal, "SYSLOG_IDENTIFIER", "_COMM", " ", "");
    append_field(journal, "SYSLOG_PID", "_PID", "[", "]");
    append(journal, ": ", 2);
    append_escaped(journal, field(journal, "MESSAGE"));
    append(journal, "\n", 1);
}

static void end(struct journal *journal, int status)
{
    struct layer *layer = &journal->layer;
    journal->ended = true;
    if (status < 0)
        context_damage(layer->context, layer->depth, "journal: %s", strerror(-status));
    else if (journal->entries < journal->expected)
        context_damage(layer->context, layer->depth,
                       "journal: only %llu of %llu entries are readable",
                       (unsigned long long)journal->entries, (unsigned long long)journal->expected);
}

static bool next_entry(struct journal *journal)
{
    if (journal->ended)
        return false;
    int status = sd_journal_next(journal->journal);
    if (status <= 0) {
        end(journal, status);
        return false;
    }
    journal->entries++;
    format_entry(journal);
    return true;
}

static size_t journal_read(struct stream *stream, unsigned char *buffer, size_t size, bool *gap)
{
    (void)gap;
    struct journal *journal = (struct journal *)(void *)stream;
    size_t made = 0;
    while (made < size && !context_stopped(journal->layer.context)) {
        if (journal->given == journal->line_bytes && !next_entry(journal))
            break;
        size_t n = journal->line_bytes - journal->given;
        n = n < size - made ? n : size - made;
        memcpy(buffer + made, journal->line + journal->given, n);
        journal->given += n;
        made += n;
    }
    return made;
}

static void journal_close(struct stream *stream)
{
    struct journal *journal = (struct journal *)(void *)stream;
    sd_journal_close(journal->journal);
    file_release(journal->copy);
    feed_close(&journal->layer.feed);
    free(journal->line);
    free(journal);
}

static const struct stream_type journal_type = {.read = journal_read, .close = journal_close};

static int open_file(struct journal *journal, struct stream *file)
{
    int fd = fcntl(file_descriptor(file), F_DUPFD_CLOEXEC, 3);
    if (fd < 0)
        return -errno;
    int status = sd_journal_open_files_fd(&journal->journal, &fd, 1, 0);
    if (status < 0)
        close(fd); /* else the journal owns it */
    return status;
}

/* Fields of the header, little-endian. */
enum { HEADER_SIZE_AT = 88, ARENA_SIZE_AT = 96, ENTRIES_AT = 152, FIELD_BYTES = 8 };

static uint64_t header_field(struct stream *file, uint64_t offset)
{
    unsigned char bytes[FIELD_BYTES];
    if (file->type->read_at(file, bytes, sizeof bytes, offset) < sizeof bytes)
        return 0;
    uint64_t value = 0;
    for (size_t i = FIELD_BYTES; i > 0; i--)
        value = value << 8 | bytes[i - 1];
    return value;
}

/* libsystemd refuses a file that is shorter than its header says, so a copy gets the length back,
 * as a hole. */
static void lengthen(struct journal *journal)
{
    const uint64_t limit = (uint64_t)16 << 30;
    struct layer *layer = &journal->layer;
    uint64_t size = file_size(journal->copy);
    uint64_t head = header_field(journal->copy, HEADER_SIZE_AT);
    uint64_t arena = header_field(journal->copy, ARENA_SIZE_AT);
    if (head > limit || arena > limit || head + arena <= size)
        return;
    context_damage(layer->context, layer->depth, "journal: truncated after %llu bytes",
                   (unsigned long long)size);
    /* If that fails, so does opening it. */
    (void)!ftruncate(file_descriptor(journal->copy), (off_t)(head + arena));
}

/* libsystemd also refuses a file without a name. */
static int open_copy(struct journal *journal, struct feed *feed)
{
    char path[FILE_PATH_BYTES];
    struct layer *layer = &journal->layer;
    journal->copy = file_copy(layer->context, layer->depth, feed, "journal", path);
    if (!journal->copy)
        return 0;
    lengthen(journal);
    int status = open_file(journal, journal->copy);
    unlink(path);
    return status;
}

static int open_original(struct journal *journal)
{
    struct stream *file = journal->layer.feed.upstream;
    int status = open_file(journal, file);
    if (status != -ENODATA)
        return status;
    struct feed whole;
    feed_open(&whole, file_range(file, 0));
    status = open_copy(journal, &whole);
    feed_close(&whole);
    return status;
}

static struct stream *journal_open(struct source_context *context, unsigned depth,
                                   struct feed *feed)
{
    struct journal *journal = xcalloc(1, sizeof *journal);
    journal->layer = (struct layer){{&journal_type}, context, *feed, depth, false};
    int status = feed->upstream->type->read_at ? open_original(journal)
                                               : open_copy(journal, &journal->layer.feed);
    if (status < 0)
        context_damage(context, depth, "journal: cannot be read: %s", strerror(-status));
    journal->ended = !journal->journal;
    if (journal->journal) {
        journal->expected =
            header_field(journal->copy ? journal->copy : feed->upstream, ENTRIES_AT);
        sd_journal_set_data_threshold(journal->journal, 0);
    }
    return &journal->layer.stream;
}

static bool journal_detect(const unsigned char *head, size_t len)
{
    return head_is(head, len, "LPKSHHRH", 8);
}

const struct source_format journal_format = {
    .name = "journal", .detect = journal_detect, .open = journal_open};
