#define _GNU_SOURCE /* pread, posix_fadvise */
#include "source_file.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct file {
    struct stream stream;
    struct source_context *context;
    EVP_MD_CTX *hash; /* NULL: a temporary copy, which is neither hashed nor counted */
    uint64_t position;
    uint64_t sought; /* bytes read out of sequence */
    uint64_t counted;
    uint64_t size; /* at the beginning; 0 for a pipe */
    int fd;
    int error;
    bool ended;
};

/* Progress never passes the size because a container read in any order is read once more in
 * sequence for its digest. */
static void count(struct file *file)
{
    uint64_t sought = file->sought < file->size ? file->sought : file->size;
    uint64_t reached = file->position > sought ? file->position : sought;
    if (!file->hash || reached <= file->counted)
        return;
    if (file->context->options.progress)
        atomic_fetch_add_explicit(file->context->options.progress, reached - file->counted,
                                  memory_order_relaxed);
    file->counted = reached;
}

static struct file *of(struct stream *stream)
{
    return (struct file *)(void *)stream;
}

static size_t fail(struct file *file, uint64_t offset)
{
    file->error = errno;
    if (!context_stopped(file->context))
        context_damage(file->context, 0, "read error after %llu bytes: %s",
                       (unsigned long long)offset, strerror(file->error));
    return 0;
}

/* A signal interrupts one thread, and rarely the one that waits for a pipe: so it looks up now and
 * then. */
static void wait_for_bytes(const struct file *file)
{
    enum { LOOK_UP_MSEC = 100 };
    struct pollfd wanted = {.fd = file->fd, .events = POLLIN};
    int ready;
    do {
        ready = poll(&wanted, 1, LOOK_UP_MSEC);
    } while ((ready == 0 || (ready < 0 && errno == EINTR)) && !context_stopped(file->context));
}

static size_t file_read(struct stream *stream, unsigned char *buffer, size_t size, bool *gap)
{
    (void)gap;
    struct file *file = of(stream);
    if (file->ended || file->error || context_stopped(file->context))
        return 0;
    ssize_t n = 0;
    do {
        wait_for_bytes(file);
        if (context_stopped(file->context))
            return 0;
        n = read(file->fd, buffer, size);
    } while (n < 0 && errno == EINTR && !context_stopped(file->context));
    if (n < 0)
        return fail(file, file->position);
    file->ended = n == 0;
    file->position += (uint64_t)n;
    if (file->hash)
        EVP_DigestUpdate(file->hash, buffer, (size_t)n);
    count(file);
    return (size_t)n;
}

static size_t file_read_at(struct stream *stream, unsigned char *buffer, size_t size,
                           uint64_t offset)
{
    struct file *file = of(stream);
    if (context_stopped(file->context) || offset > INT64_MAX)
        return 0;
    ssize_t n = pread(file->fd, buffer, size, (off_t)offset);
    if (n < 0)
        return fail(file, offset);
    file->sought += (uint64_t)n;
    count(file);
    return (size_t)n;
}

static void file_close(struct stream *stream)
{
    (void)stream; /* its digest may still be wanted */
}

static const struct stream_type pipe_type = {.read = file_read, .close = file_close};
static const struct stream_type regular_type = {
    .read = file_read, .close = file_close, .read_at = file_read_at};

static struct file *make(int fd, struct source_context *context)
{
    struct file *file = xcalloc(1, sizeof *file);
    *file = (struct file){.context = context, .fd = fd, .stream.type = &pipe_type};
    struct stat status;
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && lseek(fd, 0, SEEK_CUR) == 0) {
        file->stream.type = &regular_type;
        file->size = (uint64_t)status.st_size;
    }
    return file;
}

struct stream *file_open(int fd, struct source_context *context)
{
    struct file *file = make(fd, context);
    posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    file->hash = EVP_MD_CTX_new();
    if (!file->hash || !EVP_DigestInit_ex(file->hash, EVP_sha256(), NULL)) {
        fputs("postmortem: SHA-256 is not available\n", stderr);
        exit(STATUS_OUTPUT);
    }
    return &file->stream;
}

struct stream *file_temporary(int fd, struct source_context *context)
{
    return &make(fd, context)->stream;
}

void file_release(struct stream *stream)
{
    if (!stream)
        return;
    struct file *file = of(stream);
    EVP_MD_CTX_free(file->hash);
    close(file->fd);
    free(file);
}

static void read_rest(struct stream *stream)
{
    unsigned char *buffer = xmalloc(FEED_BYTES);
    bool gap = false;
    while (file_read(stream, buffer, FEED_BYTES, &gap) > 0)
        continue;
    free(buffer);
}

bool file_digest(struct stream *stream, uint8_t sha256[32])
{
    struct file *file = of(stream);
    read_rest(stream);
    EVP_MD_CTX *copy = EVP_MD_CTX_new();
    bool ok = file->ended && !file->error && copy && EVP_MD_CTX_copy_ex(copy, file->hash) &&
              EVP_DigestFinal_ex(copy, sha256, NULL);
    EVP_MD_CTX_free(copy);
    return ok;
}

uint64_t file_bytes(const struct stream *stream)
{
    return ((const struct file *)(const void *)stream)->counted;
}

int file_error(const struct stream *stream)
{
    return ((const struct file *)(const void *)stream)->error;
}

int file_descriptor(const struct stream *stream)
{
    return ((const struct file *)(const void *)stream)->fd;
}

uint64_t file_size(const struct stream *stream)
{
    return ((const struct file *)(const void *)stream)->size;
}
