#include "case_options.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "complain.h"
#include "option_table.h"

enum { WORDS_MORE = 8 };

/* --timezone has another meaning there: the zone of the logs, not that shown. */
static const struct option *option_of(const char *name)
{
    for (const struct option *option = option_table; option->name; option++)
        if (strcmp(option->name, name) == 0)
            return option->flags & OPTION_RESULT && option->commands & 1u << COMMAND_REPORT &&
                           strcmp(name, "timezone") != 0
                       ? option
                       : NULL;
    return NULL;
}

static bool is_flag(const char *name)
{
    const struct option *option = option_table;
    while (option->name && strcmp(option->name, name) != 0)
        option++;
    return option->name && !option->value;
}

static bool is_given(const struct settings *given, const char *name)
{
    for (size_t i = 0; i < given->given.count; i++)
        if (strcmp(given->given.items[i].key, name) == 0)
            return true;
    return false;
}

static bool is_there(const struct option *option, const char *path)
{
    bool file = option->kind == OPTION_FILE || option->kind == OPTION_FILE_LIST;
    if (!file || access(path, R_OK) == 0)
        return true;
    complain_path(NULL, path, "named by the case, cannot be read now: left out");
    return false;
}

/* The command line that the case amounts to, with what was given now. */
static size_t write_words(const struct settings *given, const struct report *report,
                          struct arena *arena, char **words)
{
    size_t count = 0;
    words[count++] = arena_cstr(arena, STR("postmortem"));
    words[count++] = arena_cstr(arena, STR("report"));
    for (uint32_t i = 0; i < report->option_count; i++) {
        const char *name = report->options[2 * i], *value = report->options[2 * i + 1];
        const struct option *option = option_of(name);
        if (option && !is_given(given, name) && is_there(option, value))
            words[count++] = arena_printf(arena, "--%s=%s", name, value);
    }
    for (size_t i = 0; i < given->given.count; i++) {
        const struct pair *pair = &given->given.items[i];
        words[count++] = is_flag(pair->key)
                             ? arena_printf(arena, "--%s", pair->key)
                             : arena_printf(arena, "--%s=%s", pair->key, pair->value);
    }
    words[count++] = arena_cstr(arena, STR("--"));
    words[count++] = arena_cstr(arena, str_of(given->paths.items[0]));
    return count;
}

/* In the order of the table, as an investigation with all of them would have it. */
static void replace_options(const struct settings *given, struct report *report,
                            struct arena *arena)
{
    size_t room = 2 * (report->option_count + given->given_result.count) + 2;
    const char **words = arena_alloc(arena, room * sizeof *words);
    uint32_t count = 0;
    for (const struct option *option = option_table; option->name; option++) {
        bool anew = option_of(option->name) && is_given(given, option->name);
        for (uint32_t i = 0; i < report->option_count; i++)
            if (!anew && strcmp(report->options[2 * i], option->name) == 0) {
                words[2 * count] = report->options[2 * i];
                words[2 * count++ + 1] = report->options[2 * i + 1];
            }
        for (size_t i = 0; anew && i < given->given_result.count; i++)
            if (strcmp(given->given_result.items[i].key, option->name) == 0) {
                words[2 * count] = given->given_result.items[i].key;
                words[2 * count++ + 1] = given->given_result.items[i].value;
            }
    }
    report->options = words;
    report->option_count = count;
}

bool case_options(const struct settings *given, struct report *report, struct arena *arena,
                  struct settings *ret, struct err *err)
{
    struct options options;
    char **words = xcalloc(report->option_count + given->given.count + WORDS_MORE, sizeof(char *));
    size_t count = write_words(given, report, arena, words);
    bool ok = options_parse((int)count, words, arena, &options, err);
    free(words);
    if (!ok)
        return false;
    replace_options(given, report, arena);
    *ret = options.settings;
    ret->threads = given->threads;
    ret->color = given->color;
    return true;
}
