#define _GNU_SOURCE /* clock_gettime */
#include "run.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "detect.h"
#include "inputs.h"
#include "multiset.h"
#include "run_cache.h"
#include "run_internal.h"
#include "run_segments.h"
#include "run_share.h"
#include "spool.h"
#include "told.h"

static int64_t now_usec(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * USEC_PER_SEC + now.tv_nsec / 1000;
}

void run_end_stage(struct run *run, enum run_stage stage)
{
    int64_t now = now_usec();
    run->stage_usec[stage] += now - run->stage_began;
    run->stage_began = now;
}

int64_t run_stage_usec(const struct run *run, enum run_stage stage)
{
    return run->stage_usec[stage];
}

const char *run_stage_name(enum run_stage stage)
{
    static const char *const names[] = {
        [STAGE_READ] = "read",     [STAGE_OVERLAPS] = "overlaps", [STAGE_JOIN] = "join",
        [STAGE_SETTLE] = "settle", [STAGE_DETECT] = "detect",     [STAGE_QUOTE] = "quote"};
    return names[stage];
}

void run_complain(struct run *run, const char *path, const char *why)
{
    run->damaged = true;
    if (run->partial) {
        notes_add(&run->withheld, path);
        notes_add(&run->withheld, why);
    } else if (!share_is_mute(run)) {
        run->calls.complain(run->calls.user, path, why);
    }
}

void run_say_withheld(struct run *run)
{
    for (uint32_t i = 0; i < run->withheld.count; i += 2)
        run->calls.complain(run->calls.user, run->withheld.items[i], run->withheld.items[i + 1]);
    run->withheld.count = 0;
}

struct run *run_new(const struct settings *settings, const volatile int *stop,
                    const struct run_calls *calls)
{
    struct run *run = xcalloc(1, sizeof *run);
    run->settings = settings;
    run->stop = stop;
    run->calls = *calls;
    run->notes.arena = &run->arena;
    run->spool_fd = -1;
    run->seed = hash_seed();
    run->stage_began = now_usec();
    pthread_mutex_init(&run->lock, NULL);
    return run;
}

size_t run_find_log(const struct run *run, size_t path, unsigned index)
{
    size_t i = 0;
    while (i < run->log_count && (run->logs[i].path != path || run->logs[i].index != index))
        i++;
    return i;
}

void run_forget(struct run *run)
{
    for (size_t i = 0; i < run->member_count; i++)
        store_free(&run->members[i]->store);
    for (size_t i = 0; i < run->log_count; i++)
        store_free(&run->logs[i].store);
    if (run->joined)
        settlement_free(&run->settlement);
    if (run->joined)
        store_free(&run->store);
    segments_free(run);
    run->member_count = run->log_count = run->notes.count = run->withheld.count = 0;
    run->renamed = run->damaged = run->joined = false;
}

void run_free(struct run *run)
{
    if (!run)
        return;
    run_forget(run);
    matcher_free(run->matcher);
    if (run->spool_fd >= 0)
        close(run->spool_fd);
    free(run->members);
    free(run->notes.items);
    free(run->withheld.items);
    pthread_mutex_destroy(&run->lock);
    arena_free(&run->arena);
    free(run);
}

static void *new_worker(void *user)
{
    struct run *run = user;
    return batch_worker_new(run->matcher, run->seed);
}

static void free_worker(void *worker)
{
    batch_worker_free(worker);
}

static void work(void *worker, struct block *block)
{
    batch_fill(worker, block, NULL, NULL);
}

struct member *run_add_member(struct run *run)
{
    if (run->member_count == run->member_capacity) {
        run->member_capacity = run->member_capacity * 2 + 16;
        run->members = xrealloc(run->members, run->member_capacity, sizeof(struct member *));
    }
    return run->members[run->member_count++] = arena_alloc(&run->arena, sizeof(struct member));
}

void *run_begin_member(void *user, size_t path, unsigned index, const struct source_member *source)
{
    struct run *run = user;
    pthread_mutex_lock(&run->lock);
    struct member *member = run_add_member(run);
    run->path_facts[path].open_members++;
    member->name = source->name ? arena_cstr(&run->arena, str_of(source->name)) : NULL;
    pthread_mutex_unlock(&run->lock);
    member->run = run;
    member->path = path;
    member->index = index;
    member->path_name = run->paths.items[path].path;
    member->named = run->paths.items[path].named;
    member->modified_usec = run->paths.items[path].modified_usec;
    member->folded_bytes = source->prefix;
    store_init(&member->store, run->seed);
    member->store.matcher = run->matcher;
    return member;
}

static void fold_member(void *user, struct block *block)
{
    struct member *member = user;
    store_fold(&member->store, block);
    cache_folded(member->run, member, block);
}

void run_end_member(void *user, const struct member_end *end)
{
    struct member *member = user;
    struct run *run = member->run;
    pthread_mutex_lock(&run->lock);
    member->bytes = end->bytes;
    if (end->damage)
        member->damage = arena_cstr(&run->arena, str_of(end->damage));
    pthread_mutex_unlock(&run->lock);
    cache_member_ended(run, member);
}

void run_end_path(void *user, size_t path, const struct path_end *end)
{
    struct run *run = user;
    pthread_mutex_lock(&run->lock);
    struct path_fact *fact = &run->path_facts[path];
    fact->bytes = end->bytes;
    fact->has_digest = end->has_digest;
    memcpy(fact->sha256, end->sha256, sizeof fact->sha256);
    if (end->failure)
        fact->failure = arena_cstr(&run->arena, str_of(end->failure));
    pthread_mutex_unlock(&run->lock);
    cache_path_ended(run, path);
}

struct pipeline_options run_pipeline_options(const struct run *run, unsigned threads)
{
    struct pipeline_options options = {.threads = threads ? threads : 1,
                                       .block_bytes = run->settings->block_bytes
                                                          ? run->settings->block_bytes
                                                          : BLOCK_BYTES_DEFAULT};
    if (options.block_bytes < BLOCK_BYTES_MIN)
        options.block_bytes = BLOCK_BYTES_MIN;
    options.source =
        (struct source_options){.temp_dir = run->settings->temp_dir, .stop = run->stop};
    return options;
}

static bool is_log(void *user, size_t path)
{
    const struct run *run = user;
    return !run->is_read[path] && !(run->others && run->others[path]);
}

static void read_all(struct run *run)
{
    struct consumer consumer = {.user = run,
                                .worker_new = new_worker,
                                .worker_free = free_worker,
                                .result_free = batch_free,
                                .member_begin = run_begin_member,
                                .work = work,
                                .fold = fold_member,
                                .member_end = run_end_member,
                                .path_end = run_end_path,
                                .wants = is_log};
    struct pipeline_options options = run_pipeline_options(run, run->settings->threads);
    share_out(run);
    segments_read(run);
    cache_read(run);
    options.source.progress = run->calls.received;
    pipeline_run(run->paths.items, run->paths.count, &options, &consumer);
}

/* Members in the order of the command line, whatever thread met them first. */
static int by_path_and_index(const void *a, const void *b)
{
    const struct member *x = *(struct member *const *)a, *y = *(struct member *const *)b;
    if (x->path != y->path)
        return x->path < y->path ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

static void say_damage(struct run *run)
{
    for (size_t i = 0; i < run->paths.count; i++)
        if (run->path_facts[i].failure)
            run_complain(run, run->paths.items[i].path, run->path_facts[i].failure);
    for (size_t i = 0; i < run->member_count; i++) {
        const struct member *member = run->members[i];
        if (member->damage)
            run_complain(run,
                         member->name
                             ? arena_printf(&run->arena, "%s!%s", member->path_name, member->name)
                             : member->path_name,
                         member->damage);
    }
}

/* A log of a segment may have no line left that no other log has. */
static bool holds_log(const struct member *member)
{
    return member->origin || member->store.inputs[0].recognised > 0;
}

static bool holds_times(const struct member *member)
{
    return member->store.run_count > 0;
}

/* A file that was named, not met in a folder, and holds no mail log in any member. */
static void say_no_log(struct run *run)
{
    bool *holds = xcalloc(run->paths.count + 1, sizeof *holds),
         *filled = xcalloc(run->paths.count + 1, sizeof *filled);
    for (size_t i = 0; i < run->member_count; i++) {
        holds[run->members[i]->path] |= holds_log(run->members[i]);
        filled[run->members[i]->path] |= run->members[i]->bytes > 0;
    }
    for (size_t i = 0; i < run->paths.count; i++)
        if (run->paths.items[i].named && !holds[i] && filled[i] && !run->path_facts[i].failure)
            run_complain(run, run->paths.items[i].path, "holds no mail log");
    free(holds);
    free(filled);
}

/* The members wanted, as one array in the order of time. */
static void gather_logs(struct run *run, bool (*wanted)(const struct member *))
{
    run->logs = arena_alloc(&run->arena, (run->member_count + 1) * sizeof *run->logs);
    for (size_t i = 0; i < run->member_count; i++) {
        if (!wanted(run->members[i]))
            continue;
        run->logs[run->log_count++] = *run->members[i];
        run->members[i]->store = (struct store){0}; /* moved */
    }
    run->maps = arena_alloc(&run->arena, (run->log_count + 1) * sizeof *run->maps);
    struct clock_rules rules = {&run->arena, run->settings};
    clocks_settle(&rules, run->logs, run->log_count, run->maps);
    inputs_span(run->logs, run->log_count, run->maps);
    inputs_sort(run->logs, run->log_count, run->maps);
    segments_keep(run);
    inputs_name_hosts(run->logs, run->log_count, run->settings, &run->notes);
}

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
static bool resolve_overlaps(struct run *run, struct err *err)
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

static struct clock_map *join_all(struct run *run)
{
    size_t runs = 0;
    for (size_t i = 0; i < run->log_count; i++)
        runs += run->logs[i].store.run_count;
    struct clock_map *maps = arena_alloc(&run->arena, (runs + 1) * sizeof *maps);
    size_t at = 0;
    for (size_t i = 0; i < run->log_count; i++) {
        uint32_t count = run->logs[i].store.run_count;
        if (count)
            memcpy(maps + at, run->maps[i], count * sizeof *maps);
        at += count;
        run->logs[i].summary = run->logs[i].store.inputs[0];
        if (i == 0)
            run->store = run->logs[i].store;
        else
            store_join(&run->store, &run->logs[i].store);
        run->logs[i].store = (struct store){0};
    }
    store_end(&run->store);
    run->joined = true;
    return maps;
}

static void complain_path(void *user, const char *path, const char *why)
{
    run_complain(user, path, why);
}

/* Standard input is read once; who needs it twice gets a copy of it. */
static bool spool(struct run *run, struct err *err)
{
    for (size_t i = 0; i < run->paths.count; i++) {
        struct source_path *path = &run->paths.items[i];
        if (strcmp(path->path, "-") != 0 || path->file)
            continue;
        if (run->spool_fd >= 0) {
            path->file = "/dev/null"; /* given twice: it was all read the first time */
            continue;
        }
        if (!spool_standard_input(run->settings->temp_dir, run->stop, &run->spool_fd, &path->bytes,
                                  err))
            return false;
        path->file = arena_printf(&run->arena, "/proc/self/fd/%d", run->spool_fd);
    }
    return true;
}

static bool list_inputs(struct run *run, bool twice, struct err *err)
{
    const struct settings *settings = run->settings;
    uint64_t bytes = 0;
    source_expand(&run->arena, settings->paths.items, settings->paths.count,
                  settings->exclude.items, settings->exclude.count, complain_path, run,
                  &run->paths);
    for (size_t i = 0; i < settings->shown_paths.count && i < run->paths.count; i++) {
        run->paths.items[i].file = run->paths.items[i].path;
        run->paths.items[i].path = settings->shown_paths.items[i];
    }
    run->path_facts = arena_alloc(&run->arena, (run->paths.count + 1) * sizeof *run->path_facts);
    for (size_t i = 0; i < run->paths.count; i++)
        bytes += run->paths.items[i].bytes;
    if (run->calls.expected)
        atomic_store(run->calls.expected, bytes);
    return !twice || spool(run, err);
}

const struct source_path *run_paths(const struct run *run, size_t *ret_count)
{
    *ret_count = run->paths.count;
    return run->paths.items;
}

bool run_learn_clocks(struct run *run, struct err *err)
{
    if (!matcher_new(&run->matcher, err))
        return false;
    if (!list_inputs(run, true, err))
        return false;
    read_all(run);
    if (*run->stop)
        return false;
    if (run->member_count)
        qsort(run->members, run->member_count, sizeof(struct member *), by_path_and_index);
    gather_logs(run, holds_times);
    return true;
}

bool run_open(struct run *run, bool twice, struct err *err)
{
    return matcher_new(&run->matcher, err) && list_inputs(run, twice, err);
}

enum run_state run_settle_read(struct run *run, struct err *err)
{
    if (*run->stop)
        return RUN_STOPPED;
    if (!share_gather(run))
        return RUN_SHARED;
    if (run->member_count)
        qsort(run->members, run->member_count, sizeof(struct member *), by_path_and_index);
    run_end_stage(run, STAGE_READ);
    say_damage(run);
    say_no_log(run);
    gather_logs(run, holds_log);
    if (run->log_count == 0)
        return RUN_NO_LOG;
    if (run->partial && !inputs_apart(run->logs, run->log_count, run->maps))
        return RUN_FAILED;
    bool resolved = resolve_overlaps(run, err);
    if (*run->stop)
        return RUN_STOPPED;
    if (!resolved || !segments_save(run, err))
        return RUN_FAILED;
    run_end_stage(run, STAGE_OVERLAPS);
    struct clock_map *maps = join_all(run);
    run_end_stage(run, STAGE_JOIN);
    instances_settle(&run->store);
    inherit_settle(&run->store);
    proxied_settle(&run->store);
    fronts_settle(&run->store);
    filter_sessions_settle(&run->store);
    twice_settle(&run->store);
    told_settle(&(struct joined){&run->store, maps, run->settings});
    settle(&run->settlement, &run->store, maps, run->settings);
    run_end_stage(run, STAGE_SETTLE);
    return run->damaged ? RUN_DAMAGED : RUN_DONE;
}

enum run_state run_settle_whole(struct run *run, struct err *err)
{
    read_all(run);
    return run_settle_read(run, err);
}

enum run_state run_settle(struct run *run, bool twice, struct err *err)
{
    return run_open(run, twice, err) ? run_settle_whole(run, err) : RUN_FAILED;
}

enum run_state run_investigate(struct run *run, struct report *ret, struct err *err)
{
    enum run_state state = run_settle(run, run->settings->output_dir, err);
    if (state != RUN_DONE && state != RUN_DAMAGED)
        return state;
    run_describe(run, ret);
    run_end_stage(run, STAGE_SETTLE);
    detect(&run->settlement.facts, run->settings, &run->arena, ret);
    segments_drop_refs(run, ret);
    run_end_stage(run, STAGE_DETECT);
    return run->damaged ? RUN_DAMAGED : RUN_DONE;
}
