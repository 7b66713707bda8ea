/* What a path given by the user comes down to. */
#define _GNU_SOURCE /* mkdtemp, nftw */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source_testing.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

struct expanded {
    struct bytes text; /* a path a line */
};

static void complain(void *user, const char *path, const char *why)
{
    struct expanded *expanded = user;
    const char *parts[] = {"! ", path, ": ", why, "\n"};
    for (size_t i = 0; i < COUNT(parts); i++)
        bytes_add(&expanded->text, parts[i], strlen(parts[i]));
}

static void expect_expanded(const char *const *paths, size_t count, const char *exclude,
                            const char *expected)
{
    struct expanded complaints = {0};
    struct arena arena = {0};
    struct source_paths found = {0};
    source_expand(&arena, paths, count, &exclude, exclude ? 1 : 0, complain, &complaints, &found);
    struct bytes text = {0};
    for (size_t i = 0; i < found.count; i++) {
        char line[300];
        int n = snprintf(line, sizeof line, "%s %llu%s\n", found.items[i].path,
                         (unsigned long long)found.items[i].bytes,
                         found.items[i].named ? " named" : "");
        bytes_add(&text, line, (size_t)n);
    }
    text = bytes_join(text, complaints.text);
    bytes_add(&text, "", 1);
    expect_text("expanded", expected, (const char *)text.data);
    bytes_free(&text);
    arena_free(&arena);
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    expect(file && fputs(text, file) >= 0, "%s cannot be written", path);
    if (file)
        fclose(file);
}

static void make_folder(void)
{
    bool ok =
        mkdir("logs", 0700) == 0 && mkdir("logs/old", 0700) == 0 && mkdir("outside", 0700) == 0 &&
        mkfifo("logs/fifo", 0600) == 0 && symlink("../outside", "logs/linked-folder") == 0 &&
        symlink("../outside/x", "logs/linked-file") == 0 && symlink("nowhere", "logs/broken") == 0;
    expect(ok, "folder cannot be made");
    write_file("outside/x", "four");
    write_file("logs/mail.log", "1");
    write_file("logs/mail.log.1", "22");
    write_file("logs/mail.log.10", "");
    write_file("logs/old/a.skip", "1");
    write_file("logs/old/z", "1");
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status, (void)type, (void)walk;
    return remove(path);
}

static void test_paths(void)
{
    expect_expanded(&(const char *){"logs"}, 1, NULL,
                    "logs/linked-file 4\nlogs/mail.log 1\nlogs/mail.log.1 2\nlogs/mail.log.10 0\n"
                    "logs/old/a.skip 1\nlogs/old/z 1\n"
                    "! logs/broken: No such file or directory\n");
    expect_expanded(&(const char *){"logs/"}, 1, "*.skip",
                    "logs/linked-file 4\nlogs/mail.log 1\nlogs/mail.log.1 2\nlogs/mail.log.10 0\n"
                    "logs/old/z 1\n"
                    "! logs/broken: No such file or directory\n");
    expect_expanded(&(const char *){"logs"}, 1, "logs/[blm]*", "logs/old/a.skip 1\nlogs/old/z 1\n");
    expect_expanded(&(const char *){"logs/linked-folder"}, 1, NULL, "logs/linked-folder/x 4\n");
    static const char *const named[] = {"-", "logs/old/z", "missing", "logs/old/z"};
    expect_expanded(named, COUNT(named), NULL,
                    "- 0 named\nlogs/old/z 1 named\nlogs/old/z 1 named\n"
                    "! missing: No such file or directory\n");
    expect_expanded(NULL, 0, NULL, "");
}

int main(void)
{
    char folder[] = "/tmp/source-expand-test-XXXXXX";
    if (!mkdtemp(folder) || chdir(folder) != 0)
        return 1;
    make_folder();
    test_paths();
    nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    return testing_failed();
}
