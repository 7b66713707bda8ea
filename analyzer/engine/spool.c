#include "spool.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "arena.h"
#include "source_file.h"

enum { BUFFER_BYTES = 256 * 1024, POLL_MSEC = 100 };

/* Waits a little at a time, so that *stop is seen while a pipe is silent. */
static ssize_t read_some(char *buffer, const volatile int *stop)
{
    struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
    while (!(stop && *stop)) {
        int ready = poll(&in, 1, POLL_MSEC);
        if (ready == 0 || (ready < 0 && errno == EINTR))
            continue;
        ssize_t n = read(STDIN_FILENO, buffer, BUFFER_BYTES);
        if (n >= 0 || errno != EINTR)
            return n;
    }
    return 0;
}

bool spool_standard_input(const char *temp_dir, const volatile int *stop, int *ret_fd,
                          uint64_t *ret_bytes, struct err *err)
{
    const char *dir = temp_dir ? temp_dir : "/tmp";
    int fd = file_unnamed(dir);
    if (fd < 0)
        return err_sys(err, STATUS_OUTPUT, dir);
    char *buffer = xmalloc(BUFFER_BYTES);
    uint64_t bytes = 0;
    ssize_t n;
    bool ok = true;
    while (ok && (n = read_some(buffer, stop)) > 0) {
        ok = file_write(fd, buffer, (size_t)n);
        bytes += (uint64_t)n;
    }
    free(buffer);
    if (!ok) {
        err_sys(err, STATUS_OUTPUT, dir);
        close(fd);
        return false;
    }
    *ret_fd = fd;
    *ret_bytes = bytes;
    return true;
}
