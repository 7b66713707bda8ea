/* Inputs that hold the same lines: which copy counts. */
#include <stdlib.h>

#include "multiset.h"
#include "run_internal.h"
#include "run_segments.h"

/* Reading a member once more, alone, to count its lines in or out. */
struct again {
    struct run *run;
    struct member *member;
    struct multiset *seen;
    bool drop; /* leave out lines already seen; else only remember them */
    struct store store;
    const struct matcher *matcher;
};

struct again_worker {
    struct again *again;
    struct batch_worker *batch;
};

static bool first_time(void *user, struct str host, const struct stamp *stamp, uint64_t hash)
{
    struct again *again = user;
    (void)host;
    (void)stamp;
    return !(again->drop && multiset_take(again->seen, hash));
}

static void *again_worker_new(void *user)
{
    struct again_worker *worker = xcalloc(1, sizeof *worker);
    worker->again = user;
    worker->batch = batch_worker_new(worker->again->matcher, worker->again->run->seed);
    return worker;
}

static void again_worker_free(void *user)
{
    struct again_worker *worker = user;
    batch_worker_free(worker->batch);
    free(worker);
}

static void again_work(void *user, struct block *block)
{
    struct again_worker *worker = user;
    batch_fill(worker->batch, block, first_time, worker->again);
}

static void *again_begin(void *user, size_t path, unsigned index,
                         const struct source_member *source)
{
    struct again *again = user;
    (void)path;
    (void)source;
    return index == again->member->index ? again : NULL;
}

static void again_fold(void *user, struct block *block)
{
    struct again *again = user;
    store_fold(&again->store, block);
}

static void again_end(void *user, const struct member_end *end)
{
    (void)user;
    (void)end;
}

static void again_path_end(void *user, size_t path, const struct path_end *end)
{
    (void)user;
    (void)path;
    (void)end;
}

/* Hashes of the lines that the member, as it now counts, holds. */
struct remember_worker {
    struct again *again;
    struct scan *scan;
};

static void *remember_worker_new(void *user)
{
    struct remember_worker *worker = xcalloc(1, sizeof *worker);
    worker->again = user;
    worker->scan = scan_new();
    return worker;
}

static void remember_worker_free(void *user)
{
    struct remember_worker *worker = user;
    scan_free(worker->scan);
    free(worker);
}

static void remember_work(void *user, struct block *block)
{
    struct remember_worker *worker = user;
    struct line_cursor cursor;
    struct scanned line;
    struct str text;
    line_cursor_begin(&cursor, block);
    scan_begin(worker->scan, &block->columns);
    while (line_cursor_next(&cursor, block, &text)) {
        scan_line(worker->scan, text, &line);
        if (line.envelope.stamp.kind != STAMP_NONE)
            multiset_add(worker->again->seen, line_hash(line.envelope.body));
    }
    scan_forget(worker->scan);
}

static void remember_fold(void *user, struct block *block)
{
    (void)user;
    (void)block;
}

static void read_again(struct run *run, struct member *member, struct multiset *seen, bool drop)
{
    struct again again = {
        .run = run, .member = member, .seen = seen, .drop = drop, .matcher = run->matcher};
    struct consumer consumer = {.user = &again,
                                .worker_new = again_worker_new,
                                .worker_free = again_worker_free,
                                .result_free = batch_free,
                                .member_begin = again_begin,
                                .work = again_work,
                                .fold = again_fold,
                                .member_end = again_end,
                                .path_end = again_path_end};
    /* One worker: which of two equal lines is left out must not depend on luck. */
    struct pipeline_options options = run_pipeline_options(run, 1);
    if (!drop) {
        consumer.worker_new = remember_worker_new;
        consumer.worker_free = remember_worker_free;
        consumer.work = remember_work;
        consumer.fold = remember_fold;
        consumer.result_free = NULL;
    } else {
        store_init(&again.store, run->seed);
        again.store.matcher = run->matcher;
    }
    pipeline_run(&run->paths.items[member->path], 1, &options, &consumer);
    if (!drop)
        return;
    store_free(&member->store);
    segments_forget(run, (size_t)(member - run->logs));
    member->store = again.store;
    member->duplicates = again.store.inputs[0].duplicates;
}

static bool can_read_again(const struct run *run, const struct member *member)
{
    const struct source_path *path = &run->paths.items[member->path];
    return path->file || strcmp(path->path, "-") != 0;
}

/* The members of one group: the one with most lines counts whole, of each other only the lines the
 * ones before do not have. */
static void resolve_group(struct run *run, size_t group, const size_t *groups)
{
    struct multiset *seen = multiset_new();
    for (;;) {
        size_t most = SIZE_MAX;
        for (size_t i = 0; i < run->log_count; i++)
            if (groups[i] == group && !run->resolved[i] &&
                (most == SIZE_MAX ||
                 run->logs[i].store.line_base > run->logs[most].store.line_base))
                most = i;
        if (most == SIZE_MAX)
            break;
        struct member *member = &run->logs[most];
        bool first = multiset_count(seen) == 0;
        run->resolved[most] = true;
        if (!can_read_again(run, member)) {
            run_complain(
                run, member->path_name,
                "holds times that another input holds too, and cannot be read a second time: "
                "lines may count twice");
            continue;
        }
        struct multiset *before = first ? NULL : multiset_copy(seen);
        if (before)
            read_again(run, member, before, true);
        multiset_free(before);
        read_again(run, member, seen, false);
        run->renamed = true;
    }
    multiset_free(seen);
}

static void drop_whole(struct run *run, size_t index)
{
    struct member *member = &run->logs[index];
    uint64_t lines = member->store.inputs[0].lines;
    struct input_fact kept = member->store.inputs[0];
    store_free(&member->store);
    store_init(&member->store, run->seed);
    member->store.matcher = run->matcher;
    segments_forget(run, index);
    kept.recognised = kept.unrecognised = kept.other_program = 0;
    kept.duplicates = lines;
    member->store.inputs[0] = kept;
    member->duplicates = lines;
}

/* The same events written twice, by two writers in two formats, cannot be told from two events. */
static void warn_of_twins(struct run *run, const size_t *groups)
{
    for (size_t i = 0; i < run->log_count; i++) {
        for (size_t j = i + 1; j < run->log_count; j++) {
            const struct input_fact *a = run->logs[i].store.inputs, *b = run->logs[j].store.inputs;
            if (groups[i] != groups[j] || (a->formats & b->formats) || !(a->parsers & b->parsers))
                continue;
            const char *text = arena_printf(&run->arena,
                                            "covers the same hours of one host as %s, in another "
                                            "format: events that both hold count twice",
                                            run->logs[j].path_name);
            notes_add(&run->notes,
                      arena_printf(&run->arena, "%s %s", run->logs[i].path_name, text));
            run->calls.complain(run->calls.user, run->logs[i].path_name, text);
        }
    }
}

/* The same lines in two inputs count once. */
bool run_resolve_overlaps(struct run *run, struct err *err)
{
    size_t *groups = xcalloc(run->log_count + 1, sizeof *groups);
    bool *whole = xcalloc(run->log_count + 1, sizeof *whole);
    run->resolved = arena_alloc(&run->arena, run->log_count + 1);
    inputs_overlaps(run->logs, run->log_count, run->maps, groups, whole);
    warn_of_twins(run, groups);
    segments_say(run, whole);
    bool decided = segments_decide(run, groups, whole, err);
    for (size_t i = 0; i < run->log_count && decided; i++) {
        bool others = false;
        for (size_t j = i + 1; j < run->log_count && groups[i] == i; j++)
            others |= groups[j] == i;
        if (others)
            resolve_group(run, i, groups);
    }
    for (size_t i = 0; i < run->log_count; i++)
        if (whole[i])
            drop_whole(run, i);
    free(groups);
    free(whole);
    segments_keep(run);
    if (!run->renamed || !decided)
        return decided;
    /* Stores were made anew: their clocks and hosts must be settled again. */
    struct clock_rules rules = {&run->arena, run->settings};
    struct notes known = {.arena = &run->arena}; /* all of it was noted the first time */
    for (size_t i = 0; i < run->log_count; i++)
        run->logs[i].rename_count = 0;
    clocks_settle(&rules, run->logs, run->log_count, run->maps);
    inputs_name_hosts(run->logs, run->log_count, run->settings, &known);
    free(known.items);
    return true;
}
