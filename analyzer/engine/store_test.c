/* Stores of the parts of a log, joined in any association, say what the store of the whole says.
 *
 * usage: store_test FOLDER    with one folder of .log files per run in it; beside those, logs made
 * of random events are cut up */
#include "store_parts.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "store_testing.h"
#include "told.h"

enum { ROUNDS_RUN = 12, ROUNDS_RANDOM = 400, FAILURES_SHOWN = 3 };

static void say_cut(const struct log *log, const size_t *ends, size_t count, size_t block_bytes)
{
    printf("%s, blocks of %zu, cut before the lines", log->name, block_bytes);
    for (size_t i = 0; i + 1 < count; i++)
        printf(" %zu", line_number(log->text, ends[i]));
    for (unsigned i = 0; i < log->gap_count; i++)
        printf(", gap before %zu", line_number(log->text, log->gaps[i]));
    printf("\n");
}

static void check_cut(struct bench *bench, const struct log *log, const char *whole,
                      const size_t *ends, size_t count, size_t block_bytes)
{
    char *found = facts_of_parts(bench, log, ends, count, block_bytes);
    if (strcmp(whole, found) && bench->failed++ < FAILURES_SHOWN) {
        say_cut(log, ends, count, block_bytes);
        print_difference(whole, found);
        if (getenv("STORE_TEST_LOG"))
            printf("%.*s\n", (int)log->text.len, log->text.ptr);
    }
    free(found);
}

static int by_value(const void *a, const void *b)
{
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return (x > y) - (x < y);
}

/* A place where a line begins, neither the first nor the end. */
static size_t random_line(struct bench *bench, struct str text)
{
    return line_end_after(text, test_random(&bench->random) % text.len);
}

static void check_log(struct bench *bench, const struct log *log, unsigned rounds)
{
    static const size_t block_sizes[] = {1, 100, 500, 4096, SIZE_MAX / 2};
    size_t all[] = {log->text.len};
    char *whole = facts_of_parts(bench, log, all, 1, SIZE_MAX / 2);
    for (size_t b = 0; b < 4; b++)
        check_cut(bench, log, whole, all, 1, block_sizes[b]);
    for (unsigned n = 0; n < rounds; n++) {
        size_t ends[PARTS_MAX], count = 2 + test_random(&bench->random) % (PARTS_MAX - 1);
        for (size_t i = 0; i + 1 < count; i++)
            ends[i] = random_line(bench, log->text);
        ends[count - 1] = log->text.len;
        qsort(ends, count, sizeof *ends, by_value);
        check_cut(bench, log, whole, ends, count, block_sizes[n % 5]);
    }
    free(whole);
}

static void add_gaps(struct bench *bench, struct log *log)
{
    unsigned wanted = test_random(&bench->random) % (GAPS_MAX + 1);
    size_t last = 0;
    for (unsigned i = 0; i < wanted; i++) {
        size_t at = random_line(bench, log->text);
        if (at > last && at < log->text.len)
            log->gaps[log->gap_count++] = last = at;
    }
}

static void check_random_logs(struct bench *bench)
{
    for (unsigned n = 0; n < ROUNDS_RANDOM && bench->failed < FAILURES_SHOWN; n++) {
        char name[32];
        snprintf(name, sizeof name, "random log %u", n);
        char *text = random_log(&bench->random, 20 + n % 300);
        struct log log = {.name = name, .text = str_of(text)};
        if (n % 2)
            add_gaps(bench, &log);
        check_log(bench, &log, 4);
        free(text);
    }
}

/* One line of damage in the middle of a message: what stands before it and behind it are two. */
static void check_gap(struct bench *bench)
{
    struct log log = {
        .name = "gap",
        .text = STR("2024-11-22T16:22:34Z mx1 postfix/smtpd[12]: A1B2C3D4E5: "
                    "client=a.example[192.0.2.1], sasl_method=PLAIN, sasl_username=anna@a.example\n"
                    "2024-11-22T16:22:35Z mx1 postfix/qmgr[13]: A1B2C3D4E5: from=<anna@a.example>, "
                    "size=5, nrcpt=1 (queue active)\n"
                    "2024-11-22T16:22:36Z mx1 postfix/smtp[14]: A1B2C3D4E5: to=<x@b.example>, "
                    "relay=b.example[192.0.2.9]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, "
                    "status=sent (250 ok)\n")};
    size_t all[] = {log.text.len};
    for (unsigned gaps = 0; gaps < 2; gaps++) {
        log.gap_count = gaps;
        log.gaps[0] = line_end_after(log.text, 0);
        char *facts = facts_of_parts(bench, &log, all, 1, SIZE_MAX / 2);
        const char *expected = gaps ? "unattributed=1/1" : "unattributed=0/0";
        if (!strstr(facts, expected)) {
            printf("with %u gaps not %s:\n%s\n", gaps, expected, facts);
            bench->failed++;
        }
        free(facts);
    }
}

static void check_run(struct bench *bench, const char *folder, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    char *text = read_logs_of(path);
    struct log log = {.name = name, .text = str_of(text)};
    if (log.text.len) {
        check_log(bench, &log, ROUNDS_RUN);
        add_gaps(bench, &log);
        check_log(bench, &log, ROUNDS_RUN);
    }
    free(text);
}

int main(int argc, char **argv)
{
    struct pair zone = {NULL, "+00:00"}; /* joining is the question here, not clocks */
    struct bench bench = {.settings.timezones = {&zone, 1},
                          .random = argc > 2 ? (uint32_t)atoi(argv[2]) : 1};
    struct matcher *matcher = NULL;
    struct err err = {0};
    DIR *folder = argc > 1 ? opendir(argv[1]) : NULL;
    if (!folder || !matcher_new(&matcher, &err)) {
        printf("usage: store_test FOLDER [SEED]; %s\n", err.text);
        return EXIT_FAILURE;
    }
    bench.worker = batch_worker_new(matcher, TEST_SEED);
    check_gap(&bench);
    for (struct dirent *entry; (entry = readdir(folder));)
        if (entry->d_name[0] != '.')
            check_run(&bench, argv[1], entry->d_name);
    closedir(folder);
    check_random_logs(&bench);
    batch_worker_free(bench.worker);
    matcher_free(matcher);
    printf("%d cuts differ from the whole\n", bench.failed);
    return bench.failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
