#define _GNU_SOURCE /* memmem */
#include <stdlib.h>

#include "line_owner.h"
#include "trace_internal.h"

enum { LITERALS_MAX = 16 };

/* A log being read, and how many of its lines are behind. */
struct trace_reading {
    struct tracing *t;
    const struct member *log;
    uint32_t input;
    uint64_t lines;
    bool wanted;
    uint64_t from, to; /* lines that matter begin within */
};

struct trace_pass {
    struct tracing *t;
    struct trace_reading *readings; /* by log */
    struct str literals[LITERALS_MAX];
    uint32_t literal_count; /* LITERALS_MAX + 1: too many to look for */
    struct source_path *paths;
    size_t *numbers; /* of each in run->paths */
    size_t count;
};

struct trace_worker {
    const struct trace_pass *pass;
    struct scan *scan;
};

struct trace_pick {
    struct str line;
    struct when when;
    uint64_t offset;
    uint32_t number, length, fragment;
    struct columns columns; /* of a table: the header above */
};

struct trace_picks {
    struct trace_pick *items;
    size_t count, capacity;
    uint64_t lines;
};

static void *worker_new(void *user)
{
    struct trace_worker *worker = xcalloc(1, sizeof *worker);
    worker->pass = user;
    worker->scan = scan_new();
    return worker;
}

static void worker_free(void *user)
{
    struct trace_worker *worker = user;
    scan_free(worker->scan);
    free(worker);
}

static void picks_free(void *user)
{
    struct trace_picks *picks = user;
    free(picks->items);
    free(picks);
}

/* Most blocks hold none of few queue IDs: a look for the bare text spares taking their lines apart.
 */
static bool may_hold(const struct trace_pass *pass, const struct block *block)
{
    if (pass->literal_count > LITERALS_MAX)
        return true;
    for (uint32_t i = 0; i < pass->literal_count; i++)
        if (memmem(block->data, block->bytes, pass->literals[i].ptr, pass->literals[i].len))
            return true;
    return false;
}

static void pick_line(struct trace_worker *worker, const struct trace_reading *r, struct str text,
                      const struct line_cursor *cursor, struct trace_picks *picks)
{
    struct tracing *t = r->t;
    struct scanned line;
    scan_line(worker->scan, text, &line);
    if (line.class != LINE_EVENT)
        return;
    struct str id = event_get(&line.event, FIELD_QUEUE_ID);
    uint32_t host = line_host(t->run, r->log, line.envelope.host),
             fragment = line_fragment(&t->run->store, host, id, r->input, cursor->offset);
    if (fragment == NO_FRAGMENT || !t->owners[fragment])
        return;
    if (picks->count == picks->capacity) {
        picks->capacity = picks->capacity * 2 + 64;
        picks->items = xrealloc(picks->items, picks->capacity, sizeof *picks->items);
    }
    struct trace_pick *pick = &picks->items[picks->count++];
    *pick = (struct trace_pick){.line = text,
                                .offset = cursor->offset,
                                .number = cursor->number,
                                .length = cursor->length,
                                .fragment = fragment,
                                .columns = *scan_columns(worker->scan)};
    pick->when = run_when_joined(t->run, r->input, host, line.envelope.stamp);
}

static void work(void *user, struct block *block)
{
    struct trace_worker *worker = user;
    const struct trace_reading *r = block->member;
    struct trace_picks *picks =
        block->result ? block->result : (block->result = xcalloc(1, sizeof *picks));
    struct line_cursor cursor;
    struct str text;
    bool hit = may_hold(worker->pass, block), table = block->columns.table > TABLE_NONE;
    picks->count = 0;
    line_cursor_begin(&cursor, block);
    scan_begin(worker->scan, &block->columns);
    while (line_cursor_next(&cursor, block, &text)) /* of a table, every header must be seen */
        if (hit && (table || (cursor.offset >= r->from && cursor.offset <= r->to)))
            pick_line(worker, r, text, &cursor, picks);
    picks->lines = cursor.next_number;
    scan_forget(worker->scan);
}

static void keep(struct trace_reading *r, const struct trace_pick *pick)
{
    struct tracing *t = r->t;
    struct trail *trail = &t->trails[t->owners[pick->fragment] - 1];
    if (trail->line_count == trail->line_capacity) {
        trail->line_capacity = trail->line_capacity * 2 + 8;
        trail->lines = xrealloc(trail->lines, trail->line_capacity, sizeof *trail->lines);
    }
    trail->lines[trail->line_count++] = (struct trace_line){
        .when = pick->when,
        .place = {r->lines + pick->number + 1, pick->offset, r->input, pick->length},
        .path = r->log->path_name,
        .member = r->log->name,
        .line = arena_str(&t->run->arena, pick->line),
        .columns = pick->columns,
        .hop = t->hop_of[pick->fragment]};
}

static void fold(void *member, struct block *block)
{
    struct trace_reading *r = member;
    const struct trace_picks *picks = block->result;
    for (size_t i = 0; i < picks->count; i++)
        keep(r, &picks->items[i]);
    r->lines += picks->lines;
}

static void *member_begin(void *user, size_t path, unsigned index,
                          const struct source_member *member)
{
    struct trace_pass *pass = user;
    struct run *run = pass->t->run;
    (void)member;
    size_t i = run_find_log(run, pass->numbers[path], index);
    return i < run->log_count && pass->readings[i].wanted ? &pass->readings[i] : NULL;
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

/* Where the lines of a fragment may stand: from its first to its last, over the logs between. */
static void want_span(struct trace_pass *pass, const struct fragment *f)
{
    for (uint32_t i = f->first_input; i <= f->last_place.input && i < pass->t->run->log_count;
         i++) {
        struct trace_reading *r = &pass->readings[i];
        uint64_t from = i == f->first_input ? f->first_offset : 0,
                 to = i == f->last_place.input ? f->last_place.offset : UINT64_MAX;
        r->from = !r->wanted || from < r->from ? from : r->from;
        r->to = !r->wanted || to > r->to ? to : r->to;
        r->wanted = true;
    }
}

static void want_literal(struct trace_pass *pass, struct str id)
{
    if (pass->literal_count > LITERALS_MAX)
        return;
    for (uint32_t i = 0; i < pass->literal_count; i++)
        if (str_eq(pass->literals[i], id))
            return;
    if (pass->literal_count == LITERALS_MAX)
        pass->literal_count++;
    else
        pass->literals[pass->literal_count++] = id;
}

static void plan(struct trace_pass *pass)
{
    struct run *run = pass->t->run;
    bool *planned = arena_alloc(&run->arena, run->paths.count + 1);
    pass->readings = arena_alloc(&run->arena, (run->log_count + 1) * sizeof *pass->readings);
    pass->paths = arena_alloc(&run->arena, (run->paths.count + 1) * sizeof *pass->paths);
    pass->numbers = arena_alloc(&run->arena, (run->paths.count + 1) * sizeof *pass->numbers);
    for (size_t i = 0; i < run->log_count; i++)
        pass->readings[i] =
            (struct trace_reading){.t = pass->t, .log = &run->logs[i], .input = (uint32_t)i};
    for (uint32_t i = 0; i < run->store.fragment_count; i++) {
        if (!pass->t->owners[i])
            continue;
        want_span(pass, &run->store.fragments[i]);
        want_literal(pass, intern_get(&run->store.intern, run->store.fragments[i].queue_id));
    }
    for (size_t i = 0; i < run->log_count; i++) {
        size_t path = run->logs[i].path;
        if (planned[path] || !pass->readings[i].wanted)
            continue;
        planned[path] = true;
        pass->numbers[pass->count] = path;
        pass->paths[pass->count++] = run->paths.items[path];
    }
}

void trace_read_found(struct tracing *t, const struct finder *finder)
{
    struct trace_pass pass = {.t = t};
    plan(&pass);
    struct trace_worker *worker = worker_new(&pass);
    struct trace_picks *picks = NULL;
    for (size_t i = 0; i < t->run->log_count; i++) {
        struct trace_reading *r = &pass.readings[i];
        const struct found_log *log = finder_log(finder, r->log->path, r->log->index);
        for (size_t k = 0; r->wanted && k < log->kept.count; k++) {
            struct block block = kept_block(&log->kept.items[k]);
            block.member = r;
            block.result = picks;
            r->lines = log->kept.items[k].number;
            work(worker, &block);
            fold(r, &block);
            picks = block.result;
        }
    }
    if (picks)
        picks_free(picks);
    worker_free(worker);
}

void trace_read(struct tracing *t)
{
    struct trace_pass pass = {.t = t};
    struct consumer consumer = {.user = &pass,
                                .worker_new = worker_new,
                                .worker_free = worker_free,
                                .result_free = picks_free,
                                .member_begin = member_begin,
                                .work = work,
                                .fold = fold,
                                .member_end = member_end,
                                .path_end = path_end};
    struct pipeline_options options = run_pipeline_options(t->run, t->run->settings->threads);
    options.in_order = true;
    plan(&pass);
    pipeline_run(pass.paths, pass.count, &options, &consumer);
}
