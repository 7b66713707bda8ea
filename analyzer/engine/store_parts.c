#define _GNU_SOURCE /* open_memstream */
#include "store_parts.h"

#include <stdio.h>
#include <stdlib.h>

#include "facts_dump.h"
#include "settle.h"
#include "store_testing.h"
#include "told.h"

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

char *facts_of_parts(struct bench *bench, const struct log *log, const size_t *ends, size_t count,
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
