#define _GNU_SOURCE /* getdelim */
#include "options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command_table.h"
#include "nearest.h"
#include "option_table.h"

enum { CHOSEN_MAX = 100000 };

/* An option as it was found: first all are collected, then the file gives way to the flags, then
 * all are stored. */
struct chosen {
    const struct option *option;
    const char *value; /* NULL for a flag */
};

struct parsing {
    struct arena *arena;
    struct err *err;
    struct chosen *chosen;
    size_t chosen_count, chosen_room;
    struct list paths;
    size_t paths_room;
    bool has_command;
    enum command command;
};

static bool parse_add(struct parsing *parsing, const struct option *option, const char *value)
{
    if (option->flags & OPTION_LATER)
        return err_set(parsing->err, STATUS_USAGE, "--%s: not in this version", option->name);
    if (parsing->chosen_count == CHOSEN_MAX)
        return err_set(parsing->err, STATUS_USAGE, "more than %d options", CHOSEN_MAX);
    if (parsing->chosen_count == parsing->chosen_room) {
        parsing->chosen_room = parsing->chosen_room ? 2 * parsing->chosen_room : 16;
        parsing->chosen = xrealloc(parsing->chosen, parsing->chosen_room, sizeof *parsing->chosen);
    }
    parsing->chosen[parsing->chosen_count++] = (struct chosen){option, value};
    return true;
}

static void path_add(struct parsing *parsing, const char *path)
{
    struct list *paths = &parsing->paths;
    if (paths->count == parsing->paths_room) {
        parsing->paths_room = parsing->paths_room ? 2 * parsing->paths_room : 16;
        const char **items = arena_alloc(parsing->arena, parsing->paths_room * sizeof *items);
        if (paths->count)
            memcpy(items, paths->items, paths->count * sizeof *items);
        paths->items = items;
    }
    paths->items[paths->count++] = path;
}

static bool takes_value(const struct option *option)
{
    return option->kind != OPTION_FLAG && option->kind != OPTION_COUNT;
}

static const struct option *find_by_name(struct str name)
{
    for (const struct option *option = option_table; option->name; option++)
        if (str_eq(str_of(option->name), name))
            return option;
    return NULL;
}

static const struct option *find_by_letter(char letter)
{
    for (const struct option *option = option_table; option->name; option++)
        if (option->letter && option->letter == letter)
            return option;
    return NULL;
}

static bool unknown_option(struct err *err, struct str name)
{
    struct nearest nearest = nearest_begin(name);
    for (const struct option *option = option_table; option->name; option++)
        if (!(option->flags & (OPTION_HIDDEN | OPTION_LATER)))
            nearest_try(&nearest, option->name);
    if (!nearest.best)
        return err_set(err, STATUS_USAGE, "unknown option --%.*s (see --help)",
                       (int)(name.len < 100 ? name.len : 100), name.ptr);
    return err_set(err, STATUS_USAGE, "unknown option --%.*s, did you mean --%s?",
                   (int)(name.len < 100 ? name.len : 100), name.ptr, nearest.best);
}

/* "name", "name=value", or "name" with the value in *next, which is then set to NULL. */
static bool parse_long(struct parsing *parsing, const char *text, const char **next)
{
    struct str rest = str_of(text), name = rest;
    bool has_value = str_cut(&rest, STR("="), &name);
    const struct option *option = find_by_name(name);
    if (!option)
        return unknown_option(parsing->err, name);
    if (!takes_value(option)) {
        if (has_value)
            return err_set(parsing->err, STATUS_USAGE, "--%s takes no value", option->name);
        return parse_add(parsing, option, NULL);
    }
    if (has_value)
        return parse_add(parsing, option, rest.ptr);
    if (!*next)
        return err_set(parsing->err, STATUS_USAGE, "--%s needs a value: %s", option->name,
                       option->value);
    const char *value = *next;
    *next = NULL;
    return parse_add(parsing, option, value);
}

/* "qv", "j2", or "j" with the value in *next, which is then set to NULL. */
static bool parse_letters(struct parsing *parsing, const char *letters, const char **next)
{
    for (; *letters; letters++) {
        const struct option *option = find_by_letter(*letters);
        const char *value = NULL;
        if (!option)
            return err_set(parsing->err, STATUS_USAGE, "unknown option -%c (see --help)",
                           *letters > ' ' && *letters <= '~' ? *letters : '?');
        if (takes_value(option)) {
            value = letters[1] ? letters + 1 : *next;
            if (!value)
                return err_set(parsing->err, STATUS_USAGE, "-%c needs a value: %s", *letters,
                               option->value);
            if (value == *next)
                *next = NULL;
            return parse_add(parsing, option, value);
        }
        if (!parse_add(parsing, option, NULL))
            return false;
    }
    return true;
}

/* The first word that is no option may be a command; a file of that name is given as "./explain".
 */
static bool parse_word(struct parsing *parsing, const char *word)
{
    bool first = !parsing->has_command && parsing->paths.count == 0;
    for (unsigned i = 0; first && i < COMMAND_COUNT; i++) {
        const struct command_info *command = &command_table[i];
        if (!command->name || strcmp(word, command->name) != 0)
            continue;
        if (command->later)
            return err_set(parsing->err, STATUS_USAGE,
                           "%s: not in this version (a file of that name: ./%s)", word, word);
        parsing->has_command = true;
        parsing->command = (enum command)i;
        return true;
    }
    path_add(parsing, word);
    return true;
}

static bool parse_arguments(struct parsing *parsing, int argc, char *const *argv)
{
    bool only_paths = false;
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i], *next = i + 1 < argc ? argv[i + 1] : NULL;
        bool had_next = next, ok;
        if (only_paths) {
            path_add(parsing, word);
            continue;
        }
        if (strcmp(word, "--") == 0) {
            only_paths = true;
            continue;
        }
        if (word[0] != '-' || !word[1])
            ok = parse_word(parsing, word);
        else if (word[1] == '-')
            ok = parse_long(parsing, word + 2, &next);
        else
            ok = parse_letters(parsing, word + 1, &next);
        if (!ok)
            return false;
        i += had_next && !next;
    }
    return true;
}

/* One line of the file: "name", "name=value", "name = value" or "name value", with or without "--"
 * in front. */
static bool parse_config_line(struct parsing *parsing, char *line, size_t flag_count)
{
    struct str text = str_trim(str_of(line));
    str_take(&text, STR("--"));
    if (text.len == 0 || text.ptr[0] == '#')
        return true;
    char *copy = arena_cstr(parsing->arena, text);
    size_t name_len = strcspn(copy, " \t=");
    const char *value = NULL;
    if (copy[name_len] && copy[name_len] != '=') {
        struct str rest = str_trim(str_of(copy + name_len));
        str_take(&rest, STR("="));
        value = str_trim(rest).ptr;
        copy[name_len] = '\0';
    }
    const struct option *option = find_by_name((struct str){copy, name_len});
    if (option && strcmp(option->name, "config") == 0)
        return err_set(parsing->err, STATUS_USAGE, "--config inside a configuration file");
    for (size_t i = 0; option && i < flag_count; i++)
        if (parsing->chosen[i].option == option)
            return true;
    if (!parse_long(parsing, copy, &value))
        return false;
    if (value)
        return err_set(parsing->err, STATUS_USAGE, "--%s takes no value", copy);
    return true;
}

/* An option that the command line has is left out of the file, with all its values. */
static bool parse_config(struct parsing *parsing, const char *path)
{
    size_t flag_count = parsing->chosen_count, room = 0, number = 0;
    char *line = NULL;
    bool ok = true;
    FILE *file = fopen(path, "r");
    if (!file)
        return err_sys(parsing->err, STATUS_USAGE, path);
    for (ssize_t len; ok && (len = getline(&line, &room, file)) >= 0;) {
        number++;
        line[strcspn(line, "\r\n")] = '\0';
        ok = parse_config_line(parsing, line, flag_count);
    }
    if (!ok) {
        char why[sizeof parsing->err->text];
        memcpy(why, parsing->err->text, sizeof why);
        err_set(parsing->err, STATUS_USAGE, "%.150s:%zu: %.300s", path, number, why);
    }
    free(line);
    fclose(file);
    return ok;
}

static bool applies(const struct chosen *chosen, const struct parsing *parsing)
{
    return chosen->option->commands & (1 << parsing->command);
}

static const char *command_name(enum command command)
{
    return command_table[command].name ? command_table[command].name : "postmortem";
}

/* Options that the command has no use for are an error on the command line, and passed over in the
 * file, which serves all commands. */
static bool check_commands(const struct parsing *parsing, size_t flag_count)
{
    for (size_t i = 0; i < flag_count; i++)
        if (!applies(&parsing->chosen[i], parsing))
            return err_set(parsing->err, STATUS_USAGE, "%s takes no --%s",
                           command_name(parsing->command), parsing->chosen[i].option->name);
    return true;
}

static bool is_list(const struct option *option)
{
    return option->kind >= OPTION_TEXT_LIST;
}

static void remember(struct pairs *pairs, const struct chosen *chosen)
{
    pairs->items[pairs->count++] =
        (struct pair){chosen->option->name, chosen->value ? chosen->value : "true"};
}

/* In the order of the table, so that the same options in another order are the same run. */
static bool store_all(struct parsing *parsing, struct options *ret)
{
    struct settings *settings = &ret->settings;
    size_t bytes = parsing->chosen_count * sizeof(struct pair);
    settings->given.items = arena_alloc(parsing->arena, bytes);
    settings->given_result.items = arena_alloc(parsing->arena, bytes);
    for (const struct option *option = option_table; option->name; option++) {
        const struct chosen *last = NULL;
        for (size_t i = 0; i < parsing->chosen_count; i++) {
            const struct chosen *chosen = &parsing->chosen[i];
            if (chosen->option != option || !applies(chosen, parsing))
                continue;
            if (!option_store(option, chosen->value, parsing->arena, ret, parsing->err))
                return false;
            if (last && is_list(option)) {
                remember(&settings->given, last);
                if (option->flags & OPTION_RESULT)
                    remember(&settings->given_result, last);
            }
            last = chosen;
        }
        if (last) {
            remember(&settings->given, last);
            if (option->flags & OPTION_RESULT)
                remember(&settings->given_result, last);
        }
    }
    return true;
}

static bool read_path_list(struct parsing *parsing, const char *name, bool nul_separated)
{
    size_t room = 0;
    char *line = NULL;
    bool is_stdin = strcmp(name, "-") == 0;
    FILE *file = is_stdin ? stdin : fopen(name, "r");
    if (!file)
        return err_sys(parsing->err, STATUS_USAGE, name);
    for (ssize_t len; (len = getdelim(&line, &room, nul_separated ? '\0' : '\n', file)) >= 0;) {
        size_t path_len = (size_t)len;
        while (path_len && (line[path_len - 1] == (nul_separated ? '\0' : '\n') ||
                            (!nul_separated && line[path_len - 1] == '\r')))
            path_len--;
        if (path_len)
            path_add(parsing, arena_cstr(parsing->arena, (struct str){line, path_len}));
    }
    bool failed = ferror(file);
    if (failed)
        err_sys(parsing->err, STATUS_USAGE, name);
    free(line);
    if (!is_stdin)
        fclose(file);
    return !failed;
}

static bool check_format(const struct options *options, struct err *err)
{
    static const char *const names[] = {"text", "json", "jsonl", "csv"};
    unsigned formats = command_table[options->command].formats;
    char text[64] = "";
    if (!formats || formats & 1u << options->settings.format)
        return true;
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
        bool last = !(formats >> i >> 1);
        if (formats & 1u << i)
            snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s",
                     !text[0] ? ""
                     : last   ? " or "
                              : ", ",
                     names[i]);
    }
    return err_set(err, STATUS_USAGE, "%s writes %s", command_name(options->command), text);
}

static bool has_filter(const struct settings *settings)
{
    return settings->trace.queue_ids.count || settings->trace.message_ids.count ||
           settings->trace.senders.count || settings->trace.recipients.count ||
           settings->trace.ips.count || settings->accounts.count ||
           settings->since.kind != LIMIT_NONE || settings->until.kind != LIMIT_NONE;
}

static bool check_whole(const struct options *options, struct err *err)
{
    const struct settings *settings = &options->settings;
    const struct time_limit *since = &settings->since, *until = &settings->until;
    if (!check_format(options, err))
        return false;
    if (options->command == COMMAND_TRACE && !has_filter(settings))
        return err_set(err, STATUS_USAGE,
                       "trace needs a filter: --queue-id, --message-id, --sender, --recipient, "
                       "--account, --ip, --since or --until");
    bool comparable = since->kind == until->kind && since->kind != LIMIT_NONE;
    bool back = since->kind == LIMIT_BACK;
    int64_t end = until->usec + (until->whole_day ? (int64_t)SEC_PER_DAY * USEC_PER_SEC : 0);
    if (comparable && (back ? since->usec <= until->usec : since->usec >= end))
        return err_set(err, STATUS_USAGE, "--since is not before --until: nothing is between them");
    if (settings->no_history && since->kind == LIMIT_NONE)
        return err_set(err, STATUS_USAGE, "--no-history needs --since");
    if (settings->clobber && !settings->output_dir)
        return err_set(err, STATUS_USAGE, "--clobber needs --output");
    return true;
}

static size_t needed_arguments(enum command command)
{
    return command == COMMAND_SHOW ? 2 : 1;
}

static const char *missing_argument(enum command command)
{
    if (command == COMMAND_SHOW)
        return "LOCATOR or PATH";
    return command == COMMAND_REPORT || command == COMMAND_VERIFY ? "CASE" : "PATH";
}

static bool check_paths(const struct parsing *parsing, const struct options *options, int argc)
{
    unsigned from_stdin = 0;
    for (size_t i = 0; i < parsing->paths.count; i++) {
        if (parsing->paths.items[i][0] == '\0')
            return err_set(parsing->err, STATUS_USAGE, "a PATH is empty");
        from_stdin += strcmp(parsing->paths.items[i], "-") == 0;
    }
    for (size_t i = 0; i < options->files_from.count; i++)
        from_stdin += strcmp(options->files_from.items[i], "-") == 0;
    if (from_stdin > 1)
        return err_set(parsing->err, STATUS_USAGE, "standard input (-) is given more than once");
    if (parsing->paths.count < needed_arguments(options->command) && argc > 1)
        return err_set(parsing->err, STATUS_USAGE, "no %s given (see --help)",
                       missing_argument(options->command));
    return true;
}

/* The value that --config has on the command line, the last if several; NULL: none. */
static const char *config_of(const struct parsing *parsing)
{
    const char *path = NULL;
    for (size_t i = 0; i < parsing->chosen_count; i++)
        if (strcmp(parsing->chosen[i].option->name, "config") == 0)
            path = parsing->chosen[i].value;
    return path;
}

static bool wants_help(const struct parsing *parsing)
{
    for (size_t i = 0; i < parsing->chosen_count; i++)
        if (strcmp(parsing->chosen[i].option->name, "help") == 0 ||
            strcmp(parsing->chosen[i].option->name, "version") == 0)
            return true;
    return false;
}

static bool parse(struct parsing *parsing, int argc, char *const *argv, struct options *ret)
{
    if (!parse_arguments(parsing, argc, argv))
        return false;
    ret->command = parsing->command;
    size_t flag_count = parsing->chosen_count;
    const char *config = config_of(parsing);
    if (!check_commands(parsing, flag_count))
        return false;
    if (config && !wants_help(parsing) && !parse_config(parsing, config))
        return false;
    if (!store_all(parsing, ret))
        return false;
    if (ret->help || ret->version)
        return true;
    for (size_t i = 0; i < ret->files_from.count; i++)
        if (!read_path_list(parsing, ret->files_from.items[i], ret->nul_separated))
            return false;
    if (parsing->paths.count == 0 && ret->default_path)
        path_add(parsing, ret->default_path);
    if (!ret->settings.output_dir && ret->command == COMMAND_INVESTIGATE)
        ret->settings.output_dir = ret->default_output;
    if (!check_whole(ret, parsing->err) || !check_paths(parsing, ret, argc))
        return false;
    ret->settings.paths = parsing->paths;
    return true;
}

bool options_parse(int argc, char *const *argv, struct arena *arena, struct options *ret,
                   struct err *err)
{
    struct parsing parsing = {.arena = arena, .err = err};
    struct options options = {.settings.top = 8};
    bool ok = parse(&parsing, argc, argv, &options);
    free(parsing.chosen);
    if (ok)
        *ret = options;
    return ok;
}
