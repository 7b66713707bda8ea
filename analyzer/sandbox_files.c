#define _GNU_SOURCE /* O_PATH, strerrordesc_np */
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox_parts.h"

/* The C library has no functions for these; headers older than a right lack its name. */
#define ACCESS_TRUNCATE (UINT64_C(1) << 14) /* since ABI 3 */
#define ACCESS_FIRST (LANDLOCK_ACCESS_FS_MAKE_SYM * UINT64_C(2) - 1)
#define ACCESS_READ (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define ACCESS_WRITE                                                                               \
    (ACCESS_READ | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG |                   \
     LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |                                \
     LANDLOCK_ACCESS_FS_REMOVE_DIR | ACCESS_TRUNCATE)
#define ACCESS_OF_FILE                                                                             \
    (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | ACCESS_TRUNCATE)

/* A place that cannot be opened now cannot be opened later either. A pipe is no place: the kernel
 * answers EBADFD, and lets it be read. */
static bool allow(int rules, uint64_t handled, const struct sandbox_place *place)
{
    struct stat stat;
    uint64_t access = (place->written ? ACCESS_WRITE : ACCESS_READ) & handled;
    int fd = open(place->path, O_PATH | O_CLOEXEC);
    if (fd < 0)
        return true;
    if (fstat(fd, &stat) != 0 || !S_ISDIR(stat.st_mode))
        access &= ACCESS_OF_FILE;
    struct landlock_path_beneath_attr beneath = {.allowed_access = access, .parent_fd = fd};
    bool ok = syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) == 0 ||
              errno == EBADFD;
    close(fd);
    return ok;
}

static bool enter(int rules, uint64_t handled, const struct sandbox_place *places, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!allow(rules, handled, &places[i]))
            return false;
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           syscall(SYS_landlock_restrict_self, rules, 0) == 0;
}

const char *sandbox_files(const struct sandbox_place *places, size_t count)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    struct landlock_ruleset_attr wanted = {ACCESS_FIRST};
    if (version >= 3)
        wanted.handled_access_fs |= ACCESS_TRUNCATE;
    int rules = version < 1 ? -1
                            : (int)syscall(SYS_landlock_create_ruleset, &wanted,
                                           sizeof wanted.handled_access_fs, 0);
    if (rules < 0)
        return strerrordesc_np(errno);
    bool ok = enter(rules, wanted.handled_access_fs, places, count);
    int why = errno;
    close(rules);
    return ok ? NULL : strerrordesc_np(why);
}
