#define _GNU_SOURCE /* memrchr */
#include "workload.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "detect.h"

enum { STAGES_SEED = 1 }; /* of the tables */

static bool read_whole(struct workload *ret, int fd, struct err *err)
{
    struct stat info;
    if (fstat(fd, &info))
        return err_sys(err, STATUS_NO_LOG, ret->path);
    ret->bytes = (size_t)info.st_size;
    ret->modified_usec = (int64_t)info.st_mtime * USEC_PER_SEC;
    ret->text = xcalloc(ret->bytes + 1, 1);
    for (size_t at = 0; at < ret->bytes;) {
        ssize_t count = read(fd, ret->text + at, ret->bytes - at);
        if (count < 0)
            return err_sys(err, STATUS_NO_LOG, ret->path);
        if (count == 0)
            return err_set(err, STATUS_NO_LOG, "%s: shorter than it was", ret->path);
        at += (size_t)count;
    }
    return true;
}

static size_t end_of_block(const struct workload *workload, size_t from, size_t block_bytes)
{
    if (workload->bytes - from <= block_bytes)
        return workload->bytes;
    const char *last = memrchr(workload->text + from, '\n', block_bytes);
    return last ? (size_t)(last - workload->text) + 1 : from + block_bytes;
}

static void cut_blocks(struct workload *workload, size_t block_bytes)
{
    workload->blocks = xcalloc(workload->bytes / (block_bytes / 2) + 1, sizeof *workload->blocks);
    for (size_t at = 0; at < workload->bytes;) {
        struct block *block = &workload->blocks[workload->block_count];
        block->data = workload->text + at;
        block->bytes = end_of_block(workload, at, block_bytes) - at;
        block->capacity = block->bytes;
        block->offset = at;
        block->sequence = workload->block_count++;
        at += block->bytes;
    }
}

static uint64_t count_lines(const struct workload *workload)
{
    uint64_t ret = 0;
    for (size_t i = 0; i < workload->bytes; i++)
        ret += workload->text[i] == '\n';
    return ret;
}

bool workload_load(struct workload *ret, const char *path, size_t block_bytes, struct err *err)
{
    struct workload loaded = {.path = path};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_sys(err, STATUS_NO_LOG, path);
    bool ok = read_whole(&loaded, fd, err) && matcher_new(&loaded.matcher, err);
    close(fd);
    if (!ok) {
        free(loaded.text);
        return false;
    }
    loaded.worker = batch_worker_new(loaded.matcher, STAGES_SEED);
    loaded.lines = count_lines(&loaded);
    cut_blocks(&loaded, block_bytes);
    *ret = loaded;
    return true;
}

void workload_free(struct workload *workload)
{
    for (size_t i = 0; i < workload->block_count; i++)
        batch_free(workload->blocks[i].result);
    free(workload->blocks);
    batch_worker_free(workload->worker);
    matcher_free(workload->matcher);
    free(workload->text);
}

uint64_t workload_fill(struct workload *workload)
{
    uint64_t ret = 0;
    for (size_t i = 0; i < workload->block_count; i++) {
        batch_fill(workload->worker, &workload->blocks[i], NULL, NULL);
        ret += ((const struct batch *)workload->blocks[i].result)->event_count;
    }
    return ret;
}

void digested_fold(struct digested *digested, const struct workload *workload)
{
    digested->member = (struct member){.path_name = workload->path,
                                       .modified_usec = workload->modified_usec,
                                       .named = true,
                                       .bytes = workload->bytes};
    store_init(&digested->member.store, STAGES_SEED);
    for (size_t i = 0; i < workload->block_count; i++)
        store_fold(&digested->member.store, &workload->blocks[i]);
}

void digested_settle(struct digested *digested, const struct workload *workload)
{
    struct clock_rules rules = {&digested->arena, &workload->settings};
    clocks_settle(&rules, &digested->member, 1, &digested->maps);
    instances_settle(&digested->member.store);
    proxied_settle(&digested->member.store);
    settle(&digested->settlement, &digested->member.store, digested->maps, &workload->settings);
}

void digested_detect(struct digested *digested, const struct workload *workload)
{
    digested->report.tool_version = "bench";
    digested->report.facts = &digested->settlement.facts;
    detect(&digested->settlement.facts, &workload->settings, &digested->report_arena,
           &digested->report);
}

void digested_forget_report(struct digested *digested)
{
    arena_free(&digested->report_arena);
    digested->report = (struct report){0};
    digested->report_arena = (struct arena){0};
}

void digested_forget_settlement(struct digested *digested)
{
    settlement_free(&digested->settlement);
    arena_free(&digested->arena);
    digested->arena = (struct arena){0};
}

void digested_forget(struct digested *digested)
{
    digested_forget_report(digested);
    digested_forget_settlement(digested);
    store_free(&digested->member.store);
}
