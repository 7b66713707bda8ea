#define _POSIX_C_SOURCE 200809L /* O_CLOEXEC */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "envelope.h"
#include "report.h"
#include "scan.h"
#include "source.h"
#include "stage.h"

enum { CHUNK_BYTES = 256 * 1024 };

/* Compares while it goes: a decoder that gives other bytes is not fast but wrong. */
static uint64_t run_decompress(struct bench *bench)
{
    char *chunk_text = xcalloc(CHUNK_BYTES, 1);
    struct source_path path = {.path = bench->packed, .named = true};
    struct source_options options = {0};
    struct source *source;
    struct source_member member;
    struct err err;
    uint64_t bytes = 0;
    if (!source_open(&source, &path, &options, &err)) {
        bench->wrong = "cannot be opened";
        free(chunk_text);
        return 0;
    }
    while (source_next(source, &member)) {
        struct source_chunk chunk = {0};
        while (!chunk.end) {
            source_read(source, chunk_text, CHUNK_BYTES, &chunk);
            if (chunk.damage || bytes + chunk.bytes > bench->workload->bytes ||
                memcmp(bench->workload->text + bytes, chunk_text, chunk.bytes) != 0)
                bench->wrong = "gives other bytes than the log has";
            bytes += chunk.bytes;
        }
    }
    source_close(source);
    free(chunk_text);
    if (bytes != bench->workload->bytes)
        bench->wrong = "gives another number of bytes than the log has";
    return bytes;
}

static uint64_t run_cut(struct bench *bench)
{
    uint64_t ret = 0;
    for (size_t i = 0; i < bench->workload->block_count; i++) {
        const struct block *block = &bench->workload->blocks[i];
        struct line_cursor cursor;
        struct str line;
        line_cursor_begin(&cursor, block);
        while (line_cursor_next(&cursor, block, &line))
            ret++;
    }
    if (ret != bench->workload->lines)
        bench->wrong = "cuts another number of lines than there are line ends";
    return ret;
}

static uint64_t run_envelope(struct bench *bench)
{
    uint64_t ret = 0;
    for (size_t i = 0; i < bench->workload->block_count; i++) {
        const struct block *block = &bench->workload->blocks[i];
        struct line_cursor cursor;
        struct str line;
        struct envelope envelope;
        line_cursor_begin(&cursor, block);
        while (line_cursor_next(&cursor, block, &line))
            ret += envelope_parse(line, &bench->scratch, &envelope);
        arena_free(&bench->scratch);
    }
    return ret;
}

static void prepare_scan(struct bench *bench)
{
    bench->scan = scan_new();
}

static uint64_t run_scan(struct bench *bench)
{
    uint64_t ret = 0;
    for (size_t i = 0; i < bench->workload->block_count; i++) {
        const struct block *block = &bench->workload->blocks[i];
        struct line_cursor cursor;
        struct str line;
        struct scanned scanned;
        line_cursor_begin(&cursor, block);
        while (line_cursor_next(&cursor, block, &line)) {
            scan_line(bench->scan, line, &scanned);
            ret += scanned.class == LINE_EVENT;
        }
        scan_forget(bench->scan);
    }
    return ret;
}

static void forget_scan(struct bench *bench)
{
    scan_free(bench->scan);
    bench->scan = NULL;
}

static uint64_t run_fill(struct bench *bench)
{
    return workload_fill(bench->workload);
}

static uint64_t run_fold(struct bench *bench)
{
    digested_fold(&bench->digested, bench->workload);
    return bench->digested.member.store.fragment_count;
}

static void forget_fold(struct bench *bench)
{
    store_free(&bench->digested.member.store);
}

static void prepare_settle(struct bench *bench)
{
    digested_fold(&bench->digested, bench->workload);
}

static uint64_t run_settle(struct bench *bench)
{
    digested_settle(&bench->digested, bench->workload);
    return bench->digested.settlement.facts.message_count;
}

static void forget_settle(struct bench *bench)
{
    digested_forget_settlement(&bench->digested);
    forget_fold(bench);
}

static void prepare_detect(struct bench *bench)
{
    prepare_settle(bench);
    digested_settle(&bench->digested, bench->workload);
}

static uint64_t run_detect(struct bench *bench)
{
    digested_detect(&bench->digested, bench->workload);
    return bench->digested.report.totals.submitted.messages;
}

static void prepare_report(struct bench *bench)
{
    prepare_detect(bench);
    digested_detect(&bench->digested, bench->workload);
}

static uint64_t run_report(struct bench *bench)
{
    int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
    struct out *out = out_new(fd, "null");
    struct err err;
    report_format_find("json")->write(&bench->digested.report, &(struct style){0}, out);
    uint64_t ret = out_bytes(out);
    if (!out_finish(out, NULL, &err))
        bench->wrong = "cannot write";
    out_free(out);
    close(fd);
    return ret;
}

static void forget_all(struct bench *bench)
{
    digested_forget(&bench->digested);
}

const struct stage stages[] = {
    {"decompress", "bytes", NULL, run_decompress, NULL},
    {"cut", "lines", NULL, run_cut, NULL},
    {"envelope", "lines", NULL, run_envelope, NULL},
    {"scan", "lines", prepare_scan, run_scan, forget_scan},
    {"fill", "events", NULL, run_fill, NULL},
    {"fold", "fragments", NULL, run_fold, forget_fold},
    {"settle", "messages", prepare_settle, run_settle, forget_settle},
    {"detect", "messages", prepare_detect, run_detect, forget_all},
    {"report", "bytes", prepare_report, run_report, forget_all},
};
const size_t stage_count = sizeof stages / sizeof *stages;
