#include "explain.h"

#include "batch.h"
#include "block.h"
#include "matcher.h"
#include "reader.h"

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
    bool failed; /* *err says why */
    bool ended;  /* the caller wants no more */
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

static int64_t year_of(int64_t usec)
{
    int64_t year;
    unsigned month, day;
    civil_from_days(usec / USEC_PER_SEC / SEC_PER_DAY, &year, &month, &day);
    return year;
}

static int64_t moved_to_year(int64_t usec, int64_t year)
{
    int64_t days = usec / USEC_PER_SEC / SEC_PER_DAY, template_year, moved;
    unsigned month, day;
    civil_from_days(days, &template_year, &month, &day);
    moved = days_from_civil(year, month, day);
    return usec + (moved - days) * SEC_PER_DAY * USEC_PER_SEC;
}

/* A line alone: no year but the one given, else the last in which the stamp is not younger than its
 * file. */
static struct when when_of(const struct explain *explain, const struct source_path *path,
                           struct stamp stamp)
{
    const int64_t slack = (int64_t)SEC_PER_DAY * USEC_PER_SEC;
    struct when when = {stamp.usec, stamp.digits};
    if (stamp.kind == STAMP_NONE)
        return (struct when){TIME_NONE, 0};
    if (stamp.kind != STAMP_YEARLESS)
        return when;
    if (explain->settings->year) {
        when.usec = moved_to_year(stamp.usec, explain->settings->year);
        return when;
    }
    if (path->modified_usec == TIME_NONE || path->modified_usec < 0)
        return (struct when){TIME_NONE, 0};
    int64_t year = year_of(path->modified_usec);
    when.usec = moved_to_year(stamp.usec, year);
    if (when.usec > path->modified_usec + slack)
        when.usec = moved_to_year(stamp.usec, year - 1);
    return when;
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

static void explain_block(struct explain *explain, const struct source_path *path,
                          struct explained *explained, const struct block *block)
{
    struct line_cursor cursor;
    struct scanned scanned;
    line_cursor_begin(&cursor, block);
    while (!stopped(explain) && line_cursor_next(&cursor, block, &explained->line)) {
        explained->number++;
        explained->scanned = &scanned;
        scan_line(explain->scan, explained->line, &scanned);
        explain->failed = explain->failed || !set_reason(explain, &scanned);
        explained->when = when_of(explain, path, scanned.envelope.stamp);
        explain->result->lines++;
        explain->result->events += scanned.class == LINE_EVENT;
        explain->ended = !explain->calls->line(explain->calls->user, explained);
        scan_forget(explain->scan);
    }
}

static void explain_member(struct explain *explain, const struct source_path *path,
                           struct source *source, const struct source_member *member)
{
    struct explained explained = {.path = path->path, .member = member->name};
    struct reader reader;
    reader_begin(&reader, source, member, BLOCK_BYTES_DEFAULT);
    do {
        struct block *block = block_pool_get(explain->pool);
        reader_fill(&reader, block);
        explain_block(explain, path, &explained, block);
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
    while (!stopped(explain) && source_next(source, &member))
        explain_member(explain, path, source, &member);
    bool no_log = explain->result->lines > lines && explain->result->events == events;
    if (path->named && no_log && !stopped(explain))
        complain(explain, path->path, "holds no mail log");
    source_close(source);
}

static void explain_paths(struct explain *explain)
{
    const struct settings *settings = explain->settings;
    struct arena arena = {0};
    struct source_paths paths = {0};
    source_expand(&arena, settings->paths.items, settings->paths.count, settings->exclude.items,
                  settings->exclude.count, complain_of_path, explain, &paths);
    for (size_t i = 0; i < paths.count && !stopped(explain); i++)
        explain_path(explain, &paths.items[i]);
    arena_free(&arena);
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
    *ret = result;
    return !explain.failed;
}
