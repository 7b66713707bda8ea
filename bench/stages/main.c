/* Times every step of the engine over a log in memory, least and median of several runs, the answer
 * checked in each. */
#define _GNU_SOURCE /* getopt_long, clock_gettime */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "stage.h"

enum { RUNS_DEFAULT = 7, RUNS_MAX = 1000, NSEC_PER_SEC = 1000000000 };

struct wish {
    const char *log, *stage; /* stage NULL: all of them */
    const char **packed;
    size_t packed_count;
    unsigned runs;
    bool json;
};

struct timing {
    int64_t wall[RUNS_MAX], cpu[RUNS_MAX]; /* nanoseconds */
    uint64_t answer;
};

static const char usage[] =
    "usage: postmortem-stages [-n RUNS] [-s STAGE] [-j] LOG [PACKED...]\n"
    "  LOG is a plain log that fits in memory several times over; each PACKED is the same, "
    "compressed\n"
    "  -n RUNS   of each stage (7)      -s STAGE  only this one      -j  one JSON object a stage\n";

static int64_t clock_nsec(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * NSEC_PER_SEC + now.tv_nsec;
}

/* One run; false if its answer is wrong. */
static bool run_once(const struct stage *stage, struct bench *bench, struct timing *timing,
                     unsigned run)
{
    if (stage->prepare)
        stage->prepare(bench);
    int64_t wall = clock_nsec(CLOCK_MONOTONIC), cpu = clock_nsec(CLOCK_PROCESS_CPUTIME_ID);
    uint64_t answer = stage->run(bench);
    timing->cpu[run] = clock_nsec(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    timing->wall[run] = clock_nsec(CLOCK_MONOTONIC) - wall;
    if (stage->forget)
        stage->forget(bench);
    if (run > 0 && answer != timing->answer)
        bench->wrong = "does not give the same answer twice";
    timing->answer = answer;
    if (bench->wrong)
        fprintf(stderr, "postmortem-stages: %s %s\n", stage->name, bench->wrong);
    return !bench->wrong;
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static double seconds(int64_t nsec)
{
    return (double)nsec / NSEC_PER_SEC;
}

static void print_row(const struct wish *wish, const char *name, const struct stage *stage,
                      const struct workload *workload, struct timing *timing)
{
    qsort(timing->wall, wish->runs, sizeof *timing->wall, by_size);
    qsort(timing->cpu, wish->runs, sizeof *timing->cpu, by_size);
    double least = seconds(timing->wall[0]), median = seconds(timing->wall[wish->runs / 2]),
           cpu = seconds(timing->cpu[0]);
    double gigabytes = (double)workload->bytes / 1e9, lines = (double)workload->lines / 1e6;
    if (wish->json)
        printf("{\"stage\": \"%s\", \"runs\": %u, \"least_s\": %.6f, \"median_s\": %.6f, "
               "\"cpu_least_s\": %.6f, \"gb_per_s\": %.4f, "
               "\"million_lines_per_s\": %.4f, \"cpu_s_per_gb\": %.4f, \"answer\": %llu, \"unit\": "
               "\"%s\"}\n",
               name, wish->runs, least, median, cpu, gigabytes / least, lines / least,
               cpu / gigabytes, (unsigned long long)timing->answer, stage->unit);
    else
        printf("%-16s %8.4f %8.4f %8.4f  %7.3f %8.2f %8.3f  %12llu %s\n", name, least, median, cpu,
               gigabytes / least, lines / least, cpu / gigabytes,
               (unsigned long long)timing->answer, stage->unit);
    fflush(stdout);
}

static bool measure(const struct wish *wish, const char *name, const struct stage *stage,
                    struct bench *bench)
{
    struct timing *timing = xcalloc(1, sizeof *timing);
    bool ok = true;
    for (unsigned run = 0; ok && run < wish->runs; run++)
        ok = run_once(stage, bench, timing, run);
    if (ok)
        print_row(wish, name, stage, bench->workload, timing);
    free(timing);
    return ok;
}

static bool measure_packed(const struct wish *wish, const struct stage *stage, struct bench *bench)
{
    bool ok = true;
    for (size_t i = 0; ok && i < wish->packed_count; i++) {
        const char *dot = strrchr(wish->packed[i], '.');
        char name[64];
        snprintf(name, sizeof name, "%s %s", stage->name, dot ? dot : "");
        bench->packed = wish->packed[i];
        ok = measure(wish, name, stage, bench);
    }
    return ok;
}

static bool measure_all(const struct wish *wish, struct bench *bench)
{
    bool ok = true;
    for (size_t i = 0; ok && i < stage_count; i++) {
        const struct stage *stage = &stages[i];
        if (wish->stage && strcmp(wish->stage, stage->name) != 0)
            continue;
        ok = strcmp(stage->name, "decompress") == 0 ? measure_packed(wish, stage, bench)
                                                    : measure(wish, stage->name, stage, bench);
    }
    return ok;
}

static bool stage_known(const char *name)
{
    for (size_t i = 0; i < stage_count; i++)
        if (strcmp(stages[i].name, name) == 0)
            return true;
    return false;
}

static bool read_wish(struct wish *wish, int argc, char **argv)
{
    int option;
    while ((option = getopt(argc, argv, "n:s:j")) != -1) {
        if (option == 'n')
            wish->runs = (unsigned)strtoul(optarg, NULL, 10);
        else if (option == 's')
            wish->stage = optarg;
        else if (option == 'j')
            wish->json = true;
        else
            return false;
    }
    if (optind == argc || wish->runs < 1 || wish->runs > RUNS_MAX ||
        (wish->stage && !stage_known(wish->stage)))
        return false;
    wish->log = argv[optind];
    wish->packed = (const char **)argv + optind + 1;
    wish->packed_count = (size_t)(argc - optind - 1);
    return true;
}

int main(int argc, char **argv)
{
    struct wish wish = {.runs = RUNS_DEFAULT};
    struct workload workload;
    struct err err;
    if (!read_wish(&wish, argc, argv)) {
        fputs(usage, stderr);
        return 2;
    }
    if (!workload_load(&workload, wish.log, BLOCK_BYTES_DEFAULT, &err)) {
        fprintf(stderr, "postmortem-stages: %s\n", err.text);
        return 2;
    }
    if (!wish.json)
        printf("%-16s %8s %8s %8s  %7s %8s %8s  %12s\n", "stage", "least s", "median s", "cpu s",
               "GB/s", "Mlines/s", "cpu s/GB", "answer");
    workload_fill(&workload); /* fold and what follows need the batches */
    struct bench bench = {.workload = &workload};
    bool ok = measure_all(&wish, &bench);
    workload_free(&workload);
    return ok ? 0 : 1;
}
