/* Preloaded by failure_test.py: the FAIL_NTH-th call of the function FAIL_CALL fails with
 * FAIL_ERRNO. With FAIL_COUNT, the number of its calls is written to that file at the end. */
#define _GNU_SOURCE /* RTLD_NEXT */
#undef _FORTIFY_SOURCE /* whose read and pread are inline functions already */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static atomic_long calls;

/* Is this the call that fails? */
static bool fails(const char *call)
{
    const char *wanted = getenv("FAIL_CALL"), *nth = getenv("FAIL_NTH"),
               *error = getenv("FAIL_ERRNO");
    if (!wanted || strcmp(wanted, call) != 0 ||
        atomic_fetch_add(&calls, 1) + 1 != (nth ? atol(nth) : 0))
        return false;
    errno = error ? atoi(error) : EIO;
    return true;
}

__attribute__((destructor)) static void tell(void)
{
    const char *path = getenv("FAIL_COUNT");
    FILE *out = path ? fopen(path, "w") : NULL;
    if (!out)
        return;
    fprintf(out, "%ld\n", atomic_load(&calls));
    fclose(out);
}

#define REAL(name) (__extension__(__typeof__(&name)) dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *bytes, size_t size)
{
    return fails("write") ? -1 : REAL(write)(fd, bytes, size);
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t at)
{
    return fails("pwrite") ? -1 : REAL(pwrite64)(fd, bytes, size, at);
}

ssize_t read(int fd, void *bytes, size_t size)
{
    return fails("read") ? -1 : REAL(read)(fd, bytes, size);
}

ssize_t pread64(int fd, void *bytes, size_t size, off64_t at)
{
    return fails("pread") ? -1 : REAL(pread64)(fd, bytes, size, at);
}

int fsync(int fd)
{
    return fails("fsync") ? -1 : REAL(fsync)(fd);
}

int renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned flags)
{
    return fails("rename") ? -1 : REAL(renameat2)(from_dir, from, to_dir, to, flags);
}

int renameat(int from_dir, const char *from, int to_dir, const char *to)
{
    return fails("rename") ? -1 : REAL(renameat)(from_dir, from, to_dir, to);
}

int rename(const char *from, const char *to)
{
    return fails("rename") ? -1 : REAL(rename)(from, to);
}

int mkdirat(int dir, const char *path, mode_t mode)
{
    return fails("mkdir") ? -1 : REAL(mkdirat)(dir, path, mode);
}

int openat64(int dir, const char *path, int flags, ...)
{
    va_list more;
    va_start(more, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;
    va_end(more);
    return fails("openat") ? -1 : REAL(openat64)(dir, path, flags, mode);
}

void *mmap64(void *address, size_t size, int protection, int flags, int fd, off64_t at)
{
    return fails("mmap") ? MAP_FAILED : REAL(mmap64)(address, size, protection, flags, fd, at);
}

/* Of the C library's own; dlsym may allocate, and is not asked here. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);

void *malloc(size_t size)
{
    return fails("malloc") ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return fails("malloc") ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    return fails("malloc") ? NULL : __libc_realloc(old, size);
}
