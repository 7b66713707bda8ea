#define _GNU_SOURCE /* getline, nftw */
#include "case_check.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "case_sums.h"

static void check_file(int folder, const struct case_sum *sum, case_say *say, void *user,
                       size_t *ret_files)
{
    char digest[CASE_SUM_HEX + 1];
    if (!case_file_digest(folder, sum->name, digest))
        say(user, sum->name, "is missing, or cannot be read");
    else if (strcmp(digest, sum->digest) != 0)
        say(user, sum->name, "its SHA-256 is not the one in SHA256SUMS");
    else
        ++*ret_files;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct case_sum *)a)->name, ((const struct case_sum *)b)->name);
}

static const struct case_sum *find(const struct case_sums *sums, const char *name)
{
    struct case_sum key = {.name = name};
    return sums->count ? bsearch(&key, sums->items, sums->count, sizeof key, by_name) : NULL;
}

bool case_check(const char *dir, case_say *say, void *user, size_t *ret_files, struct err *err)
{
    struct arena arena = {0};
    struct case_sums sums, found;
    *ret_files = 0;
    int folder = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = folder >= 0 || err_sys(err, STATUS_USAGE, dir);
    ok = ok && case_sums_read(folder, dir, &arena, &sums, say, user, err);
    if (ok) {
        qsort(sums.items, sums.count, sizeof *sums.items, by_name);
        for (size_t i = 0; i < sums.count; i++)
            check_file(folder, &sums.items[i], say, user, ret_files);
        case_files(folder, &arena, &found);
        for (size_t i = 0; i < found.count; i++)
            if (strcmp(found.items[i].name, "SHA256SUMS") != 0 && !find(&sums, found.items[i].name))
                say(user, found.items[i].name, "is not in SHA256SUMS");
    }
    if (folder >= 0)
        close(folder);
    arena_free(&arena);
    return ok;
}

enum { SHOWN = 150 };

static bool next_line(FILE *file, char **line, size_t *room, ssize_t *len)
{
    *len = file ? getline(line, room, file) : -1;
    if (*len > 0 && (*line)[*len - 1] == '\n')
        (*line)[--*len] = '\0';
    return *len >= 0;
}

/* The first line in which they differ, both as far as they can be shown. */
static const char *first_difference(FILE *a, FILE *b, struct arena *arena)
{
    char *x = NULL, *y = NULL;
    size_t x_room = 0, y_room = 0;
    ssize_t x_len, y_len;
    const char *ret = "differs from what the logs give";
    for (unsigned long number = 1;; number++) {
        bool more_x = next_line(a, &x, &x_room, &x_len), more_y = next_line(b, &y, &y_room, &y_len);
        if (!more_x && !more_y)
            break;
        if (more_x == more_y && x_len == y_len && memcmp(x, y, (size_t)x_len) == 0)
            continue;
        if ((more_x && strlen(x) != (size_t)x_len) || (more_y && strlen(y) != (size_t)y_len))
            break; /* not a text */
        ret = arena_printf(arena, "line %lu is %s%.*s%s, the logs give %s%.*s%s", number,
                           more_x ? "\"" : "missing", more_x ? SHOWN : 0, more_x ? x : "",
                           more_x ? "\"" : "", more_y ? "\"" : "no such line", more_y ? SHOWN : 0,
                           more_y ? y : "", more_y ? "\"" : "");
        break;
    }
    free(x);
    free(y);
    return ret;
}

static void say_difference(int a, int b, const char *name, case_say *say, void *user)
{
    struct arena arena = {0};
    FILE *x = case_open(a, name), *y = case_open(b, name);
    if (!x)
        say(user, name, "is missing: the logs give one");
    else if (!y)
        say(user, name, "the logs give no such file");
    else
        say(user, name, first_difference(x, y, &arena));
    if (x)
        fclose(x);
    if (y)
        fclose(y);
    arena_free(&arena);
}

static bool differs_by_nature(const char *name, bool without_reports)
{
    struct str rest = str_of(name);
    if (str_take(&rest, STR("abuse/")) && str_find_last_char(rest, '/') != STR_NOT_FOUND)
        return without_reports;
    return strcmp(name, "run.json") == 0 || strcmp(name, "SHA256SUMS") == 0;
}

/* What the one to judge has, and what it lacks. */
struct pair_of_cases {
    int a, b;
    struct case_sums files, others;
    bool without_reports;
};

static void compare(const struct pair_of_cases *cases, case_say *say, void *user)
{
    const struct case_sums *files = &cases->files, *others = &cases->others;
    int a = cases->a, b = cases->b;
    char x[CASE_SUM_HEX + 1], y[CASE_SUM_HEX + 1];
    for (size_t i = 0; i < files->count; i++) {
        const char *name = files->items[i].name;
        if (differs_by_nature(name, cases->without_reports))
            continue;
        if (!case_file_digest(a, name, x) || !case_file_digest(b, name, y) || strcmp(x, y) != 0)
            say_difference(a, b, name, say, user);
    }
    for (size_t i = 0; i < others->count; i++)
        if (!differs_by_nature(others->items[i].name, cases->without_reports) &&
            !case_file_digest(a, others->items[i].name, x))
            say_difference(a, b, others->items[i].name, say, user);
}

bool case_compare(const char *dir, const char *other, bool without_reports, case_say *say,
                  void *user, struct err *err)
{
    struct arena arena = {0};
    struct pair_of_cases cases = {.a = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC),
                                  .b = open(other, O_RDONLY | O_DIRECTORY | O_CLOEXEC),
                                  .without_reports = without_reports};
    bool ok = cases.a >= 0 ? cases.b >= 0 || err_sys(err, STATUS_OUTPUT, other)
                           : err_sys(err, STATUS_USAGE, dir);
    if (ok) {
        case_files(cases.a, &arena, &cases.files);
        case_files(cases.b, &arena, &cases.others);
        compare(&cases, say, user);
    }
    if (cases.a >= 0)
        close(cases.a);
    if (cases.b >= 0)
        close(cases.b);
    arena_free(&arena);
    return ok;
}
