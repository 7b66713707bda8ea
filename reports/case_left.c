#define _GNU_SOURCE /* O_DIRECTORY */
#include "case_left.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tree.h"

enum { PREFIX = 256, DIGITS = 6 };

void case_left_lock(int folder)
{
    (void)flock(folder, LOCK_EX | LOCK_NB); /* where that does not work nothing is cleared either */
}

static bool is_left(int parent, const char *name)
{
    struct stat stat;
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool left =
        fstat(fd, &stat) == 0 && stat.st_uid == geteuid() && flock(fd, LOCK_EX | LOCK_NB) == 0;
    close(fd);
    return left && !tree_is_empty(parent, name); /* an empty one may not be locked yet */
}

void case_left_clear(int parent, const char *base)
{
    char prefix[PREFIX];
    int len = snprintf(prefix, sizeof prefix, ".%.200s.%s-", base, CASE_PARTIAL);
    int fd = openat(parent, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *names = fd >= 0 ? fdopendir(fd) : NULL;
    if (!names) {
        if (fd >= 0)
            close(fd);
        return;
    }
    for (struct dirent *entry; (entry = readdir(names));) {
        const char *digits = entry->d_name + len;
        if (strncmp(entry->d_name, prefix, (size_t)len) == 0 && strlen(digits) == DIGITS &&
            strspn(digits, "0123456789abcdef") == DIGITS && is_left(parent, entry->d_name))
            (void)tree_remove(parent, entry->d_name);
    }
    closedir(names);
}
