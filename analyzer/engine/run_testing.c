#define _GNU_SOURCE /* mkdtemp, open_memstream, nftw */
#include "run_testing.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "run_internal.h"

enum { PATH_BYTES = 256, FILES_MAX = 16 };
#define LAST_WRITTEN INT64_C(1748736000)

struct scene {
    char folder[32];
    char paths[FILES_MAX][PATH_BYTES];
    FILE *out;
    unsigned shown;
};

static void write_file(const char *path, const struct test_file *file)
{
    struct timespec times[2] = {{.tv_sec = file->modified_sec ? file->modified_sec : LAST_WRITTEN},
                                {0}};
    char folder[PATH_BYTES];
    times[1] = times[0];
    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(path, '/') - path), path);
    mkdir(folder, 0700);
    FILE *out = fopen(path, "wb");
    if (!out || fputs(file->text, out) < 0 || fclose(out) != 0 ||
        utimensat(AT_FDCWD, path, times, 0) != 0) {
        printf("%s cannot be written\n", path);
        exit(EXIT_FAILURE);
    }
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *ftw)
{
    (void)status;
    (void)kind;
    (void)ftw;
    return remove(path);
}

/* The text without the name of the folder the files are in. */
static void print_without_folder(const struct scene *scene, const char *text)
{
    const char *at;
    size_t len = strlen(scene->folder);
    for (; (at = strstr(text, scene->folder)); text = at + len + 1)
        fprintf(scene->out, "%.*s", (int)(at - text), text);
    fprintf(scene->out, "%s\n", text);
}

static void complain(void *user, const char *path, const char *why)
{
    const struct scene *scene = user;
    char text[1024];
    snprintf(text, sizeof text, "complaint: %s: %s", path, why);
    if (scene->shown & SHOW_NOTES)
        print_without_folder(scene, text);
}

static const char *when(int64_t usec, char *text)
{
    return usec == TIME_NONE ? "-" : when_text((struct when){usec, 0}, text);
}

static const char *settled_name(uint8_t settled)
{
    static const char *const names[] = {"delivered", "bounced",  "expired", "removed",
                                        "held",      "deferred", "queued"};
    return names[settled];
}

static void show_messages(const struct scene *scene, const struct facts *facts)
{
    char time[WHEN_TEXT];
    for (uint32_t i = 0; i < facts->message_count; i++) {
        const struct message *m = &facts->messages[i];
        struct str host = facts_str(facts, m->host), id = facts_str(facts, m->queue_id),
                   last = facts_str(facts, m->last_queue_id), ip = facts_str(facts, m->ip),
                   principal = facts->principals[m->principal].name;
        fprintf(scene->out, "%s %.*s %.*s", when(m->first_usec, time), (int)host.len, host.ptr,
                (int)id.len, id.ptr);
        if (last.len)
            fprintf(scene->out, "..%.*s", (int)last.len, last.ptr);
        fprintf(scene->out, " %.*s from %.*s%s%s%s:", (int)principal.len, principal.ptr,
                ip.len ? (int)ip.len : 1, ip.len ? ip.ptr : "-",
                m->flags & MESSAGE_UNBOUND ? " unbound" : "",
                m->flags & MESSAGE_SOURCE_HIDDEN ? " hidden" : "",
                m->flags & MESSAGE_MAYBE_REMOVED ? " maybe-removed" : "");
        for (uint32_t r = 0; r < m->recipient_count; r++)
            fprintf(scene->out, " %s",
                    settled_name(facts->recipients[m->recipient_first + r].settled));
        if (m->recipients > m->recipient_count)
            fprintf(scene->out, " %u unnamed %s", m->recipients - m->recipient_count,
                    settled_name(m->unnamed_settled));
        fprintf(scene->out, "\n");
    }
}

static void show_logins(const struct scene *scene, const struct facts *facts)
{
    char time[WHEN_TEXT];
    for (uint32_t i = 0; i < facts->login_count; i++) {
        const struct login *l = &facts->logins[i];
        struct str account = facts_str(facts, l->account), name = facts_str(facts, l->name),
                   ip = facts_str(facts, l->ip);
        fprintf(scene->out, "%s %s %.*s as %.*s from %.*s%s", when(l->usec, time),
                l->outcome == LOGIN_OK ? "login" : "failed", (int)account.len, account.ptr,
                (int)name.len, name.ptr, (int)ip.len, ip.ptr,
                l->principal == PRINCIPAL_UNKNOWN ? " (nobody)" : "");
        if (l->count != 1)
            fprintf(scene->out, " x%u", l->count);
        fprintf(scene->out, "\n");
    }
}

static void show_inputs(const struct scene *scene, const struct run *run)
{
    char first[WHEN_TEXT], last[WHEN_TEXT];
    for (size_t i = 0; i < run->log_count; i++) {
        const struct member *m = &run->logs[i];
        fprintf(scene->out, "%s: %llu lines", m->path_name + strlen(scene->folder) + 1,
                (unsigned long long)(m->summary.lines - m->summary.duplicates));
        if (m->summary.duplicates)
            fprintf(scene->out, " and %llu again", (unsigned long long)m->summary.duplicates);
        fprintf(scene->out, ", %s to %s, year: %s, zone: %s\n", when(m->first_usec, first),
                when(m->last_usec, last), m->year_rule, m->zone_rule);
    }
}

static void show(const struct scene *scene, const struct run *run)
{
    const struct facts *facts = &run->settlement.facts;
    if (scene->shown & SHOW_MESSAGES)
        show_messages(scene, facts);
    if (scene->shown & SHOW_LOGINS)
        show_logins(scene, facts);
    if (scene->shown & SHOW_SUMS)
        fprintf(scene->out, "inbound %llu to %llu, unattributed %llu to %llu\n",
                (unsigned long long)facts->inbound_messages,
                (unsigned long long)facts->inbound_recipients,
                (unsigned long long)facts->unattributed_messages,
                (unsigned long long)facts->unattributed_recipients);
    if (scene->shown & SHOW_INPUTS)
        show_inputs(scene, run);
    for (uint32_t i = 0; scene->shown & SHOW_NOTES && i < run->notes.count; i++)
        if (!strstr(run->notes.items[i], ": year from ") &&
            !strstr(run->notes.items[i], " is a local domain"))
            print_without_folder(scene, run->notes.items[i]);
}

static void investigate(struct scene *scene, const struct test_case *test)
{
    const char *paths[FILES_MAX] = {scene->folder};
    struct settings settings = test->settings;
    struct run_calls calls = {.user = scene, .complain = complain};
    const volatile int stop = 0;
    struct report report = {0};
    struct err err = {0};
    for (size_t i = 0; i < test->file_count && !test->as_folder; i++)
        paths[i] = scene->paths[i];
    settings.paths = (struct list){paths, test->as_folder ? 1 : test->file_count};
    settings.threads = settings.threads ? settings.threads : 2;
    settings.temp_dir = "/tmp";
    struct run *run = run_new(&settings, &stop, &calls);
    enum run_state state = run_investigate(run, &report, &err);
    if (state == RUN_FAILED)
        fprintf(scene->out, "%s\n", err.text);
    else if (state == RUN_NO_LOG)
        fprintf(scene->out, "no log\n");
    else
        show(scene, run);
    run_free(run);
}

int check_case(const struct test_case *test)
{
    struct scene scene = {.folder = "/tmp/run-test-XXXXXX", .shown = test->shown};
    char *text = NULL;
    size_t len = 0;
    if (!mkdtemp(scene.folder) || test->file_count > FILES_MAX)
        abort();
    for (size_t i = 0; i < test->file_count; i++) {
        snprintf(scene.paths[i], PATH_BYTES, "%s/%s", scene.folder, test->files[i].name);
        write_file(scene.paths[i], &test->files[i]);
    }
    scene.out = open_memstream(&text, &len);
    investigate(&scene, test);
    fclose(scene.out);
    nftw(scene.folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    bool same = strcmp(text, test->expected) == 0;
    if (!same)
        printf("%s\nexpected:\n%s\nfound:\n%s\n\n", test->why, test->expected, text);
    free(text);
    return same ? 0 : 1;
}
