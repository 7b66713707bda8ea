#define _GNU_SOURCE /* clock_gettime */
#include "run.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "detect.h"
#include "inputs.h"
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
    bool resolved = run_resolve_overlaps(run, err);
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
