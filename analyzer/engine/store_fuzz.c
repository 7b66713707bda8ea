/* A log of chosen events, cut anywhere: the stores of its parts, joined, say what the store of the
 * whole says. The first bytes are the places of the cuts and of a gap, the rest chooses the lines.
 */
#define _GNU_SOURCE /* memfd_create */
#include "store_parts.h"

#include "fuzzing.h"
#include "store_testing.h"

enum { CUTS = 3, SIZE_MAX_BYTES = 2000 };

static struct bench *bench_of_all(void)
{
    static const struct pair zone = {NULL, "+00:00"};
    static struct bench bench;
    struct matcher *matcher;
    struct err err;
    if (bench.worker)
        return &bench;
    if (!matcher_new(&matcher, &err))
        abort();
    bench.settings.timezones.items = (struct pair *)(uintptr_t)&zone;
    bench.settings.timezones.count = 1;
    bench.worker = batch_worker_new(matcher, TEST_SEED);
    return &bench;
}

/* The end of a line, as far into the log as byte says. */
static size_t place(struct str text, uint8_t byte)
{
    return line_end_after(text, text.len * byte / 256);
}

static int by_value(const void *a, const void *b)
{
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return (x > y) - (x < y);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bench *bench = bench_of_all();
    if (size < CUTS + 3 || size > SIZE_MAX_BYTES)
        return 0;
    char *text = chosen_log(data + CUTS + 2, size - CUTS - 2);
    struct log log = {.name = "chosen", .text = str_of(text)};
    if (log.text.len) {
        size_t ends[CUTS + 1], all[] = {log.text.len};
        for (unsigned i = 0; i < CUTS; i++)
            ends[i] = place(log.text, data[i]);
        ends[CUTS] = log.text.len;
        qsort(ends, CUTS, sizeof *ends, by_value);
        log.gaps[0] = place(log.text, data[CUTS]);
        log.gap_count = data[CUTS] && log.gaps[0] < log.text.len;
        bench->random = data[CUTS + 1];
        char *whole = facts_of_parts(bench, &log, all, 1, SIZE_MAX / 2),
             *parts = facts_of_parts(bench, &log, ends, CUTS + 1, 1 + 40 * (size_t)data[CUTS + 1]);
        if (strcmp(whole, parts) != 0)
            print_difference(whole, parts);
        fuzz_require(strcmp(whole, parts) == 0, "the parts say what the whole says");
        free(whole);
        free(parts);
    }
    free(text);
    return 0;
}
