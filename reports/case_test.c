/* The case folder: a whole one or none. Works in a folder of its own beneath /tmp. */
#define _GNU_SOURCE /* mkdtemp */
#include "case.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "database.h"
#include "escape.h"
#include "evidence_lines.h"
#include "fixture.h"
#include "tree.h"

static const struct style style = {.columns = STYLE_COLUMNS, .top = STYLE_TOP};
static const char *const arguments[] = {"postmortem", "-o", "case"};
static const struct run_info run = {.arguments = arguments,
                                    .argument_count = 3,
                                    .threads = 2,
                                    .started = {0, 0},
                                    .finished = {TIME_NONE, 0}};

static int fail(const char *what, const char *detail)
{
    fprintf(stderr, "%s: %s\n", what, detail);
    return 1;
}

/* Entries of a folder, hidden ones included. */
static unsigned entries(const char *path)
{
    unsigned count = 0;
    DIR *stream = opendir(path);
    while (stream && readdir(stream))
        count++;
    if (stream)
        closedir(stream);
    return count > 2 ? count - 2 : 0;
}

static bool exists(const char *path)
{
    return access(path, F_OK) == 0;
}

static bool add_evidence(struct case_folder *folder, const char *account, struct err *err)
{
    struct arena arena = {0};
    char name[FOLDER_NAME];
    struct evidence_line line = {
        .line = STR("auth: (given password: hunter2)"), .path = STR("mail.log"), .number = 7};
    char *log = arena_printf(&arena, "evidence/%s/lines.log", folder_name(str_of(account), name));
    char *jsonl =
        arena_printf(&arena, "evidence/%s/lines.jsonl", folder_name(str_of(account), name));
    struct out *first = case_file(folder, log, err);
    struct out *second = first ? case_file(folder, jsonl, err) : NULL;
    if (second) {
        evidence_write_log(first, &line, &arena);
        evidence_write_jsonl(second, &line, &arena);
    }
    bool ok = second && case_file_end(folder, first, err) && case_file_end(folder, second, err);
    arena_free(&arena);
    return ok;
}

static bool make_case(const char *dir, bool clobber, struct err *err)
{
    static const char *const accounts[] = {
        "suman@northbay.example", "../../etc/passwd", "-rf", ".hidden", "Irene", "irene"};
    struct report report = fixture_make("incident");
    struct case_folder *folder;
    char long_name[301];
    memset(long_name, 'x', 300);
    long_name[300] = '\0';
    if (!case_begin(&folder, dir, clobber, err))
        return false;
    bool ok = true;
    for (size_t i = 0; i < sizeof accounts / sizeof accounts[0] && ok; i++)
        ok = add_evidence(folder, accounts[i], err);
    ok = ok && add_evidence(folder, long_name, err) &&
         case_finish(folder, &report, &style, &run, err);
    if (!ok)
        case_abort(folder);
    return ok;
}

/* The command is this test's own text. */
static int shell(const char *command)
{
    int status = system(command);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

static int whole_folder(void)
{
    struct err err;
    struct stat stat_dir, stat_file;
    if (!make_case("case", false, &err))
        return fail("case", err.text);
    if (entries(".") != 1 || entries("case") != 16 + (database_is_built() ? 1 : 0) ||
        entries("case/evidence") != 7)
        return fail("case", "not the files expected");
    if (shell("cd case && sha256sum --quiet -c SHA256SUMS") != 0)
        return fail("case", "sha256sum -c");
    if (shell("cd case && test $(wc -l < SHA256SUMS) = $(find . -type f ! -name SHA256SUMS | wc "
              "-l)") != 0)
        return fail("case", "SHA256SUMS does not name every file");
    if (stat("case", &stat_dir) != 0 || stat("case/evidence/irene/lines.log", &stat_file) != 0 ||
        (stat_dir.st_mode & 0777) != 0700 || (stat_file.st_mode & 0777) != 0600)
        return fail("case", "modes");
    if (shell("grep -rq hunter2 case") == 0)
        return fail("case", "a password");
    if (shell("test $(awk -F, 'NR > 1 && $1 {print $1}' case/messages.csv | wc -l) = 271") != 0)
        return fail("messages.csv", "271 messages are to be held");
    return 0;
}

static int refusals(void)
{
    struct err err;
    if (make_case("case", false, &err) || err.status != STATUS_USAGE ||
        !strstr(err.text, "case: exists already"))
        return fail("existing folder", "not refused");
    mkdir("other", 0700);
    mkdir("other/precious", 0700);
    if (make_case("other", true, &err) || err.status != STATUS_USAGE || !exists("other/precious"))
        return fail("folder of somebody else", "not refused");
    if (make_case("other/precious/", false, &err) || err.status != STATUS_USAGE)
        return fail("existing folder with a slash", "not refused");
    if (make_case("no/where", false, &err) || err.status != STATUS_OUTPUT)
        return fail("missing parent", "not refused");
    if (make_case("/proc/case", false, &err) || err.status != STATUS_OUTPUT)
        return fail("place that cannot be written", "not refused");
    if (make_case("other/..", true, &err) || make_case("", true, &err) ||
        make_case("/", true, &err) || err.status != STATUS_USAGE)
        return fail("no name", "not refused");
    rmdir("other/precious");
    rmdir("other");
    return entries(".") == 1 ? 0 : fail("refusal", "something was left behind");
}

static int clobber(void)
{
    struct err err;
    FILE *file = fopen("case/old-file", "w");
    if (!file || fclose(file) != 0)
        return fail("case/old-file", strerror(errno));
    if (!make_case("case", true, &err))
        return fail("clobber", err.text);
    if (exists("case/old-file") || !exists("case/report.json") || entries(".") != 1)
        return fail("clobber", "the old folder is still there");
    mkdir("empty", 0755);
    if (!make_case("./empty//", true, &err) || !exists("empty/report.json"))
        return fail("clobber of an empty folder", err.text);
    tree_remove(AT_FDCWD, "empty");
    return 0;
}

static int same_bytes(void)
{
    struct err err;
    if (!make_case("twin", false, &err))
        return fail("twin", err.text);
    int differ = shell("diff -r -x run.json -x SHA256SUMS case twin");
    tree_remove(AT_FDCWD, "twin");
    return differ ? fail("twin", "differs") : 0;
}

static int interrupted(void)
{
    struct case_folder *folder;
    struct err err;
    if (!case_begin(&folder, "stopped", false, &err))
        return fail("stopped", err.text);
    struct out *out = case_file(folder, "evidence/a/lines.log", &err);
    if (!out)
        return fail("stopped", err.text);
    out_text(out, "half a li");
    if (case_file(folder, "../outside", &err) || case_file(folder, "evidence/a/lines.log", &err))
        return fail("case_file", "a bad name or a second file of one name");
    case_abort(folder);
    case_abort(NULL);
    return entries(".") == 1 ? 0 : fail("interrupted", "something was left behind");
}

/* A file that may not grow stands for a full disk: each write fails after 2,000 bytes. */
static int no_room(void)
{
    struct err err;
    struct rlimit old, limit;
    getrlimit(RLIMIT_FSIZE, &old);
    limit = old;
    limit.rlim_cur = 2000;
    setrlimit(RLIMIT_FSIZE, &limit);
    bool made = make_case("case", true, &err);
    setrlimit(RLIMIT_FSIZE, &old);
    if (made || err.status != STATUS_OUTPUT ||
        !strstr(err.text, "case/report.json: File too large"))
        return fail("no room", made ? "not noticed" : err.text);
    if (entries(".") != 1 || shell("cd case && sha256sum --quiet -c SHA256SUMS") != 0)
        return fail("no room", "the old folder is gone, or something was left behind");
    return 0;
}

static int writers(void)
{
    struct err err;
    int pipes[2], full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    struct out *out = out_new(full, "/dev/full");
    out_text(out, "text");
    bool written = out_finish(out, NULL, &err);
    out_free(out);
    close(full);
    if (written || err.status != STATUS_OUTPUT ||
        strcmp(err.text, "/dev/full: No space left on device") != 0)
        return fail("/dev/full", written ? "not noticed" : err.text);
    if (pipe(pipes) != 0)
        return fail("pipe", strerror(errno));
    close(pipes[0]);
    out = out_new(pipes[1], "standard output");
    for (unsigned i = 0; i < 100000; i++)
        out_text(out, "text");
    bool quiet = out_finish(out, NULL, &err) && out_reader_closed(out) && out_bytes(out) == 400000;
    out_free(out);
    close(pipes[1]);
    return quiet ? 0 : fail("closed reader", "not a quiet end");
}

int main(void)
{
    char home[] = "/tmp/postmortem-case-test-XXXXXX";
    signal(SIGXFSZ, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    if (!mkdtemp(home) || chdir(home) != 0) {
        perror(home);
        return 1;
    }
    int failed = whole_folder();
    if (!failed)
        failed = refusals() | clobber() | same_bytes() | interrupted() | no_room() | writers();
    if (chdir("/") == 0)
        tree_remove(AT_FDCWD, home);
    return failed;
}
