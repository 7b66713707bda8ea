#define _GNU_SOURCE /* mkdtemp, syscall */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox.h"

/* Not assert: the checks must hold with NDEBUG too. */
static void check(bool good, const char *what)
{
    if (!good) {
        fprintf(stderr, "sandbox_test: %s\n", what);
        exit(1);
    }
}

static void write_file(const char *path)
{
    FILE *file = fopen(path, "w");
    check(file && fputs("text\n", file) >= 0 && fclose(file) == 0, path);
}

static void remove_all(const char *folder)
{
    static const char *const files[] = {"logs/mail.log", "logs/old.log", "logs",    "linked.log",
                                        "secret",        "stats",        "out/new", "out",
                                        "temp/new",      "temp/link",    "temp"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        remove(files[i]);
    rmdir(folder);
}

static bool opens(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC, 0600);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

static bool is_denied(const char *path, int flags)
{
    return !opens(path, flags) && errno == EACCES;
}

static void prepare(void)
{
    mkdir("logs", 0700);
    mkdir("out", 0700);
    mkdir("temp", 0700);
    write_file("logs/mail.log");
    write_file("linked.log");
    write_file("secret");
    write_file("stats");
    check(symlink("../linked.log", "logs/old.log") == 0, "link of a log");
    check(symlink("../secret", "temp/link") == 0, "link of a secret");
}

static void check_files(void)
{
    check(opens("logs/mail.log", O_RDONLY), "a log can be read");
    check(opens("logs/old.log", O_RDONLY), "a log behind a link can be read");
    check(opens("/etc/localtime", O_RDONLY) || errno == ENOENT, "the zone can be read");
    check(is_denied("logs/mail.log", O_WRONLY), "no log is written to");
    check(is_denied("logs/new.log", O_WRONLY | O_CREAT), "nothing is made beside a log");
    check(unlink("logs/mail.log") != 0, "no log is removed");
    check(is_denied("secret", O_RDONLY), "no other file is read");
    check(is_denied("logs/../secret", O_RDONLY), "nor on a detour");
    check(is_denied("temp/link", O_RDONLY), "nor behind a link where it may read");
    check(is_denied("/etc/passwd", O_RDONLY), "nor one of the system");
    check(opens("out/new", O_WRONLY | O_CREAT), "beneath the output's parent is written");
    check(symlink("../secret", "out/link") != 0 && errno == EACCES, "but no link made");
    check(mkdir("out/folder", 0700) == 0 && rmdir("out/folder") == 0, "folders come and go");
    check(opens("temp/new", O_RDWR | O_CREAT), "temporary files are written");
    check(opens("stats", O_WRONLY | O_TRUNC), "a named output is written");
    check(is_denied("secret", O_WRONLY), "no other file is written");
}

static void check_calls(void)
{
    char *const arguments[] = {"/bin/true", NULL};
    check(socket(AF_INET, SOCK_STREAM, 0) < 0 && errno == EPERM, "no socket");
    check(socket(AF_UNIX, SOCK_DGRAM, 0) < 0 && errno == EPERM, "no local socket");
    check(connect(0, NULL, 0) < 0 && errno == EPERM, "no connection");
    check(execv("/bin/true", arguments) < 0 && (errno == EPERM || errno == EACCES), "no program");
    check(ioctl(0, TIOCSTI, "x") < 0 && errno == EPERM, "no typing into the terminal");
    check(kill(getpid(), 0) < 0 && errno == EPERM, "no signals");
}

int main(void)
{
    char folder[] = "/var/tmp/sandbox_test-XXXXXX", text[SANDBOX_TEXT];
    check(mkdtemp(folder) && chdir(folder) == 0, folder);
    prepare();
    pid_t child = fork();
    if (child == 0) {
        const char *paths[] = {"logs", "absent.log", "-"};
        struct settings settings = {.paths = {paths, 3},
                                    .output_dir = "out/case/",
                                    .temp_dir = "temp",
                                    .stats_file = "stats"};
        sandbox_enter(&settings, NULL, text);
        puts(text);
        if (strstr(text, "Landlock: in force"))
            check_files();
        if (strstr(text, "seccomp: in force"))
            check_calls();
        fflush(stdout);
        _exit(0);
    }
    int status = 1;
    check(child > 0 && waitpid(child, &status, 0) == child, "the child");
    remove_all(folder);
    check(status == 0, "the child's checks");
    return 0;
}
