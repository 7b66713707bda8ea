#define _GNU_SOURCE /* sched_getaffinity */
#include "machine.h"

#include <glob.h>
#include <sched.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MEMORY_DEFAULT_MAX = 512 * 1024 * 1024, PATH_ROOM = 4096 };

static unsigned affinity_threads(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0)
        return (unsigned)CPU_COUNT(&set);
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (unsigned)online : 1;
}

/* The first line of name in the folder of the cgroup; false if there is none. */
static bool read_cgroup_file(const char *group, const char *name, char *line, size_t size)
{
    char path[PATH_ROOM + 64];
    int len = snprintf(path, sizeof path, "/sys/fs/cgroup%s/%s", group, name);
    FILE *file = len > 0 && (size_t)len < sizeof path ? fopen(path, "r") : NULL;
    if (!file)
        return false;
    bool ok = fgets(line, (int)size, file) != NULL;
    fclose(file);
    return ok;
}

/* Path of this process's group in the unified hierarchy, "" for its root. */
static void find_cgroup(char *group, size_t size)
{
    char line[PATH_ROOM];
    FILE *file = fopen("/proc/self/cgroup", "r");
    group[0] = '\0';
    while (file && fgets(line, sizeof line, file)) {
        if (strncmp(line, "0::/", 4) != 0)
            continue;
        line[strcspn(line, "\n")] = '\0';
        snprintf(group, size, "%s", strcmp(line + 3, "/") == 0 ? "" : line + 3);
    }
    if (file)
        fclose(file);
}

/* Calls smallest for every group from this process's own up to the root: each of them limits. */
static uint64_t smallest_of_groups(const char *name, uint64_t (*limit)(const char *line))
{
    char group[PATH_ROOM], line[256];
    uint64_t smallest = UINT64_MAX;
    find_cgroup(group, sizeof group);
    for (;;) {
        if (read_cgroup_file(group, name, line, sizeof line)) {
            uint64_t here = limit(line);
            smallest = here < smallest ? here : smallest;
        }
        char *slash = strrchr(group, '/');
        if (!slash)
            return smallest;
        *slash = '\0';
    }
}

/* "150000 100000" is one and a half cores: two threads. */
static uint64_t cpu_limit(const char *line)
{
    unsigned long long quota, period;
    if (sscanf(line, "%llu %llu", &quota, &period) != 2 || period == 0)
        return UINT64_MAX;
    return quota / period + (quota % period != 0);
}

static uint64_t memory_limit(const char *line)
{
    unsigned long long bytes;
    return sscanf(line, "%llu", &bytes) == 1 ? bytes : UINT64_MAX;
}

unsigned machine_threads(void)
{
    uint64_t group = smallest_of_groups("cpu.max", cpu_limit);
    unsigned cores = affinity_threads();
    if (group == 0)
        return 1;
    return group < cores ? (unsigned)group : cores;
}

uint64_t machine_memory(void)
{
    uint64_t group = smallest_of_groups("memory.max", memory_limit);
    long pages = sysconf(_SC_PHYS_PAGES), page_bytes = sysconf(_SC_PAGE_SIZE);
    uint64_t machine = pages > 0 && page_bytes > 0 ? (uint64_t)pages * (uint64_t)page_bytes
                                                   : 4 * (uint64_t)MEMORY_DEFAULT_MAX;
    uint64_t quarter = (group < machine ? group : machine) / 4;
    return quarter < MEMORY_DEFAULT_MAX ? quarter : MEMORY_DEFAULT_MAX;
}

/* Where mail servers write; a rotated set is the file itself and whatever has its name in front. */
static const struct {
    const char *path;
    bool rotated;
} log_places[] = {
    {"/var/log/mail.log", true},     {"/var/log/maillog", true},    {"/var/log/mail.err", true},
    {"/var/log/carbonio.log", true}, {"/var/log/zimbra.log", true}, {"/var/log/mail/*", false},
    {"/var/log/dovecot.log", true},  {"/var/log/journal", false},
};

struct found {
    size_t count; /* readable */
    bool hidden;  /* some are there that this user may not read */
    char first[PATH_ROOM];
};

static bool is_log(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && (S_ISDIR(st.st_mode) || (S_ISREG(st.st_mode) && st.st_size > 0));
}

static void find_logs(const char *pattern, struct found *found)
{
    glob_t hits;
    if (glob(pattern, 0, NULL, &hits) != 0)
        return;
    for (size_t i = 0; i < hits.gl_pathc; i++) {
        const char *path = hits.gl_pathv[i];
        if (!is_log(path))
            continue;
        if (access(path, R_OK) != 0) {
            found->hidden = true;
            continue;
        }
        if (found->count++ == 0)
            snprintf(found->first, sizeof found->first, "%s", path);
    }
    globfree(&hits);
}

/* One place of the table: how many files, and the words that name them all on a command line. */
static void print_place(FILE *out, const char *pattern, const struct found *found)
{
    if (found->count == 1)
        fprintf(out, "  %s\n", found->first);
    else
        fprintf(out, "  %s (%zu files)\n", pattern, found->count);
}

void machine_print_logs(FILE *out, const char *root)
{
    char try[PATH_ROOM] = "", pattern[PATH_ROOM];
    bool any = false, hidden = false;
    for (size_t i = 0; i < sizeof log_places / sizeof *log_places; i++) {
        struct found found = {0};
        snprintf(pattern, sizeof pattern, "%s%s%s", root, log_places[i].path,
                 log_places[i].rotated ? "*" : "");
        find_logs(pattern, &found);
        hidden |= found.hidden;
        if (found.count == 0)
            continue;
        if (!any) {
            fputs("\nMail logs on this machine:\n", out);
            snprintf(try, sizeof try, "%s", found.count == 1 ? found.first : pattern);
        }
        any = true;
        print_place(out, pattern, &found);
    }
    if (any)
        fprintf(out, "Try: postmortem -o case %s\n", try);
    if (hidden)
        fputs("There are mail logs that only root or group adm may read: try sudo postmortem\n",
              out);
    if (!any && !hidden)
        fputs("\nNo mail logs in the usual places of this machine.\n", out);
}
