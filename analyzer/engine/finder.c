#include "finder_internal.h"

#include <stdlib.h>

#include "run_segments.h"

/* Blocks are large, since a worker is done with one in no time. */
enum { READINGS_MAX = 8, IDS_MAX = 1000, FINDER_BLOCK_BYTES = 1 << 20 };

void finder_ask(struct finder *finder, struct str text, enum text_kind kind)
{
    if (finder->text_count == finder->text_capacity) {
        finder->text_capacity = finder->text_capacity * 2 + 16;
        finder->texts = xrealloc(finder->texts, finder->text_capacity, sizeof *finder->texts);
    }
    finder->texts[finder->text_count++] = (struct text){text, (uint8_t)kind};
}

void finder_give_up(struct finder *finder, const char *why)
{
    const char *none = NULL;
    atomic_compare_exchange_strong(&finder->why, &none, why);
}

struct finder *finder_new(struct run *run, const char **ret_why)
{
    struct finder *finder = xcalloc(1, sizeof *finder);
    struct intern *const tables[] = {&finder->ids, &finder->logins, &finder->hosts, &finder->own};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        intern_init(tables[i]);
    finder->run = run;
    finder->ids_asked = finder->logins_asked = 1;
    if (finder_ask_filters(finder, ret_why))
        return finder;
    finder_free(finder);
    return NULL;
}

void finder_free(struct finder *finder)
{
    if (!finder)
        return;
    for (size_t i = 0; i < finder->log_count; i++) {
        kept_free(&finder->logs[i]->kept);
        free(finder->logs[i]);
    }
    intern_free(&finder->ids);
    intern_free(&finder->logins);
    intern_free(&finder->hosts);
    intern_free(&finder->own);
    free(finder->logs);
    free(finder->texts);
    free(finder);
}

unsigned finder_readings(const struct finder *finder)
{
    return finder->readings;
}

static struct found_log *find_log(const struct finder *finder, size_t path, unsigned index)
{
    for (size_t i = 0; i < finder->log_count; i++)
        if (finder->logs[i]->path == path && finder->logs[i]->index == index)
            return finder->logs[i];
    return NULL;
}

const struct found_log *finder_log(const struct finder *finder, size_t path, unsigned index)
{
    return find_log(finder, path, index);
}

static struct found_log *add_log(struct finder *finder, size_t path, unsigned index,
                                 struct member *member)
{
    struct found_log *log = xcalloc(1, sizeof *log);
    *log = (struct found_log){.member = member, .path = path, .index = index};
    if (finder->log_count == finder->log_capacity) {
        finder->log_capacity = finder->log_capacity * 2 + 16;
        finder->logs = xrealloc(finder->logs, finder->log_capacity, sizeof(struct found_log *));
    }
    return finder->logs[finder->log_count++] = log;
}

/* The first reading meets the logs; the later ones pass by what holds no mail log. */
static void *member_begin(void *user, size_t path, unsigned index,
                          const struct source_member *source)
{
    struct finder *finder = user;
    struct run *run = finder->run;
    struct member *member =
        finder->readings == 1 ? run_begin_member(run, path, index, source) : NULL;
    pthread_mutex_lock(&run->lock);
    struct found_log *log =
        member ? add_log(finder, path, index, member) : find_log(finder, path, index);
    pthread_mutex_unlock(&run->lock);
    if (log)
        log->lines = 0;
    return log && (member || log->recognised) ? log : NULL;
}

static void member_end(void *user, const struct member_end *end)
{
    struct found_log *log = user;
    if (!log->member->bytes)
        run_end_member(log->member, end);
}

static void path_end(void *user, size_t path, const struct path_end *end)
{
    struct finder *finder = user;
    if (finder->readings == 1)
        run_end_path(finder->run, path, end);
}

static bool wants(void *user, size_t path)
{
    const struct finder *finder = user;
    if (atomic_load(&finder->why))
        return false;
    if (finder->readings == 1)
        return true; /* the logs are only being met: other readers write the list */
    bool any = false;
    for (size_t i = 0; i < finder->log_count && !any; i++)
        any = finder->logs[i]->path == path && finder->logs[i]->recognised;
    return any;
}

/* Reads all inputs for the texts asked for. */
static void read_once(struct finder *finder)
{
    struct run *run = finder->run;
    struct consumer consumer = {.user = finder,
                                .worker_new = finder_worker_new,
                                .worker_free = finder_worker_free,
                                .result_free = finder_result_free,
                                .member_begin = member_begin,
                                .work = finder_work,
                                .fold = finder_fold,
                                .member_end = member_end,
                                .path_end = path_end,
                                .wants = wants};
    struct pipeline_options options = run_pipeline_options(run, run->settings->threads);
    if (!run->settings->block_bytes)
        options.block_bytes = FINDER_BLOCK_BYTES;
    struct str *texts = xcalloc(finder->text_count, sizeof *texts);
    struct err err;
    for (size_t i = 0; i < finder->text_count; i++)
        texts[i] = finder->texts[i].text;
    if (finder->readings++ == 0)
        options.source.progress = run->calls.received;
    if (literals_new(&finder->literals, texts, finder->text_count, &err))
        pipeline_run(run->paths.items, run->paths.count, &options, &consumer);
    else
        finder_give_up(finder, "so much cannot be looked for at once");
    literals_free(finder->literals);
    free(texts);
    finder->text_count = 0;
}

static void ask_ids(struct finder *finder)
{
    for (; finder->ids_asked < finder->ids.count; finder->ids_asked++)
        finder_ask(finder, intern_get(&finder->ids, finder->ids_asked), TEXT_ID);
    for (; finder->logins_asked < finder->logins.count; finder->logins_asked++)
        finder_ask(finder, intern_get(&finder->logins, finder->logins_asked), TEXT_LOGIN);
}

/* The stores hold what they would hold of logs with these lines alone. */
static void feed(struct finder *finder)
{
    const struct run *run = finder->run;
    struct batch_worker *worker = batch_worker_new(run->matcher, run->seed);
    struct batch *result = NULL;
    for (size_t i = 0; i < finder->log_count; i++) {
        struct found_log *log = finder->logs[i];
        kept_sort(&log->kept);
        for (size_t k = 0; k < log->kept.count; k++) {
            struct block block = kept_block(&log->kept.items[k]);
            block.result = result;
            batch_fill(worker, &block, NULL, NULL);
            result = block.result;
            log->member->store.line_base = log->kept.items[k].number;
            store_fold(&log->member->store, &block);
        }
    }
    batch_free(result);
    batch_worker_free(worker);
}

/* They hold no lines. */
static bool any_segment(const struct run *run)
{
    for (size_t i = 0; i < run->paths.count; i++)
        if (!run->paths.items[i].file && segment_is(run->paths.items[i].path))
            return true;
    return false;
}

bool finder_read(struct finder *finder, const char **ret_why)
{
    *ret_why = "what --cache keeps is of whole logs";
    if (finder->run->settings->cache_dir)
        return false;
    *ret_why = "several processes read";
    if (finder->run->settings->peers)
        return false;
    *ret_why = "a saved segment";
    if (any_segment(finder->run))
        return false;
    segments_read(finder->run); /* none */
    finder_ask_witnesses(finder);
    do {
        ask_ids(finder);
        read_once(finder);
        finder_follow(finder);
        if (finder->readings == READINGS_MAX || finder->ids.count > IDS_MAX)
            finder_give_up(finder, "too many messages, or hops of one");
    } while (
        !atomic_load(&finder->why) && !*finder->run->stop &&
        (finder->ids_asked < finder->ids.count || finder->logins_asked < finder->logins.count));
    *ret_why = atomic_load(&finder->why);
    if (*ret_why || *finder->run->stop)
        return false;
    feed(finder);
    return true;
}
