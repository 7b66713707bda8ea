#include "explain.h"

#include "batch.h"
#include "block.h"
#include "matcher.h"
#include "reader.h"
#include "run.h"

struct explain {
    const struct settings *settings;
    const struct explain_calls *calls;
    struct explain_result *result;
    struct scan *scan;
    struct matcher *matcher;
    struct matcher_worker *matcher_worker;
    struct block_pool *pool;
    struct source_options source_options;
    struct err *err;
    bool failed;        /* *err says why */
    bool ended;         /* the caller wants no more */
    struct run *clocks; /* years and zones of all inputs */
    size_t path;        /* being read: index among the inputs */
};

static void complain(struct explain *explain, const char *path, const char *why)
{
    explain->result->damaged = true;
    explain->calls->complain(explain->calls->user, path, why);
}

static void complain_of_path(void *user, const char *path, const char *why)
{
    complain(user, path, why);
}

static bool stopped(const struct explain *explain)
{
    const volatile int *stop = explain->source_options.stop;
    return explain->failed || explain->ended || (stop && *stop);
}

static struct when when_of(const struct explain *explain, const struct explained *explained,
                           const struct envelope *envelope)
{
    if (envelope->stamp.kind == STAMP_NONE)
        return (struct when){TIME_NONE, 0};
    return run_when(explain->clocks, explain->path, explained->member_index, envelope->host,
                    envelope->stamp);
}

/* Compiling the patterns takes longer than reading a few lines: only when the first is wanted. */
static bool need_matcher(struct explain *explain)
{
    if (explain->matcher_worker)
        return true;
    if (!matcher_new(&explain->matcher, explain->err))
        return false;
    explain->matcher_worker = matcher_worker_new(explain->matcher);
    return true;
}

static bool set_reason(struct explain *explain, struct scanned *scanned)
{
    struct event *event = &scanned->event;
    if (scanned->class != LINE_EVENT || event->free_text.len == 0 || event->reason != REASON_NONE)
        return true;
    if (!need_matcher(explain))
        return false;
    matcher_classify(explain->matcher_worker, &event->free_text, 1, &event->reason);
    return true;
}

static void explain_block(struct explain *explain, struct explained *explained,
                          const struct block *block)
{
    struct line_cursor cursor;
    struct scanned scanned;
    line_cursor_begin(&cursor, block);
    scan_begin(explain->scan, &block->columns);
    while (!stopped(explain) && line_cursor_next(&cursor, block, &explained->line)) {
        explained->number++;
        explained->scanned = &scanned;
        scan_line(explain->scan, explained->line, &scanned);
        explain->failed = explain->failed || !set_reason(explain, &scanned);
        explained->when = when_of(explain, explained, &scanned.envelope);
        explain->result->lines++;
        explain->result->events += scanned.class == LINE_EVENT;
        explain->ended = !explain->calls->line(explain->calls->user, explained);
        scan_forget(explain->scan);
    }
}

static void explain_member(struct explain *explain, const struct source_path *path,
                           struct source *source, unsigned index,
                           const struct source_member *member)
{
    struct explained explained = {
        .path = path->path, .member = member->name, .member_index = index};
    struct reader reader;
    reader_begin(&reader, source, member, BLOCK_BYTES_DEFAULT);
    do {
        struct block *block = block_pool_get(explain->pool);
        reader_fill(&reader, block);
        explain_block(explain, &explained, block);
        block_pool_put(explain->pool, block);
    } while (!reader.end && !stopped(explain));
    if (reader.damage)
        complain(explain, path->path, reader.damage);
    reader_finish(&reader);
}

static void explain_path(struct explain *explain, const struct source_path *path)
{
    struct source *source = NULL;
    struct source_member member;
    struct err err;
    uint64_t events = explain->result->events, lines = explain->result->lines;
    if (!source_open(&source, path, &explain->source_options, &err)) {
        complain(explain, path->path, err.text);
        return;
    }
    unsigned index = 0;
    while (!stopped(explain) && source_next(source, &member))
        explain_member(explain, path, source, index++, &member);
    bool no_log = explain->result->lines > lines && explain->result->events == events;
    if (path->named && no_log && !stopped(explain))
        complain(explain, path->path, "holds no mail log");
    source_close(source);
}

/* Years and zones follow from all inputs together, so all are read before the first line is told; a
 * pipe is kept for that. */
static void learn_clocks(struct explain *explain)
{
    const struct run_calls calls = {.user = explain, .complain = complain_of_path};
    explain->clocks = run_new(explain->settings, explain->source_options.stop, &calls);
    explain->failed = !run_learn_clocks(explain->clocks, explain->err) && !stopped(explain);
}

static void explain_paths(struct explain *explain)
{
    const struct source_path *paths;
    size_t count = 0;
    learn_clocks(explain);
    paths = run_paths(explain->clocks, &count);
    for (explain->path = 0; explain->path < count && !stopped(explain); explain->path++)
        explain_path(explain, &paths[explain->path]);
}

bool explain(const struct settings *settings, const volatile int *stop,
             const struct explain_calls *calls, struct explain_result *ret, struct err *err)
{
    struct explain_result result = {0};
    struct explain explain = {.settings = settings, .calls = calls, .result = &result, .err = err};
    explain.source_options = (struct source_options){.temp_dir = settings->temp_dir, .stop = stop};
    explain.scan = scan_new();
    explain.pool = block_pool_new(1, BLOCK_BYTES_DEFAULT);
    explain_paths(&explain);
    block_pool_free(explain.pool, NULL);
    scan_free(explain.scan);
    matcher_worker_free(explain.matcher_worker);
    matcher_free(explain.matcher);
    run_free(explain.clocks);
    *ret = result;
    return !explain.failed;
}
