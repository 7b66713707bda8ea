#include <stdlib.h>

#include "run_internal.h"

/* What of a block is to be written: whole lines, one behind the other. */
struct lines {
    char *text;
    size_t bytes, capacity;
};

struct listing {
    struct run *run;
    void (*write)(void *user, struct str line);
    void *user;
    size_t path; /* being read */
};

static void *worker_new(void *user)
{
    (void)user;
    return scan_new();
}

static void worker_free(void *worker)
{
    scan_free(worker);
}

static void lines_free(void *user)
{
    struct lines *lines = user;
    free(lines->text);
    free(lines);
}

static void add_line(struct lines *lines, struct str line)
{
    if (lines->bytes + line.len + 1 > lines->capacity) {
        lines->capacity = (lines->bytes + line.len + 1) * 2;
        lines->text = xrealloc(lines->text, lines->capacity, 1);
    }
    if (line.len)
        memcpy(lines->text + lines->bytes, line.ptr, line.len);
    lines->bytes += line.len;
    lines->text[lines->bytes++] = '\n';
}

static void work(void *worker, struct block *block)
{
    struct lines *lines =
        block->result ? block->result : (block->result = xcalloc(1, sizeof *lines));
    struct line_cursor cursor;
    struct scanned line;
    struct str text;
    lines->bytes = 0;
    line_cursor_begin(&cursor, block);
    scan_begin(worker, &block->columns);
    while (line_cursor_next(&cursor, block, &text)) {
        scan_line(worker, text, &line);
        if (line.class == LINE_UNRECOGNISED)
            add_line(lines, text);
    }
    scan_forget(worker);
}

static void fold(void *member, struct block *block)
{
    struct listing *listing = member;
    const struct lines *lines = block->result;
    if (lines->bytes)
        listing->write(listing->user, (struct str){lines->text, lines->bytes});
}

static void *member_begin(void *user, size_t path, unsigned index,
                          const struct source_member *member)
{
    struct listing *listing = user;
    (void)path;
    (void)member;
    const struct run *run = listing->run;
    size_t i = run_find_log(run, listing->path, index);
    return i < run->log_count && run->logs[i].summary.unrecognised ? listing : NULL;
}

static void member_end(void *member, const struct member_end *end)
{
    (void)member;
    (void)end;
}

static void path_end(void *user, size_t path, const struct path_end *end)
{
    (void)user;
    (void)path;
    (void)end;
}

void run_list_unrecognised(struct run *run, void (*write)(void *user, struct str lines), void *user)
{
    struct listing listing = {run, write, user, 0};
    const struct consumer consumer = {.user = &listing,
                                      .worker_new = worker_new,
                                      .worker_free = worker_free,
                                      .result_free = lines_free,
                                      .member_begin = member_begin,
                                      .work = work,
                                      .fold = fold,
                                      .member_end = member_end,
                                      .path_end = path_end};
    struct pipeline_options options = run_pipeline_options(run, run->settings->threads);
    bool *done = xcalloc(run->paths.count + 1, sizeof *done);
    options.in_order = true;
    for (size_t i = 0; i < run->log_count; i++) {
        listing.path = run->logs[i].path;
        if (!run->logs[i].summary.unrecognised || done[listing.path])
            continue;
        done[listing.path] = true;
        pipeline_run(&run->paths.items[listing.path], 1, &options, &consumer);
    }
    free(done);
}
