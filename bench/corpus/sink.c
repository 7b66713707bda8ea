#define _POSIX_C_SOURCE 200809L
#include "sink.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "memory.h"

struct compressor {
    const char *suffix;
    const char *program;
    const char *level;
};

static const struct compressor compressors[] = {
    {"gz", "gzip", "-6"},
    {"zst", "zstd", "-3"},
    {"xz", "xz", "-2"},
    {NULL, NULL, NULL},
};

static int create(const struct sink *sink)
{
    char name[64] = "mail.log";
    unsigned age = sink->parts - 1 - sink->part;
    if (age)
        snprintf(name, sizeof name, "mail.log.%u", age);
    char path[4096];
    int len = snprintf(path, sizeof path, "%s/%s%s%s", sink->folder, name, sink->suffix ? "." : "",
                       sink->suffix ? sink->suffix : "");
    if (len < 0 || (size_t)len >= sizeof path)
        fail("path too long", sink->folder);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0)
        fail(strerror(errno), path);
    return fd;
}

/* Never returns. */
static void become(const struct compressor *compressor, int in, int out)
{
    if (dup2(in, 0) >= 0 && dup2(out, 1) >= 0)
        execlp(compressor->program, compressor->program, compressor->level, "-c", (char *)NULL);
    _exit(127);
}

static void start_compressor(struct sink *sink, int file)
{
    const struct compressor *compressor = compressors;
    while (compressor->suffix && strcmp(compressor->suffix, sink->suffix) != 0)
        compressor++;
    if (!compressor->suffix)
        fail("no such compression", sink->suffix);
    int ends[2];
    if (pipe(ends))
        fail(strerror(errno), "pipe");
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    sink->compressor = fork();
    if (sink->compressor < 0)
        fail(strerror(errno), "fork");
    if (!sink->compressor)
        become(compressor, ends[0], file);
    close(ends[0]);
    close(file);
    sink->fd = ends[1];
}

void sink_open(struct sink *sink)
{
    int file = create(sink);
    sink->compressor = 0;
    if (sink->suffix)
        start_compressor(sink, file);
    else
        sink->fd = file;
}

void sink_write(struct sink *sink, const char *bytes, size_t count)
{
    while (count) {
        ssize_t written = write(sink->fd, bytes, count);
        if (written < 0 && errno != EINTR)
            fail(strerror(errno), "write");
        if (written > 0) {
            bytes += written;
            count -= (size_t)written;
        }
    }
}

void sink_close(struct sink *sink)
{
    if (close(sink->fd))
        fail(strerror(errno), "close");
    int status = 0;
    if (sink->compressor && (waitpid(sink->compressor, &status, 0) < 0 || status))
        fail("the compressor failed", sink->suffix);
    sink->part++;
}
