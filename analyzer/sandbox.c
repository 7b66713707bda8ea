#define _GNU_SOURCE /* lstat */
#include "sandbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "arena.h"
#include "progress.h"
#include "sandbox_parts.h"
#include "source.h"

/* Time zones, converters of characters, suffixes, and what libraries load when they are first
 * called. */
static const char *const system_places[] = {
    "/usr",           "/lib",         "/lib64",       "/etc/ld.so.cache",
    "/etc/localtime", "/etc/ssl",     "/etc/pki/tls", "/etc/crypto-policies",
    "/dev/null",      "/dev/urandom", "/dev/random"};

struct places {
    struct sandbox_place *items;
    size_t count, capacity;
    struct arena arena;
};

static void add(struct places *places, const char *path, bool written)
{
    if (!path)
        return;
    if (places->count == places->capacity) {
        places->capacity = places->capacity ? places->capacity * 2 : 64;
        places->items = xrealloc(places->items, places->capacity, sizeof *places->items);
    }
    places->items[places->count++] = (struct sandbox_place){path, written};
}

static void add_list(struct places *places, const struct list *list)
{
    for (size_t i = 0; i < list->count; i++)
        add(places, list->items[i], false);
}

static void add_parent(struct places *places, const char *path)
{
    struct str whole = str_of(path);
    while (whole.len > 1 && whole.ptr[whole.len - 1] == '/')
        whole.len--;
    ptrdiff_t slash = str_find_last_char(whole, '/');
    whole.len = slash > 0 ? (size_t)slash : 1;
    add(places, slash < 0 ? "." : arena_cstr(&places->arena, whole), true);
}

/* A device or a file that is there needs no folder in which anything else may be written. */
static void add_output_file(struct places *places, const char *path)
{
    if (!path)
        return;
    if (access(path, F_OK) == 0)
        add(places, path, true);
    else
        add_parent(places, path);
}

static void ignore(void *user, const char *path, const char *why)
{
    (void)user;
    (void)path;
    (void)why;
}

/* Links in folders are followed to files outside, so each is a place of its own. */
static void add_links(struct places *places, const struct settings *settings)
{
    struct source_paths found;
    struct stat status;
    source_expand(&places->arena, settings->paths.items, settings->paths.count,
                  settings->exclude.items, settings->exclude.count, ignore, NULL, &found);
    for (size_t i = 0; i < found.count; i++)
        if (!found.items[i].named && lstat(found.items[i].path, &status) == 0 &&
            S_ISLNK(status.st_mode))
            add(places, found.items[i].path, false);
}

static void add_inputs(struct places *places, const struct settings *settings)
{
    const char *zone = getenv("TZ");
    add_list(places, &settings->paths);
    for (size_t i = 0; i < settings->paths.count; i++)
        if (strcmp(settings->paths.items[i], "-") == 0)
            add(places, "/dev/stdin", false);
    add_links(places, settings);
    add_list(places, &settings->geoip);
    add_list(places, &settings->abuse_contacts);
    for (size_t i = 0; i < settings->lists.count; i++)
        add(places, settings->lists.items[i].value, false);
    add(places, settings->psl_file, false);
    add(places, settings->actions_file, false);
    add(places, getenv("TZDIR"), false);
    add(places, zone && zone[0] == ':' ? zone + 1 : zone, false);
    for (size_t i = 0; i < sizeof system_places / sizeof *system_places; i++)
        add(places, system_places[i], false);
}

static void add_outputs(struct places *places, const struct settings *settings)
{
    add(places, settings->temp_dir ? settings->temp_dir : "/tmp", true);
    add(places, getenv("TMPDIR"), true);
    if (settings->output_dir)
        add_parent(places, settings->output_dir);
    add_output_file(places, settings->stats_file);
    add_output_file(places, settings->unrecognised_file);
    add_output_file(places, settings->pseudonym_key);
    add(places, settings->cache_dir, true);
    if (settings->events_file)
        add_parent(places, settings->events_file);
    if (settings->save_segment) /* renamed into its place */
        add_parent(places, settings->save_segment);
}

void sandbox_enter(const struct settings *settings, const char *also_read, char text[SANDBOX_TEXT])
{
    /* Of a build that measures or checks itself: where it writes, and what it reads for that. */
    static const char instrumented_folder[] = INSTRUMENTED_FOLDER;
    bool instrumented = instrumented_folder[0];
    struct places places = {0};
    if (settings->no_sandbox) {
        snprintf(text, SANDBOX_TEXT, "off");
        return;
    }
    OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CONFIG, NULL); /* while any file may be read */
    add_inputs(&places, settings);
    add_outputs(&places, settings);
    add(&places, also_read, false);
    if (instrumented) {
        add(&places, instrumented_folder, true);
        add(&places, "/proc", false);
    }
    const char *no_files = sandbox_files(places.items, places.count);
    const char *no_calls = sandbox_calls(instrumented);
    snprintf(text, SANDBOX_TEXT, "Landlock: %s; seccomp: %s", no_files ? no_files : "in force",
             no_calls ? no_calls : "in force");
    if (settings->verbose)
        progress_say(NULL, arena_printf(&places.arena, "sandbox: %s", text));
    free(places.items);
    arena_free(&places.arena);
}
