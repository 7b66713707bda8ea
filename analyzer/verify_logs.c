#define _GNU_SOURCE /* mkdtemp */
#include "verify_logs.h"

#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "abuse.h"
#include "case_sums.h"
#include "complain.h"
#include "investigate.h"
#include "option_table.h"
#include "sandbox.h"
#include "source.h"
#include "tree.h"

enum { WORDS_MAX = 100000 };

struct verifying {
    const char *dir;
    const struct settings *logs;
    const volatile sig_atomic_t *stop;
    case_say *say;
    void *user;
    struct arena arena;
    struct source_paths given;
    json_t *report;
    char (*digests)[CASE_SUM_HEX + 1]; /* of given; empty: cannot be read */
    const char **shown, **files;       /* inputs of the case, and the file that each is now */
    size_t count;
    const char *key; /* of the pseudonyms; NULL: not to be had */
    bool without_reports;
};

static bool load_report(struct verifying *v, struct err *err)
{
    json_error_t why;
    const char *path = arena_printf(&v->arena, "%s/report.json", v->dir);
    v->report = json_load_file(path, 0, &why);
    if (!v->report)
        return err_set(err, STATUS_DIFFERS, "%.200s:%d: %.200s", path, why.line, why.text);
    const char *schema = json_string_value(json_object_get(v->report, "schema"));
    if (schema && strcmp(schema, "postmortem-report/1") == 0)
        return true;
    return err_set(err, STATUS_DIFFERS, "%.200s: no report of this program", path);
}

static void complain(void *user, const char *path, const char *why)
{
    const struct verifying *v = user;
    v->say(v->user, path, why);
}

static const char *last_component(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* The given file that an input of the case is now: of its digest, else of its name, else of its
 * last component. */
static size_t find_file(const struct verifying *v, const char *path, const char *sha256)
{
    for (size_t i = 0; sha256 && i < v->given.count; i++)
        if (strcmp(v->digests[i], sha256) == 0)
            return i;
    for (size_t i = 0; i < v->given.count; i++)
        if (strcmp(v->given.items[i].path, path) == 0)
            return i;
    for (size_t i = 0; i < v->given.count; i++)
        if (strcmp(last_component(v->given.items[i].path), last_component(path)) == 0)
            return i;
    return SIZE_MAX;
}

static bool is_known(const struct verifying *v, const char *path)
{
    for (size_t i = 0; i < v->count; i++)
        if (strcmp(v->shown[i], path) == 0)
            return true;
    return false;
}

static void check_input(struct verifying *v, const char *path, size_t file, const char *sha256)
{
    if (sha256 && strcmp(v->digests[file], sha256) != 0)
        v->say(v->user, v->given.items[file].path,
               arena_printf(&v->arena, "is not the input %.200s: its SHA-256 is %s, not %s", path,
                            v->digests[file], sha256));
}

static void take_digests(struct verifying *v)
{
    v->digests = arena_alloc(&v->arena, (v->given.count + 1) * sizeof *v->digests);
    for (size_t i = 0; i < v->given.count && !*v->stop; i++)
        if (!path_digest(v->given.items[i].path, v->digests[i]))
            v->digests[i][0] = '\0';
}

static bool find_inputs(struct verifying *v)
{
    json_t *inputs = json_object_get(v->report, "inputs"), *input;
    size_t index, room = json_array_size(inputs) + 1;
    bool whole = true;
    v->shown = arena_alloc(&v->arena, room * sizeof *v->shown);
    v->files = arena_alloc(&v->arena, room * sizeof *v->files);
    json_array_foreach(inputs, index, input)
    {
        const char *path = json_string_value(json_object_get(input, "path")),
                   *sha256 = json_string_value(json_object_get(input, "sha256"));
        if (!path || is_known(v, path))
            continue;
        size_t file = find_file(v, path, sha256);
        if (file == SIZE_MAX) {
            v->say(v->user, path, "an input of the case, is not among the PATHs");
            whole = false;
            continue;
        }
        check_input(v, path, file, sha256);
        v->shown[v->count] = path;
        v->files[v->count++] = v->given.items[file].path;
    }
    return whole && v->count;
}

static const struct option *find_option(const char *name)
{
    for (const struct option *option = option_table; option->name; option++)
        if (strcmp(option->name, name) == 0)
            return option;
    return NULL;
}

static const char contacts[] = "abuse-contacts";

/* What lies elsewhere now is called in the report what it was called in the case. */
static void restore_contacts(struct verifying *v, struct pairs *given)
{
    json_t *options = json_object_get(json_object_get(v->report, "run"), "options"), *value,
           *values = json_object_get(options, contacts);
    size_t index, count = 0, room = given->count + json_array_size(values);
    struct pair *items = arena_alloc(&v->arena, (room + 1) * sizeof *items);
    while (count < given->count && find_option(given->items[count].key) < find_option(contacts)) {
        items[count] = given->items[count];
        count++;
    }
    size_t rest = count;
    json_array_foreach(values, index, value)
    {
        items[count++] = (struct pair){contacts, json_string_value(value)};
    }
    while (rest < given->count)
        items[count++] = given->items[rest++];
    *given = (struct pairs){items, count};
}

/* The options of the case, which are those that can change the result, as a command line. */
static size_t write_words(struct verifying *v, const char *output, char **words)
{
    json_t *options = json_object_get(json_object_get(v->report, "run"), "options"), *values,
           *value;
    const char *name;
    size_t count = 0, index;
    words[count++] = arena_cstr(&v->arena, STR("postmortem"));
    json_object_foreach(options, name, values)
    {
        const struct option *option = find_option(name);
        if (!option || !(option->flags & OPTION_RESULT))
            continue; /* no such thing stands in a report: whoever put it there must not be obeyed
                       */
        if (strcmp(name, contacts) == 0 && v->logs->abuse_contacts.count)
            continue; /* lies elsewhere now */
        json_array_foreach(values, index, value)
        {
            if (count >= WORDS_MAX || !json_string_value(value))
                continue;
            words[count++] =
                option->value ? arena_printf(&v->arena, "--%s=%s", name, json_string_value(value))
                              : arena_printf(&v->arena, "--%s", name);
        }
    }
    words[count++] = arena_printf(&v->arena, "--output=%s", output);
    words[count++] = arena_cstr(&v->arena, STR("--quiet"));
    words[count++] = arena_cstr(&v->arena, STR("--"));
    for (size_t i = 0; i < v->count; i++)
        words[count++] = arena_cstr(&v->arena, str_of(v->files[i]));
    return count;
}

static bool repeat(struct verifying *v, const char *output, struct err *err)
{
    char **words = xcalloc(WORDS_MAX + v->count + 8, sizeof(char *));
    struct options options;
    size_t count = write_words(v, output, words);
    bool ok = options_parse((int)count, words, &v->arena, &options, err);
    free(words);
    if (!ok)
        return false;
    struct settings *settings = &options.settings;
    if (v->logs->abuse_contacts.count) {
        settings->abuse_contacts = v->logs->abuse_contacts;
        restore_contacts(v, &settings->given_result);
    }
    settings->pseudonym_key = v->key;
    v->without_reports = !v->key && settings->pseudonymise != PSEUDONYMISE_NONE;
    settings->exclude.count = 0; /* what it left out is not among the inputs */
    settings->shown_paths = (struct list){v->shown, v->count};
    settings->silent = true;
    settings->threads = v->logs->threads;
    settings->memory_bytes = v->logs->memory_bytes;
    settings->temp_dir = v->logs->temp_dir;
    settings->progress = v->logs->progress;
    settings->color = SHOW_NEVER;
    settings->no_sandbox = v->logs->no_sandbox;
    settings->verbose = v->logs->verbose;
    char sandbox[SANDBOX_TEXT];
    sandbox_enter(settings, v->dir, sandbox);
    settings->sandbox = sandbox;
    struct command_line line = {0};
    enum status status = investigate(settings, &line, v->stop, err);
    return *v->stop || status == STATUS_OK || status == STATUS_DAMAGED || status == STATUS_FAIL_ON;
}

/* Without the key nobody can tell whether a pseudonym is right. */
static void find_key(struct verifying *v)
{
    v->key = abuse_key_path(v->logs, v->dir, &v->arena);
    if (access(v->key, R_OK) != 0)
        v->key = NULL;
}

static void say_left_out(const struct verifying *v)
{
    json_t *head = json_object_get(json_object_get(v->report, "run"), "head");
    if (v->without_reports && json_integer_value(json_object_get(head, "abuse_ready")) > 0)
        complain_path(NULL, v->dir,
                      "reports to networks not compared: the key of their pseudonyms is not beside "
                      "the case folder: --pseudonym-key");
}

static bool repeat_beside(struct verifying *v, struct err *err)
{
    const char *temp = v->logs->temp_dir ? v->logs->temp_dir : getenv("TMPDIR");
    char *folder = arena_printf(&v->arena, "%s/postmortem-verify-XXXXXX", temp ? temp : "/tmp");
    if (!mkdtemp(folder))
        return err_sys(err, STATUS_OUTPUT, folder);
    const char *output = arena_printf(&v->arena, "%s/case", folder);
    bool ok = repeat(v, output, err);
    if (ok && !*v->stop)
        ok = case_compare(v->dir, output, v->without_reports, v->say, v->user, err);
    say_left_out(v);
    tree_remove(AT_FDCWD, folder);
    return ok;
}

bool verify_logs(const char *dir, const struct settings *logs, const volatile sig_atomic_t *stop,
                 case_say *say, void *user, struct err *err)
{
    struct verifying v = {.dir = dir, .logs = logs, .stop = stop, .say = say, .user = user};
    bool ok = load_report(&v, err);
    if (ok) {
        source_expand(&v.arena, logs->paths.items, logs->paths.count, NULL, 0, complain, &v,
                      &v.given);
        take_digests(&v);
        find_key(&v);
        if (find_inputs(&v) && !*stop)
            ok = repeat_beside(&v, err);
    }
    json_decref(v.report);
    arena_free(&v.arena);
    return ok;
}
