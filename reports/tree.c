#define _GNU_SOURCE /* fdopendir */
#include "tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { DEPTH_MAX = 64 };

static bool remove_entry(int directory, const char *name, unsigned depth);

static DIR *open_folder(int directory, const char *name)
{
    int fd = openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *stream = fd >= 0 ? fdopendir(fd) : NULL;
    if (!stream && fd >= 0)
        close(fd);
    return stream;
}

static bool is_itself(const struct dirent *entry)
{
    return strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
}

static bool remove_contents(DIR *stream, unsigned depth)
{
    const struct dirent *entry;
    bool ok = true;
    int saved = 0;
    while ((entry = readdir(stream)) != NULL) {
        if (is_itself(entry))
            continue;
        if (!remove_entry(dirfd(stream), entry->d_name, depth)) {
            saved = errno;
            ok = false;
        }
    }
    errno = saved;
    return ok;
}

static bool remove_entry(int directory, const char *name, unsigned depth)
{
    if (unlinkat(directory, name, 0) == 0)
        return true;
    if (errno != EISDIR && errno != EPERM)
        return false;
    if (depth == DEPTH_MAX) {
        errno = ELOOP;
        return false;
    }
    DIR *stream = open_folder(directory, name);
    if (!stream)
        return false;
    bool ok = remove_contents(stream, depth + 1);
    int saved = errno;
    closedir(stream);
    errno = saved;
    return ok && unlinkat(directory, name, AT_REMOVEDIR) == 0;
}

bool tree_remove(int directory, const char *name)
{
    return remove_entry(directory, name, 0);
}

bool tree_is_empty(int directory, const char *name)
{
    DIR *stream = open_folder(directory, name);
    const struct dirent *entry;
    if (!stream)
        return false;
    while ((entry = readdir(stream)) != NULL && is_itself(entry))
        ;
    closedir(stream);
    return !entry;
}
