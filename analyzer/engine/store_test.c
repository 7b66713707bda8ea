/* Stores of the parts of a log, joined in any association, say what the store of the whole says.
 *
 * usage: store_test FOLDER    with one folder of .log files per run in it; beside those, logs made
 * of random events are cut up */
#define _GNU_SOURCE /* open_memstream */
#include "store.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "facts_dump.h"
#include "settle.h"
#include "store_testing.h"
#include "told.h"

enum { TEST_SEED = 1 }; /* of the tables */

enum { PARTS_MAX = 6, ROUNDS_RUN = 12, ROUNDS_RANDOM = 400, GAPS_MAX = 3, FAILURES_SHOWN = 3 };

struct bench {
    struct batch_worker *worker;
    struct settings settings;
    uint32_t random;
    int failed;
};

/* A log and the damage in it. */
struct log {
    const char *name;
    struct str text;
    size_t gaps[GAPS_MAX]; /* in front of these bytes, which begin lines; rising */
    unsigned gap_count;
};

/* Lines from..to, in blocks of whole lines of at least block_bytes. */
static void fold_part(struct bench *bench, struct store *store, const struct log *log, size_t from,
                      size_t to, size_t block_bytes)
{
    struct block block = {0};
    unsigned gap = 0;
    for (size_t at = from; at < to; at += block.bytes) {
        while (gap < log->gap_count && log->gaps[gap] < at)
            gap++;
        block.gap = gap < log->gap_count && log->gaps[gap] == at;
        size_t end =
            line_end_after(log->text, at + block_bytes < to ? at + block_bytes - 1 : to - 1);
        for (unsigned g = gap; g < log->gap_count; g++)
            if (log->gaps[g] > at && log->gaps[g] < end)
                end = log->gaps[g]; /* a gap stands in front of a block */
        block.data = (char *)(uintptr_t)log->text.ptr + at;
        block.bytes = end - at;
        block.offset = at - from;
        batch_fill(bench->worker, &block, NULL, NULL);
        store_fold(store, &block);
    }
    batch_free(block.result);
}

/* The parts of a log, each in its store. */
struct parts {
    struct member members[PARTS_MAX];
    struct clock_map *maps[PARTS_MAX];
    uint64_t lines[PARTS_MAX], offsets[PARTS_MAX];
    size_t count;
};

/* A year-less log is dated by the time it was last written to: that of the last line of its part.
 */
static int64_t end_of_part(struct bench *bench, const struct log *log, size_t to)
{
    struct member whole = {.path_name = "whole", .modified_usec = TEST_LOG_END_USEC};
    struct arena arena = {0};
    struct clock_rules rules = {&arena, &bench->settings};
    struct clock_map *map;
    store_init(&whole.store, TEST_SEED);
    fold_part(bench, &whole.store, log, 0, log->text.len, log->text.len);
    clocks_settle(&rules, &whole, 1, &map);
    struct store prefix;
    store_init(&prefix, TEST_SEED);
    fold_part(bench, &prefix, log, 0, to, to);
    int64_t end = TIME_NONE;
    for (uint32_t r = 0; r < prefix.run_count;
         r++) { /* the runs of a prefix are the first runs of the whole */
        int64_t last = clock_utc(&map[r], &prefix.runs[r], prefix.runs[r].last);
        end = last > end ? last : end;
    }
    store_free(&prefix);
    store_free(&whole.store);
    arena_free(&arena);
    return end;
}

static void cut(struct bench *bench, struct parts *parts, const struct log *log, const size_t *ends,
                size_t count, size_t block_bytes)
{
    size_t from = 0;
    uint64_t lines = 0;
    parts->count = count;
    for (size_t i = 0; i < count; i++) {
        struct member *member = &parts->members[i];
        *member = (struct member){.path_name = "part",
                                  .path = i,
                                  .modified_usec = count == 1 ? TEST_LOG_END_USEC
                                                              : end_of_part(bench, log, ends[i])};
        store_init(&member->store, TEST_SEED);
        fold_part(bench, &member->store, log, from, ends[i], block_bytes);
        parts->offsets[i] = from;
        parts->lines[i] = lines;
        lines += member->store.line_base;
        from = ends[i];
    }
}

/* Joins all of them into the first, in a random association. */
static struct store join_all(struct bench *bench, struct parts *parts)
{
    size_t left[PARTS_MAX], count = parts->count;
    for (size_t i = 0; i < count; i++)
        left[i] = i;
    while (count > 1) {
        size_t at = test_random(&bench->random) % (count - 1);
        store_join(&parts->members[left[at]].store, &parts->members[left[at + 1]].store);
        memmove(left + at + 1, left + at + 2, (count - at - 2) * sizeof *left);
        count--;
    }
    return parts->members[0].store;
}

/* The facts of the log, cut at those ends, as text. */
static char *facts_of(struct bench *bench, const struct log *log, const size_t *ends, size_t count,
                      size_t block_bytes)
{
    struct parts parts;
    struct arena arena = {0};
    struct clock_rules rules = {&arena, &bench->settings};
    struct settlement settlement;
    cut(bench, &parts, log, ends, count, block_bytes);
    clocks_settle(&rules, parts.members, count, parts.maps);
    size_t runs = 0, at = 0, len = 0;
    for (size_t i = 0; i < count; i++)
        runs += parts.members[i].store.run_count;
    struct clock_map *maps = xcalloc(runs, sizeof *maps);
    for (size_t i = 0; i < count; at += parts.members[i].store.run_count, i++)
        memcpy(maps + at, parts.maps[i], parts.members[i].store.run_count * sizeof *maps);
    struct store store = join_all(bench, &parts);
    instances_settle(&store);
    inherit_settle(&store);
    proxied_settle(&store);
    twice_settle(&store);
    told_settle(&(struct joined){&store, maps, &bench->settings});
    settle(&settlement, &store, maps, &bench->settings);
    char *text = NULL;
    FILE *out = open_memstream(&text, &len);
    facts_dump(out, &settlement.facts, &(struct dump_bases){parts.lines, parts.offsets});
    fclose(out);
    settlement_free(&settlement);
    store_free(&store);
    free(maps);
    arena_free(&arena);
    return text;
}

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
    char *found = facts_of(bench, log, ends, count, block_bytes);
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
    char *whole = facts_of(bench, log, all, 1, SIZE_MAX / 2);
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
        char *facts = facts_of(bench, &log, all, 1, SIZE_MAX / 2);
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
