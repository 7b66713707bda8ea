#define _GNU_SOURCE /* O_TMPFILE, mkostemp */
#include "source_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define COPY_BYTES_MAX ((uint64_t)16 << 30)
#define COPY_BYTES_UNCHECKED ((uint64_t)64 << 20)

static const char *temp_dir(const struct source_context *context)
{
    return context->options.temp_dir ? context->options.temp_dir : "/tmp";
}

static int open_named(const char *dir, char *path)
{
    int n = snprintf(path, FILE_PATH_BYTES, "%s/postmortem-XXXXXX", dir);
    if (n < 0 || n >= FILE_PATH_BYTES) {
        errno = ENAMETOOLONG;
        return -1;
    }
    return mkostemp(path, O_CLOEXEC);
}

int file_unnamed(const char *dir)
{
    int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
        return fd;
    char path[FILE_PATH_BYTES];
    fd = open_named(dir, path);
    if (fd >= 0)
        unlink(path);
    return fd;
}

bool file_write(int fd, const void *data, size_t bytes)
{
    const unsigned char *at = data;
    while (bytes > 0) {
        ssize_t n = write(fd, at, bytes);
        if (n < 0 && errno != EINTR)
            return false;
        if (n > 0) {
            at += n;
            bytes -= (size_t)n;
        }
    }
    return true;
}

/* Small copies are always allowed; big ones must leave a tenth of the file system free. */
static bool is_room(int fd, uint64_t copied)
{
    struct statvfs system;
    return copied < COPY_BYTES_UNCHECKED || fstatvfs(fd, &system) != 0 ||
           system.f_bavail >= system.f_blocks / 10;
}

/* Up to the next gap: offsets inside the container would be wrong behind it. NULL: copied. */
static const char *copy_bytes(int fd, struct source_context *context, struct feed *feed)
{
    uint64_t copied = 0;
    for (;;) {
        size_t n = feed_want(feed, 1);
        if (n == 0 || context_stopped(context))
            return NULL;
        if (n > COPY_BYTES_MAX - copied)
            return "it is larger than 16 GiB";
        if (!is_room(fd, copied))
            return "less than a tenth of that file system is free";
        if (!file_write(fd, feed_head(feed), n))
            return strerror(errno);
        feed_take(feed, n);
        copied += n;
    }
}

struct stream *file_copy(struct source_context *context, unsigned depth, struct feed *feed,
                         const char *format, char *path)
{
    const char *dir = temp_dir(context);
    int fd = path ? open_named(dir, path) : file_unnamed(dir);
    const char *why = fd < 0 ? strerror(errno) : copy_bytes(fd, context, feed);
    if (!why && lseek(fd, 0, SEEK_SET) != 0)
        why = strerror(errno);
    if (!why)
        return file_temporary(fd, context);
    context_damage(context, depth, "%s: cannot be copied to %s, as it must to be read: %s", format,
                   dir, why);
    if (fd >= 0) {
        close(fd);
        if (path)
            unlink(path);
    }
    return NULL;
}

struct stream *file_seekable(struct source_context *context, unsigned depth, struct feed *feed,
                             const char *format, bool *ret_owned)
{
    *ret_owned = !feed->upstream->type->read_at;
    return *ret_owned ? file_copy(context, depth, feed, format, NULL) : feed->upstream;
}

struct range {
    struct stream stream;
    struct stream *seekable;
    uint64_t offset;
};

static size_t range_read(struct stream *stream, unsigned char *buffer, size_t size, bool *gap)
{
    (void)gap;
    struct range *range = (struct range *)(void *)stream;
    size_t n = range->seekable->type->read_at(range->seekable, buffer, size, range->offset);
    range->offset += n;
    return n;
}

static void range_close(struct stream *stream)
{
    free(stream);
}

static const struct stream_type range_type = {.read = range_read, .close = range_close};

struct stream *file_range(struct stream *seekable, uint64_t offset)
{
    struct range *range = xmalloc(sizeof *range);
    *range = (struct range){{&range_type}, seekable, offset};
    return &range->stream;
}
