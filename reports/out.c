#define _GNU_SOURCE /* openat */
#include "out.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"

enum { BUFFER_BYTES = 64 << 10 };

struct out {
    int fd;        /* -1: path beneath directory, opened for each write */
    int directory; /* borrowed */
    char *path;
    char *name;
    EVP_MD_CTX *digest; /* NULL: not wanted */
    uint64_t bytes;
    int error; /* errno of the first failure, 0 */
    bool keeps;
    char *kept; /* of out_memory */
    size_t kept_len, kept_capacity;
    size_t len;
    char buffer[BUFFER_BYTES];
};

static char *copy(const char *text)
{
    return strcpy(xmalloc(strlen(text) + 1), text);
}

static struct out *make(int fd, const char *name)
{
    struct out *out = xcalloc(1, sizeof *out);
    out->fd = fd;
    out->directory = -1;
    out->name = copy(name);
    return out;
}

struct out *out_new(int fd, const char *name)
{
    return make(fd, name);
}

struct out *out_beneath(int directory, const char *path, const char *name, bool digest)
{
    struct out *out = make(-1, name);
    out->directory = directory;
    out->path = copy(path);
    if (!digest)
        return out;
    out->digest = EVP_MD_CTX_new();
    if (!out->digest || EVP_DigestInit_ex(out->digest, EVP_sha256(), NULL) != 1)
        out->error = ENOMEM;
    return out;
}

struct out *out_memory(void)
{
    struct out *out = make(-1, "memory");
    out->keeps = true;
    return out;
}

static bool keep(struct out *out)
{
    if (out->kept_len + out->len > out->kept_capacity) {
        out->kept_capacity = 2 * (out->kept_len + out->len);
        out->kept = xrealloc(out->kept, out->kept_capacity, 1);
    }
    memcpy(out->kept + out->kept_len, out->buffer, out->len);
    out->kept_len += out->len;
    return true;
}

static bool write_all(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, bytes, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            if (n == 0)
                errno = ENOSPC;
            return false;
        }
        bytes += n;
        len -= (size_t)n;
    }
    return true;
}

/* The file of an out_beneath, written and closed again; durable too if asked. */
static bool append(const struct out *out, bool durable)
{
    int fd = openat(out->directory, out->path, O_WRONLY | O_APPEND | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool ok = write_all(fd, out->buffer, out->len) && (!durable || fsync(fd) == 0);
    int saved = errno;
    if (close(fd) != 0 && ok)
        return false;
    errno = saved;
    return ok;
}

static void flush(struct out *out, bool durable)
{
    if (!out->error && out->digest && out->len &&
        EVP_DigestUpdate(out->digest, out->buffer, out->len) != 1)
        out->error = ENOMEM;
    if (!out->error) {
        bool ok = out->keeps     ? keep(out)
                  : out->fd >= 0 ? write_all(out->fd, out->buffer, out->len)
                                 : append(out, durable);
        if (!ok)
            out->error = errno;
    }
    out->len = 0;
}

struct str out_kept(struct out *out)
{
    flush(out, false);
    return (struct str){out->kept ? out->kept : "", out->kept_len};
}

void out_str(struct out *out, struct str text)
{
    out->bytes += text.len;
    if (text.len <= BUFFER_BYTES - out->len) {
        memcpy(out->buffer + out->len, text.len ? text.ptr : "", text.len);
        out->len += text.len;
        return;
    }
    while (text.len > 0) {
        if (out->len == BUFFER_BYTES)
            flush(out, false);
        size_t n = BUFFER_BYTES - out->len;
        if (n > text.len)
            n = text.len;
        memcpy(out->buffer + out->len, text.ptr, n);
        out->len += n;
        text = str_skip(text, n);
    }
}

void out_text(struct out *out, const char *text)
{
    out_str(out, str_of(text));
}

void out_char(struct out *out, char c)
{
    out_str(out, (struct str){&c, 1});
}

void out_printf(struct out *out, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    /* Text of any length goes through out_str; this is for figures and fixed words. */
    assert(n >= 0 && (size_t)n < sizeof text);
    out_str(out, (struct str){text, n < 0                     ? 0
                                    : (size_t)n < sizeof text ? (size_t)n
                                                              : sizeof text - 1});
}

uint64_t out_bytes(const struct out *out)
{
    return out->bytes;
}

bool out_reader_closed(const struct out *out)
{
    return out->error == EPIPE;
}

/* The digest so far; the running one goes on. */
static bool digest_now(const struct out *out, uint8_t *digest)
{
    EVP_MD_CTX *copy = EVP_MD_CTX_new();
    bool ok = copy && EVP_MD_CTX_copy_ex(copy, out->digest) == 1 &&
              EVP_DigestFinal_ex(copy, digest, NULL) == 1;
    EVP_MD_CTX_free(copy);
    return ok;
}

bool out_finish(struct out *out, uint8_t *digest, struct err *err)
{
    flush(out, true);
    assert(!digest || out->digest);
    if (!out->error && digest && !digest_now(out, digest))
        out->error = ENOMEM;
    if (!out->error || out_reader_closed(out))
        return true;
    errno = out->error;
    return err_sys(err, STATUS_OUTPUT, out->name);
}

void out_free(struct out *out)
{
    if (!out)
        return;
    EVP_MD_CTX_free(out->digest);
    free(out->kept);
    free(out->path);
    free(out->name);
    free(out);
}
