#define _GNU_SOURCE /* renameat2 */
#include "case.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "arena.h"
#include "case_left.h"
#include "case_parts.h"
#include "tree.h"

enum { TEMPORARY_NAME = 256, FREE_BYTES_MIN = 64 << 20 };

struct case_entry {
    struct case_entry *next;
    char *name;
    struct out *out; /* NULL once ended */
    uint8_t digest[OUT_DIGEST];
};

struct case_folder {
    const char *dir; /* as given */
    char *base;      /* its last component */
    int parent, fd;
    bool clobber;
    char temporary[TEMPORARY_NAME];
    struct case_entry *entries; /* newest first */
    size_t entry_count;
};

static char *copy(const char *text)
{
    return strcpy(xmalloc(strlen(text) + 1), text);
}

/* Splits dir into the folder that holds it, opened, and its last component. */
static bool open_parent(struct case_folder *folder, struct err *err)
{
    size_t len = strlen(folder->dir);
    while (len > 1 && folder->dir[len - 1] == '/')
        len--;
    struct arena arena = {0};
    char *path = arena_cstr(&arena, (struct str){folder->dir, len});
    char *slash = strrchr(path, '/');
    folder->base = copy(slash ? slash + 1 : path);
    if (slash)
        slash[slash == path] = '\0';
    folder->parent = open(slash ? path : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = folder->parent >= 0 || err_sys(err, STATUS_OUTPUT, slash ? path : ".");
    arena_free(&arena);
    if (!ok)
        return false;
    if (!*folder->base || strcmp(folder->base, ".") == 0 || strcmp(folder->base, "..") == 0)
        return err_set(err, STATUS_USAGE, "%s: not a name for a new folder", folder->dir);
    return true;
}

/* Only what this program made, or nothing at all, may be replaced: `--clobber -o /home` must not.
 */
static bool is_replaceable(int parent, const char *base)
{
    int fd = openat(parent, base, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool ours = faccessat(fd, "SHA256SUMS", F_OK, AT_SYMLINK_NOFOLLOW) == 0 &&
                faccessat(fd, "run.json", F_OK, AT_SYMLINK_NOFOLLOW) == 0;
    close(fd);
    return ours || tree_is_empty(parent, base);
}

static bool check_absent(const struct case_folder *folder, struct err *err)
{
    struct stat stat;
    if (fstatat(folder->parent, folder->base, &stat, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT || err_sys(err, STATUS_OUTPUT, folder->dir);
    if (!folder->clobber)
        return err_set(err, STATUS_USAGE, "%s: exists already; --clobber replaces it", folder->dir);
    if (is_replaceable(folder->parent, folder->base))
        return true;
    return err_set(err, STATUS_USAGE, "%s: exists and is no case folder: not replaced",
                   folder->dir);
}

static bool check_space(const struct case_folder *folder, struct err *err)
{
    struct statvfs space;
    if (fstatvfs(folder->parent, &space) != 0)
        return err_sys(err, STATUS_OUTPUT, folder->dir);
    unsigned long long bytes = (unsigned long long)space.f_bavail * space.f_frsize;
    if (bytes >= FREE_BYTES_MIN)
        return true;
    return err_set(err, STATUS_OUTPUT,
                   "%s: only %llu MiB free there, a case folder needs at least 64 MiB", folder->dir,
                   bytes >> 20);
}

/* A name beside base that nothing has; long names are cut, since the whole must still be one. */
static bool spare_name(const struct case_folder *folder, const char *what, char *name)
{
    unsigned random;
    if (getrandom(&random, sizeof random, 0) != (ssize_t)sizeof random)
        return false;
    snprintf(name, TEMPORARY_NAME, ".%.200s.%s-%06x", folder->base, what, random & 0xFFFFFF);
    return true;
}

static bool make_temporary(struct case_folder *folder, struct err *err)
{
    for (unsigned tries = 0; tries < 100; tries++) {
        if (!spare_name(folder, CASE_PARTIAL, folder->temporary))
            break;
        if (mkdirat(folder->parent, folder->temporary, 0700) == 0) {
            folder->fd = openat(folder->parent, folder->temporary,
                                O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
            if (folder->fd < 0)
                return err_sys(err, STATUS_OUTPUT, folder->dir);
            case_left_lock(folder->fd);
            return true;
        }
        if (errno != EEXIST)
            break;
    }
    err_sys(err, STATUS_OUTPUT, folder->dir);
    folder->temporary[0] = '\0';
    return false;
}

bool case_begin(struct case_folder **ret, const char *dir, bool clobber, struct err *err)
{
    struct case_folder *folder = xcalloc(1, sizeof *folder);
    *folder = (struct case_folder){.dir = dir, .clobber = clobber, .parent = -1, .fd = -1};
    bool ok = open_parent(folder, err) && check_absent(folder, err);
    if (ok) /* before the space is measured */
        case_left_clear(folder->parent, folder->base);
    if (ok && check_space(folder, err) && make_temporary(folder, err)) {
        *ret = folder;
        return true;
    }
    case_abort(folder);
    return false;
}

static char *joined(const struct case_folder *folder, const char *name)
{
    char *path = xmalloc(strlen(folder->dir) + strlen(name) + 2);
    stpcpy(stpcpy(stpcpy(path, folder->dir), "/"), name);
    return path;
}

/* Names come from this program (folder_name for what a log chose); this only keeps a mistake from
 * leaving the folder. */
static bool is_inside(const char *name)
{
    struct str rest = str_of(name), part;
    bool more = true;
    while (more) {
        more = str_cut(&rest, STR("/"), &part);
        if (!more)
            part = rest;
        if (part.len == 0 || str_eq(part, STR(".")) || str_eq(part, STR("..")) || part.len > 255)
            return false;
    }
    return true;
}

static bool make_file(const struct case_folder *folder, const char *name)
{
    char *path = copy(name);
    bool ok = is_inside(name);
    if (!ok)
        errno = EINVAL;
    for (char *slash = strchr(path, '/'); slash && ok; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        ok = mkdirat(folder->fd, path, 0700) == 0 || errno == EEXIST;
        *slash = '/';
    }
    int fd =
        ok ? openat(folder->fd, path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)
           : -1;
    int saved = errno;
    free(path);
    if (fd >= 0)
        close(fd);
    errno = saved;
    return fd >= 0;
}

struct out *case_file(struct case_folder *folder, const char *name, struct err *err)
{
    char *path = joined(folder, name);
    struct case_entry *entry = NULL;
    if (!make_file(folder, name)) {
        err_sys(err, STATUS_OUTPUT, path);
        free(path);
        return NULL;
    }
    entry = xcalloc(1, sizeof *entry);
    entry->name = copy(name);
    entry->out = out_beneath(folder->fd, name, path, true);
    entry->next = folder->entries;
    folder->entries = entry;
    folder->entry_count++;
    free(path);
    return entry->out;
}

bool case_file_end(struct case_folder *folder, struct out *out, struct err *err)
{
    struct case_entry *entry = folder->entries;
    while (entry && entry->out != out)
        entry = entry->next;
    if (!entry)
        return err_set(err, STATUS_OUTPUT, "%s: a file was ended twice", folder->dir);
    bool ok = out_finish(out, entry->digest, err);
    out_free(out);
    entry->out = NULL;
    return ok;
}

const uint8_t *case_digest(const struct case_folder *folder, const char *name)
{
    for (const struct case_entry *entry = folder->entries; entry; entry = entry->next)
        if (strcmp(entry->name, name) == 0 && !entry->out)
            return entry->digest;
    return NULL;
}

static int by_name(const void *a, const void *b)
{
    const struct case_entry *const *left = a, *const *right = b;
    return strcmp((*left)->name, (*right)->name);
}

/* Of all files before it; names hold neither backslash nor line end, so sha256sum needs no escapes.
 */
static bool write_sums(struct case_folder *folder, struct err *err)
{
    size_t count = folder->entry_count, at = 0;
    struct case_entry **sorted = xcalloc(count + 1, sizeof(struct case_entry *));
    for (struct case_entry *entry = folder->entries; entry; entry = entry->next)
        sorted[at++] = entry;
    qsort(sorted, count, sizeof(struct case_entry *), by_name);
    struct out *out = case_file(folder, "SHA256SUMS", err);
    for (size_t i = 0; i < count && out; i++) {
        for (unsigned k = 0; k < OUT_DIGEST; k++)
            out_printf(out, "%02x", sorted[i]->digest[k]);
        out_text(out, "  ");
        out_text(out, sorted[i]->name);
        out_char(out, '\n');
    }
    free(sorted);
    return out && case_file_end(folder, out, err);
}

/* The old folder steps aside first and comes back if the new one cannot take its name. */
static bool take_name(struct case_folder *folder, struct err *err)
{
    char old[TEMPORARY_NAME] = "";
    if (folder->clobber &&
        faccessat(folder->parent, folder->base, F_OK, AT_SYMLINK_NOFOLLOW) == 0 &&
        (!is_replaceable(folder->parent, folder->base) || !spare_name(folder, "old", old) ||
         renameat(folder->parent, folder->base, folder->parent, old) != 0))
        return err_set(err, STATUS_OUTPUT, "%s: cannot be replaced", folder->dir);
    if (renameat2(folder->parent, folder->temporary, folder->parent, folder->base,
                  RENAME_NOREPLACE) != 0 &&
        (errno != EINVAL ||
         renameat(folder->parent, folder->temporary, folder->parent, folder->base) != 0)) {
        err_sys(err, STATUS_OUTPUT, folder->dir);
        if (*old)
            renameat(folder->parent, old, folder->parent, folder->base);
        return false;
    }
    folder->temporary[0] = '\0';
    fsync(folder->parent);
    if (*old && !tree_remove(folder->parent, old))
        return err_set(err, STATUS_OUTPUT, "%s: written, but the old one remains as %s: %s",
                       folder->dir, old, strerror(errno));
    return true;
}

static void folder_free(struct case_folder *folder)
{
    while (folder->entries) {
        struct case_entry *entry = folder->entries;
        folder->entries = entry->next;
        out_free(entry->out);
        free(entry->name);
        free(entry);
    }
    if (folder->fd >= 0)
        close(folder->fd);
    if (folder->parent >= 0)
        close(folder->parent);
    free(folder->base);
    free(folder);
}

bool case_finish(struct case_folder *folder, const struct report *report, const struct style *style,
                 const struct run_info *run, struct err *err)
{
    if (!case_reports(folder, report, style, run, err) || !write_sums(folder, err))
        return false;
    if (fsync(folder->fd) != 0)
        return err_sys(err, STATUS_OUTPUT, folder->dir);
    if (!take_name(folder, err))
        return false;
    folder_free(folder);
    return true;
}

void case_abort(struct case_folder *folder)
{
    if (!folder)
        return;
    if (folder->temporary[0])
        tree_remove(folder->parent, folder->temporary);
    folder_free(folder);
}
