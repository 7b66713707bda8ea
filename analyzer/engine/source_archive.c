#include "source_archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source_file.h"
#include "source_zip.h"

enum {
    SEEK_READ_BYTES = 64 * 1024,
    TAR_BLOCK_BYTES = 512,
    RETRIES_MAX = 64, /* each reads the directory again */
};

/* Holes of sparse files read as zeros, up to this; longer ones become a gap. */
enum { HOLE_BYTES_MAX = 16 * 1024 * 1024 };

struct member {
    struct stream stream;
    struct container *container;
};

struct container {
    const struct source_format *format;
    struct source_context *context;
    unsigned depth;
    struct feed feed;
    struct stream *seekable; /* a copy, or the stream of feed; NULL unless the format seeks */
    bool seekable_owned, seeking;
    uint64_t seek_position;
    unsigned char *seek_data;
    struct feed rest;        /* what is read forward of seekable, after damage */
    struct feed *input;      /* feed or rest; unless seeking */
    size_t lent;             /* bytes at the head of input that libarchive looks at */
    uint64_t given;          /* bytes lent since this archive was opened, those included */
    uint64_t opened_at;      /* offset in input */
    struct archive *archive; /* NULL: to be opened at the head of input */
    char *name;              /* of the member */
    struct member member;
    const unsigned char *block; /* of the member, lent by libarchive, not yet given */
    size_t block_bytes;
    uint64_t hole_bytes; /* zeros in front of block */
    int64_t member_position;
    uint64_t headers;      /* read since this archive was opened */
    uint64_t careful_from; /* from this byte on libarchive gets single bytes */
    uint64_t resume_at;    /* in seekable: nothing before it is looked for again */
    unsigned retries;
    bool encrypted, member_ended, lost, retried;
    bool broken;     /* libarchive cannot go on; the damage is named */
    bool bad_header; /* damage between members is named and goes on */
    bool marked;     /* the last bytes lent were zero: the end mark of a tar */
    bool finished;
};

static uint64_t offset_of(const struct container *container)
{
    int64_t consumed = container->archive ? archive_filter_bytes(container->archive, 0) : 0;
    uint64_t base = container->seeking ? 0 : container->opened_at;
    return base + (consumed > 0 ? (uint64_t)consumed : 0);
}

static void damage(struct container *container, const char *what)
{
    const struct feed *input = container->input;
    const char *detail = container->archive ? archive_error_string(container->archive) : NULL;
    if (!container->seeking && feed_at_gap(input))
        return; /* named by the layer that lost the bytes */
    uint64_t offset = offset_of(container);
    bool truncated = container->seeking ? offset >= file_size(container->seekable) : input->ended;
    if (truncated)
        context_damage(container->context, container->depth, "%s: truncated after %llu bytes",
                       container->format->name, (unsigned long long)offset);
    else
        context_damage(container->context, container->depth, "%s: %s at byte %llu%s%.80s%s",
                       container->format->name, what, (unsigned long long)offset,
                       detail ? " (" : "", detail ? detail : "", detail ? ")" : "");
}

static bool is_zero(const unsigned char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (bytes[i] != 0)
            return false;
    return true;
}

static la_ssize_t lend(struct archive *archive, void *user, const void **ret)
{
    (void)archive;
    struct container *container = user;
    feed_take(container->input, container->lent);
    uint64_t offset = container->input->offset, careful = container->careful_from;
    size_t n = feed_want(container->input, 1);
    if (n > 1 && (offset >= careful || n > careful - offset))
        n = offset < careful ? (size_t)(careful - offset) : 1;
    const unsigned char *head = feed_head(container->input);
    container->lent = n;
    container->given += n;
    if (n > 0) {
        size_t tail = n < TAR_BLOCK_BYTES ? n : TAR_BLOCK_BYTES;
        container->marked = is_zero(head + n - tail, tail);
    }
    *ret = head;
    return (la_ssize_t)n;
}

static la_ssize_t lend_sought(struct archive *archive, void *user, const void **ret)
{
    (void)archive;
    struct container *container = user;
    size_t wanted = container->seek_position < container->careful_from ? SEEK_READ_BYTES : 1;
    size_t n = container->seekable->type->read_at(container->seekable, container->seek_data, wanted,
                                                  container->seek_position);
    container->seek_position += n;
    *ret = container->seek_data;
    return (la_ssize_t)n;
}

static la_int64_t seek(struct archive *archive, void *user, la_int64_t offset, int whence)
{
    (void)archive;
    struct container *container = user;
    int64_t base = 0, target = 0;
    if (whence == SEEK_CUR)
        base = (int64_t)container->seek_position;
    else if (whence == SEEK_END)
        base = (int64_t)file_size(container->seekable);
    if (__builtin_add_overflow(base, offset, &target) || target < 0)
        return ARCHIVE_FATAL;
    container->seek_position = (uint64_t)target;
    return target;
}

static void open_archive(struct container *container)
{
    const struct source_format *format = container->format;
    struct archive *archive = archive_read_new();
    if (!archive) {
        context_damage(container->context, container->depth, "%s: out of memory", format->name);
        container->finished = true;
        return;
    }
    container->archive = archive;
    container->given = container->headers = 0;
    archive_read_set_callback_data(archive, container);
    if (container->seeking) {
        format->support(archive);
        archive_read_set_read_callback(archive, lend_sought);
        archive_read_set_seek_callback(archive, seek);
    } else {
        format->support_forward(archive);
        archive_read_set_format_option(archive, "tar", "read_concatenated_archives", "1");
        archive_read_set_read_callback(archive, lend);
        container->opened_at = container->input->offset;
    }
    archive_read_open1(archive); /* what fails here fails in the next call again */
}

/* Gives back what libarchive was lent but did not use, so that the head of input is where it
 * stopped. */
static void close_archive(struct container *container)
{
    if (!container->archive)
        return;
    int64_t consumed = archive_filter_bytes(container->archive, 0);
    archive_read_free(container->archive);
    container->archive = NULL;
    container->broken = false;
    container->block_bytes = 0;
    if (container->seeking)
        return;
    uint64_t unused = container->given - (consumed > 0 ? (uint64_t)consumed : 0);
    if (unused < container->lent)
        feed_take(container->input, container->lent - (size_t)unused);
    container->lent = 0;
}

static void read_forward(struct container *container, uint64_t offset)
{
    close_archive(container);
    container->seeking = false;
    if (container->rest.upstream)
        feed_close(&container->rest);
    feed_open(&container->rest, file_range(container->seekable, offset));
    container->rest.offset = offset;
    container->input = &container->rest;
}

/* Moves the head of input to the next member after damage. */
static void recover(struct container *container)
{
    const struct source_format *format = container->format;
    container->finished = true;
    if (!format->is_header)
        return;
    uint64_t opened_at = container->opened_at;
    if (container->seeking) {
        opened_at = offset_of(container);
        if (opened_at < container->resume_at)
            opened_at = container->resume_at;
        read_forward(container, opened_at);
    }
    close_archive(container);
    struct feed *input = container->input;
    if (feed_at_gap(input))
        feed_pass_gap(input);
    else if (input->offset == opened_at && feed_want(input, 1) > 0)
        feed_take(input, 1);
    while (feed_seek(input, format->magic, format->magic_bytes, format->magic_at)) {
        size_t n = feed_want(input, DETECT_BYTES);
        if (format->is_header(feed_head(input), n)) {
            container->finished = false;
            return;
        }
        feed_take(input, 1);
    }
}

/* Several archives may stand one behind the other. */
static void end_archive(struct container *container)
{
    struct feed *input = container->input;
    /* Behind the members of a zip stands its directory. */
    if (container->format == &zip_format || container->seeking) {
        container->finished = true;
        return;
    }
    if (feed_at_gap(input)) {
        recover(container);
        return;
    }
    if (input->ended && !container->marked && !container->bad_header &&
        container->format == &tar_format)
        context_damage(container->context, container->depth,
                       "tar: ends without its end mark after %llu bytes, members may be missing",
                       (unsigned long long)(input->offset + container->lent));
    uint64_t opened_at = container->opened_at;
    close_archive(container);
    container->finished = feed_rest_is_padding(input) || input->offset == opened_at;
    if (!container->finished &&
        !container->format->detect(feed_head(input), feed_want(input, DETECT_BYTES))) {
        context_damage(container->context, container->depth, "%s: trailing garbage at byte %llu",
                       container->format->name, (unsigned long long)input->offset);
        container->finished = true;
    }
}

static void skip_hole(struct container *container, int64_t offset)
{
    int64_t hole = offset - container->member_position;
    container->hole_bytes = hole > 0 ? (uint64_t)hole : 0;
    if (hole > HOLE_BYTES_MAX) {
        context_damage(container->context, container->depth, "%s: hole of %lld bytes skipped",
                       container->format->name, (long long)hole);
        container->hole_bytes = 0;
        container->lost = true;
    }
}

/* The bytes of the member at libarchive's position, in front of which a hole may lie. */
static int read_block(struct container *container, size_t *ret_bytes)
{
    const void *block = NULL;
    la_int64_t offset = 0;
    *ret_bytes = 0;
    int status = archive_read_data_block(container->archive, &block, ret_bytes, &offset);
    if (status == ARCHIVE_EOF || status < ARCHIVE_WARN)
        return status;
    skip_hole(container, offset);
    container->block = block;
    container->block_bytes = *ret_bytes;
    container->member_position = offset + (int64_t)*ret_bytes;
    return status;
}

/* When the data of a zip's member is damaged, libarchive drops what it decoded from the same buffer
   before. So the member is read again up to there, and on byte by byte. False if that is not to be
   done, or did not lead there. */
static bool retry(struct container *container)
{
    if (!container->seekable || container->format != &zip_format || container->retried ||
        container->retries == RETRIES_MAX)
        return false;
    uint64_t headers = container->headers;
    uint64_t position = container->seeking ? container->seek_position : container->input->offset;
    int64_t given = container->member_position;
    container->retried = true;
    container->retries++;
    container->resume_at = offset_of(container);
    if (container->seeking)
        close_archive(container);
    else
        read_forward(container, container->opened_at);
    container->broken = true; /* until the member is found again */
    container->careful_from = position > 2 * SEEK_READ_BYTES ? position - 2 * SEEK_READ_BYTES : 0;
    container->seek_position = 0;
    open_archive(container);
    struct archive_entry *entry = NULL;
    while (container->headers < headers) {
        if (archive_read_next_header(container->archive, &entry) < ARCHIVE_WARN)
            return false;
        container->headers++;
    }
    size_t bytes = 0;
    container->member_position = 0;
    while (container->member_position < given)
        if (read_block(container, &bytes) != ARCHIVE_OK)
            return false;
    if (given > 0) { /* what follows it in the same block is fresh */
        size_t fresh = (size_t)(container->member_position - given);
        container->block += container->block_bytes - fresh;
        container->block_bytes = fresh;
    }
    container->broken = false;
    return true;
}

/* False at the end of the member. */
static bool next_block(struct container *container)
{
    if (container->encrypted)
        context_damage(container->context, container->depth, "%s: encrypted, needs a password",
                       container->format->name);
    while (!container->encrypted && !container->broken) {
        size_t bytes = 0;
        int status = read_block(container, &bytes);
        if (status == ARCHIVE_EOF)
            return false;
        if (status < ARCHIVE_WARN && retry(container)) {
            if (container->block_bytes > 0)
                return true;
            continue;
        }
        if (status != ARCHIVE_OK)
            damage(container, "damaged");
        container->broken = container->broken || status == ARCHIVE_FATAL;
        if (status < ARCHIVE_WARN)
            return false;
        if (bytes > 0 || container->hole_bytes > 0)
            return true;
    }
    return false;
}

static size_t member_read(struct stream *stream, unsigned char *buffer, size_t size, bool *gap)
{
    struct container *container = ((struct member *)(void *)stream)->container;
    if (container->member_ended)
        return 0;
    if (container->hole_bytes == 0 && container->block_bytes == 0 && !next_block(container)) {
        container->member_ended = true;
        return 0;
    }
    *gap = *gap || container->lost;
    container->lost = false;
    if (container->hole_bytes > 0) {
        size_t zeros = container->hole_bytes < size ? (size_t)container->hole_bytes : size;
        memset(buffer, 0, zeros);
        container->hole_bytes -= zeros;
        return zeros;
    }
    size_t n = container->block_bytes < size ? container->block_bytes : size;
    memcpy(buffer, container->block, n);
    container->block += n;
    container->block_bytes -= n;
    return n;
}

static void member_close(struct stream *stream)
{
    (void)stream; /* part of its container */
}

static const struct stream_type member_type = {.read = member_read, .close = member_close};

static bool begin_member(struct container *container, struct archive_entry *entry)
{
    unsigned type = archive_entry_filetype(entry);
    bool link = archive_entry_hardlink(entry) && archive_entry_size(entry) == 0;
    if ((type != 0 && type != AE_IFREG) || link)
        return false;
    const char *name = archive_entry_pathname_utf8(entry);
    if (!name)
        name = archive_entry_pathname(entry);
    if (!name)
        name = "(name unreadable)";
    free(container->name);
    container->name = xmalloc(strlen(name) + 1);
    memcpy(container->name, name, strlen(name) + 1);
    container->encrypted = archive_entry_is_data_encrypted(entry) == 1;
    container->member_ended = container->lost = container->bad_header = false;
    container->retried = false;
    container->careful_from = UINT64_MAX;
    container->block_bytes = 0;
    container->hole_bytes = 0;
    container->member_position = 0;
    container->member = (struct member){{&member_type}, container};
    return true;
}

/* The only warning that comes with lost bytes. */
static bool is_skip(struct archive *archive)
{
    const char *text = archive_error_string(archive);
    return text && strncmp(text, "Skipped", strlen("Skipped")) == 0;
}

/* True if a member begins. */
static bool next_header(struct container *container)
{
    struct archive_entry *entry = NULL;
    int status =
        container->broken ? ARCHIVE_FATAL : archive_read_next_header(container->archive, &entry);
    container->headers++;
    if (status == ARCHIVE_EOF) {
        end_archive(container);
        return false;
    }
    if (status == ARCHIVE_RETRY || (status == ARCHIVE_WARN && is_skip(container->archive))) {
        if (!container->bad_header)
            damage(container, "corrupt header");
        container->bad_header = true;
    }
    if (status < ARCHIVE_WARN && status != ARCHIVE_RETRY) {
        if (!container->broken)
            damage(container, "damaged");
        recover(container);
        return false;
    }
    return status != ARCHIVE_RETRY && begin_member(container, entry);
}

bool container_next(struct container *container, const char **ret_name, struct stream **ret)
{
    while (!container->finished && !context_stopped(container->context)) {
        if (!container->archive)
            open_archive(container);
        else if (next_header(container)) {
            *ret_name = container->name;
            *ret = &container->member.stream;
            return true;
        }
    }
    return false;
}

static void open_seekable(struct container *container)
{
    container->seekable = file_seekable(container->context, container->depth, &container->feed,
                                        container->format->name, &container->seekable_owned);
    container->seeking = true;
    container->finished = !container->seekable;
    container->seek_data = xmalloc(SEEK_READ_BYTES);
    if (container->seekable && container->format == &zip_format &&
        zip_reads_forward(container->seekable, container->context, container->depth))
        read_forward(container, 0);
}

struct container *container_open(const struct source_format *format, struct source_context *context,
                                 unsigned depth, struct feed *feed)
{
    struct container *container = xcalloc(1, sizeof *container);
    container->format = format;
    container->context = context;
    container->depth = depth;
    container->feed = *feed;
    container->input = &container->feed;
    container->careful_from = UINT64_MAX;
    size_t n = feed_want(&container->feed, DETECT_BYTES);
    if (format->support) {
        open_seekable(container);
    } else if (format->is_header && !format->is_header(feed_head(&container->feed), n)) {
        damage(container, "corrupt header");
        recover(container);
    }
    return container;
}

void container_close(struct container *container)
{
    if (!container)
        return;
    if (container->archive)
        archive_read_free(container->archive);
    if (container->rest.upstream)
        feed_close(&container->rest);
    if (container->seekable_owned)
        file_release(container->seekable);
    feed_close(&container->feed);
    free(container->seek_data);
    free(container->name);
    free(container);
}
