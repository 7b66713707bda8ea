/* What every fuzz target (x_fuzz.c beside the code) needs. With -Dfuzz=true libFuzzer drives it,
 * else replay.c. */
#ifndef POSTMORTEM_FUZZING_H
#define POSTMORTEM_FUZZING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A wrong answer is a crash. */
static inline void fuzz_require(bool ok, const char *what)
{
    if (ok)
        return;
    fprintf(stderr, "wrong: %s\n", what);
    abort();
}

/* Touches every byte, so that a slice that reaches beyond its text is found. */
static inline void fuzz_touch(const char *ptr, size_t len)
{
    for (size_t i = 0; i < len; i++)
        (void)*(const volatile char *)(ptr + i);
}

enum { FUZZ_PATH = 32 };

/* A file in memory that holds the bytes: its descriptor, to be closed, and its name. */
static inline int fuzz_file(const void *data, size_t size, char *path)
{
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    for (size_t at = 0; at < size;) {
        ssize_t n = write(fd, (const char *)data + at, size - at);
        if (n <= 0)
            abort();
        at += (size_t)n;
    }
    snprintf(path, FUZZ_PATH, "/proc/self/fd/%d", fd);
    return fd;
}

#endif
