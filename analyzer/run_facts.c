#define _GNU_SOURCE /* clock_gettime */
#include "run_facts.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int64_t now_usec(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * USEC_PER_SEC + now.tv_nsec / 1000;
}

/* https://reproducible-builds.org/specs/source-date-epoch/ */
static struct when source_date_epoch(void)
{
    const char *text = getenv("SOURCE_DATE_EPOCH");
    uint64_t seconds;
    if (!text || !str_to_u64(str_of(text), &seconds) || seconds > UINT32_MAX)
        return (struct when){0, 0};
    return (struct when){(int64_t)seconds * USEC_PER_SEC, 0};
}

struct run_info run_info_of(const struct settings *settings, const struct command_line *line,
                            struct str actions, int64_t began_usec, int64_t ended_usec)
{
    return (struct run_info){
        .arguments = line->arguments,
        .argument_count = line->count,
        .case_id = settings->case_id,
        .operator_name = settings->operator_name,
        .temp_dir = settings->temp_dir,
        .threads = settings->threads,
        .memory_bytes = settings->memory_bytes,
        .sandbox = settings->sandbox,
        .started = {began_usec, 0},
        .finished = {ended_usec, 0},
        .actions = actions,
        .epoch = source_date_epoch(),
        .settings = settings,
    };
}

bool actions_read(const struct settings *settings, struct arena *arena, struct str *ret,
                  struct err *err)
{
    enum { ACTIONS_BYTES = 64 << 10 };
    const char *path = settings->actions_file;
    *ret = (struct str){NULL, 0};
    FILE *file = path ? fopen(path, "re") : NULL;
    if (path && !file)
        return err_sys(err, STATUS_USAGE, path);
    if (!file)
        return true;
    char *text = arena_chars(arena, ACTIONS_BYTES);
    *ret = (struct str){text, fread(text, 1, ACTIONS_BYTES, file)};
    bool whole = ret->len < ACTIONS_BYTES && !ferror(file);
    fclose(file);
    return whole ||
           err_set(err, STATUS_USAGE, "%s: unreadable, or not a text of less than 64 KiB", path);
}
