#define _GNU_SOURCE /* O_PATH, getline, fdopendir */
#include "case_sums.h"

#include <dirent.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEPTH_MAX = 8 };

static FILE *open_regular(int folder, const char *name, int flags)
{
    struct stat stat;
    int fd = openat(folder, name, O_RDONLY | O_NONBLOCK | O_CLOEXEC | flags);
    if (fd < 0)
        return NULL;
    FILE *file = fstat(fd, &stat) == 0 && S_ISREG(stat.st_mode) ? fdopen(fd, "rb") : NULL;
    if (!file)
        close(fd);
    return file;
}

FILE *case_open(int folder, const char *name)
{
    return open_regular(folder, name, O_NOFOLLOW);
}

/* Closes it; NULL: it could not be opened. */
static bool digest_of(FILE *file, char *digest)
{
    char buffer[16384];
    uint8_t bytes[EVP_MAX_MD_SIZE];
    if (!file)
        return false;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    EVP_DigestInit_ex(context, EVP_sha256(), NULL);
    for (size_t len; (len = fread(buffer, 1, sizeof buffer, file)) > 0;)
        EVP_DigestUpdate(context, buffer, len);
    bool ok = !ferror(file);
    EVP_DigestFinal_ex(context, bytes, NULL);
    EVP_MD_CTX_free(context);
    fclose(file);
    for (unsigned i = 0; i < CASE_SUM_HEX / 2; i++)
        snprintf(digest + 2 * (size_t)i, 3, "%02x", bytes[i]);
    return ok;
}

bool case_file_digest(int folder, const char *name, char *digest)
{
    return digest_of(case_open(folder, name), digest);
}

bool path_digest(const char *path, char *digest)
{
    return digest_of(open_regular(AT_FDCWD, path, 0), digest);
}

static struct case_sum *add(struct case_sums *sums, struct arena *arena, const char *name)
{
    if (!(sums->count & (sums->count - 1))) { /* full: it doubles */
        struct case_sum *more =
            arena_alloc(arena, (sums->count ? 2 * sums->count : 1) * sizeof *more);
        if (sums->count)
            memcpy(more, sums->items, sums->count * sizeof *more);
        sums->items = more;
    }
    sums->items[sums->count] = (struct case_sum){.name = arena_cstr(arena, str_of(name))};
    return &sums->items[sums->count++];
}

/* "digest  name"; a name that leads out of the folder is none. */
static bool parse_sum(char *line, const char **ret_name)
{
    size_t len = strspn(line, "0123456789abcdef");
    const char *name = line + CASE_SUM_HEX + 2;
    if (len != CASE_SUM_HEX || line[len] != ' ' || line[len + 1] != ' ' || !*name || *name == '/' ||
        strstr(name, "..") || !strcmp(name, "SHA256SUMS"))
        return false;
    line[len] = '\0';
    *ret_name = name;
    return true;
}

bool case_sums_read(int folder, const char *dir, struct arena *arena, struct case_sums *ret,
                    case_say *say, void *user, struct err *err)
{
    FILE *file = case_open(folder, "SHA256SUMS");
    char *line = NULL, what[64];
    size_t room = 0, number = 0;
    const char *name;
    if (!file)
        return err_set(err, STATUS_USAGE, "%.300s: no case folder: it has no SHA256SUMS", dir);
    *ret = (struct case_sums){0};
    for (ssize_t len; (len = getline(&line, &room, file)) >= 0;) {
        number++;
        line[strcspn(line, "\n")] = '\0';
        if (parse_sum(line, &name)) {
            memcpy(add(ret, arena, name)->digest, line, CASE_SUM_HEX + 1);
            continue;
        }
        snprintf(what, sizeof what, "line %zu is damaged", number);
        say(user, "SHA256SUMS", what);
    }
    free(line);
    fclose(file);
    return true;
}

static void walk(int folder, const char *prefix, unsigned depth, struct arena *arena,
                 struct case_sums *ret)
{
    DIR *entries = fdopendir(folder);
    if (!entries)
        close(folder);
    for (struct dirent *entry; entries && (entry = readdir(entries));) {
        struct stat stat;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        const char *name = arena_printf(arena, "%s%s", prefix, entry->d_name);
        if (fstatat(folder, entry->d_name, &stat, AT_SYMLINK_NOFOLLOW) != 0)
            continue;
        if (!S_ISDIR(stat.st_mode)) {
            add(ret, arena, name);
            continue;
        }
        int below = openat(folder, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (below >= 0 && depth < DEPTH_MAX)
            walk(below, arena_printf(arena, "%s/", name), depth + 1, arena, ret);
        else if (below >= 0)
            close(below);
    }
    if (entries)
        closedir(entries);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct case_sum *)a)->name, ((const struct case_sum *)b)->name);
}

void case_files(int folder, struct arena *arena, struct case_sums *ret)
{
    *ret = (struct case_sums){0};
    int copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (copy >= 0)
        walk(copy, "", 0, arena, ret);
    if (ret->count)
        qsort(ret->items, ret->count, sizeof *ret->items, by_name);
}
