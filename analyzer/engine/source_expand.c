#define _GNU_SOURCE /* AT_EACCESS, st_mtim */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source.h"
#include "stamp.h"

struct expansion {
    struct arena *arena;
    const char *const *exclude;
    size_t exclude_count;
    source_complain *complain;
    void *user;
    struct source_path *items;
    size_t count, capacity;
};

static void expand_folder(struct expansion *expansion, const char *path);

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash && slash[1] ? slash + 1 : path;
}

static bool is_excluded(const struct expansion *expansion, const char *path)
{
    for (size_t i = 0; i < expansion->exclude_count; i++)
        if (fnmatch(expansion->exclude[i], path, 0) == 0 ||
            fnmatch(expansion->exclude[i], base_name(path), 0) == 0)
            return true;
    return false;
}

static void complain(struct expansion *expansion, const char *path)
{
    expansion->complain(expansion->user, path, strerror(errno));
}

static void add(struct expansion *expansion, struct source_path item)
{
    if (expansion->count == expansion->capacity) {
        expansion->capacity = expansion->capacity ? expansion->capacity * 2 : 64;
        expansion->items =
            xrealloc(expansion->items, expansion->capacity, sizeof *expansion->items);
    }
    item.path = arena_cstr(expansion->arena, str_of(item.path));
    expansion->items[expansion->count++] = item;
}

static void add_file(struct expansion *expansion, const char *path, const struct stat *status,
                     bool named)
{
    bool regular = S_ISREG(status->st_mode);
    if (!regular && !named)
        return; /* opening a fifo or a device could wait for ever */
    if (faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) != 0) {
        complain(expansion, path);
        return;
    }
    int64_t modified =
        (int64_t)status->st_mtim.tv_sec * USEC_PER_SEC + status->st_mtim.tv_nsec / 1000;
    add(expansion, (struct source_path){.path = path,
                                        .named = named,
                                        .bytes = regular ? (uint64_t)status->st_size : 0,
                                        .modified_usec = regular ? modified : TIME_NONE});
}

static void expand_path(struct expansion *expansion, const char *path, bool named)
{
    struct stat status, link;
    if (is_excluded(expansion, path))
        return;
    if (stat(path, &status) != 0) {
        complain(expansion, path);
        return;
    }
    if (!S_ISDIR(status.st_mode))
        add_file(expansion, path, &status, named);
    else if (named || (lstat(path, &link) == 0 && !S_ISLNK(link.st_mode)))
        expand_folder(expansion, path);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Its entries as paths, so that no folder is open while another is read. */
static char **list_folder(struct arena *arena, const char *path, size_t *ret_count)
{
    DIR *folder = opendir(path);
    if (!folder)
        return NULL;
    char **entries = NULL;
    size_t count = 0, capacity = 0;
    const char *separator = path[strlen(path) - 1] == '/' ? "" : "/";
    for (struct dirent *entry; (errno = 0, entry = readdir(folder));) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (count == capacity) {
            capacity = capacity ? capacity * 2 : 64;
            entries = xrealloc(entries, capacity, sizeof *entries);
        }
        entries[count++] = arena_printf(arena, "%s%s%s", path, separator, entry->d_name);
    }
    closedir(folder);
    *ret_count = count;
    return entries ? entries : xmalloc(1);
}

static void expand_folder(struct expansion *expansion, const char *path)
{
    struct arena arena = {0};
    size_t count = 0;
    char **entries = list_folder(&arena, path, &count);
    if (!entries) {
        complain(expansion, path);
        return;
    }
    qsort(entries, count, sizeof *entries, by_name);
    for (size_t i = 0; i < count; i++)
        expand_path(expansion, entries[i], false);
    free(entries);
    arena_free(&arena);
}

void source_expand(struct arena *arena, const char *const *paths, size_t count,
                   const char *const *exclude, size_t exclude_count, source_complain *complain_to,
                   void *user, struct source_paths *ret)
{
    struct expansion expansion = {.arena = arena,
                                  .exclude = exclude,
                                  .exclude_count = exclude_count,
                                  .complain = complain_to,
                                  .user = user};
    for (size_t i = 0; i < count; i++) {
        if (strcmp(paths[i], "-") == 0)
            add(&expansion,
                (struct source_path){.path = "-", .named = true, .modified_usec = TIME_NONE});
        else
            expand_path(&expansion, paths[i], true);
    }
    ret->count = expansion.count;
    ret->items = arena_alloc(arena, expansion.count * sizeof *ret->items);
    if (expansion.count > 0)
        memcpy(ret->items, expansion.items, expansion.count * sizeof *ret->items);
    free(expansion.items);
}
