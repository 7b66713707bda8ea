#include "pipeline.h"

#include <pthread.h>
#include <stdlib.h>

#include "arena.h"
#include "lane.h"
#include "queue.h"
#include "reader.h"

/* Blocks beyond those in the hands of readers and workers, so that neither waits for the other's
 * short stumbles. */
enum { READERS_MAX = 4, BLOCKS_SPARE = 4, BLOCKS_PER_THREAD = 3 };

struct pipeline {
    const struct source_path *paths;
    size_t count;
    const struct pipeline_options *options;
    const struct consumer *consumer;
    struct block_pool *pool;
    struct queue *queue;
    unsigned blocks;
    pthread_mutex_t lock;
    size_t next_path;       /* guarded by lock */
    struct lane *only_lane; /* in_order: of all members */
    uint64_t sequence;      /* of only_lane; the only reader's */
    struct lane **lanes;    /* guarded by lock: all ever made */
    size_t lane_count, lane_capacity;
};

static void give_back(void *user, struct block *block)
{
    struct pipeline *pipeline = user;
    block_pool_put(pipeline->pool, block);
}

static struct lane *add_lane(struct pipeline *pipeline)
{
    struct lane *lane = lane_new(pipeline->blocks, pipeline->consumer->fold, give_back, pipeline);
    pthread_mutex_lock(&pipeline->lock);
    if (pipeline->lane_count == pipeline->lane_capacity) {
        pipeline->lane_capacity = pipeline->lane_capacity * 2 + 16;
        pipeline->lanes = xrealloc(pipeline->lanes, pipeline->lane_capacity, sizeof(struct lane *));
    }
    pipeline->lanes[pipeline->lane_count++] = lane;
    pthread_mutex_unlock(&pipeline->lock);
    return lane;
}

static bool take_path(struct pipeline *pipeline, size_t *ret)
{
    const struct consumer *consumer = pipeline->consumer;
    const volatile int *stop = pipeline->options->source.stop;
    for (;;) {
        pthread_mutex_lock(&pipeline->lock);
        size_t path = pipeline->next_path;
        if (path < pipeline->count)
            pipeline->next_path++;
        pthread_mutex_unlock(&pipeline->lock);
        if (path >= pipeline->count || (stop && __atomic_load_n(stop, __ATOMIC_RELAXED)))
            return false;
        if (consumer->wants && !consumer->wants(consumer->user, path))
            continue;
        *ret = path;
        return true;
    }
}

static void read_member(struct pipeline *pipeline, struct source *source,
                        const struct source_member *member, void *user)
{
    struct lane *lane = pipeline->only_lane ? pipeline->only_lane : add_lane(pipeline);
    uint64_t own_sequence = 0,
             *sequence = pipeline->only_lane ? &pipeline->sequence : &own_sequence;
    struct reader reader;
    struct block *block;
    reader_begin(&reader, source, member, pipeline->options->block_bytes);
    do {
        block = block_pool_get(pipeline->pool);
        reader_fill(&reader, block);
        block->lane = lane;
        block->member = user;
        if (!block->bytes) {
            block_pool_put(pipeline->pool, block);
            continue;
        }
        block->sequence = (*sequence)++;
        queue_put(pipeline->queue, block);
    } while (!reader.end);
    struct member_end end = {.bytes = reader.offset, .damage = reader.damage};
    pipeline->consumer->member_end(user, &end);
    reader_finish(&reader);
}

static void read_path(struct pipeline *pipeline, size_t path)
{
    const struct consumer *consumer = pipeline->consumer;
    struct source *source = NULL;
    struct source_member member;
    struct path_end end = {0};
    struct err err = {0};
    if (!source_open(&source, &pipeline->paths[path], &pipeline->options->source, &err)) {
        end.failure = err.text;
        consumer->path_end(consumer->user, path, &end);
        return;
    }
    for (unsigned index = 0; source_next(source, &member); index++) {
        void *user = consumer->member_begin(consumer->user, path, index, &member);
        if (user)
            read_member(pipeline, source, &member, user);
    }
    end.bytes = source_bytes(source);
    end.has_digest = source_digest(source, end.sha256);
    consumer->path_end(consumer->user, path, &end);
    source_close(source);
}

static void *reader_main(void *arg)
{
    struct pipeline *pipeline = arg;
    size_t path;
    while (take_path(pipeline, &path))
        read_path(pipeline, path);
    return NULL;
}

static void *worker_main(void *arg)
{
    struct pipeline *pipeline = arg;
    const struct consumer *consumer = pipeline->consumer;
    void *worker = consumer->worker_new(consumer->user);
    struct block *block;
    while ((block = queue_get(pipeline->queue))) {
        consumer->work(worker, block);
        lane_submit(block->lane, block);
    }
    consumer->worker_free(worker);
    return NULL;
}

static pthread_t start(void *(*run)(void *), struct pipeline *pipeline)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, run, pipeline) != 0)
        abort(); /* nothing sensible is left to do without threads */
    return thread;
}

void pipeline_run(const struct source_path *paths, size_t count,
                  const struct pipeline_options *options, const struct consumer *consumer)
{
    unsigned workers = options->threads, readers = workers < READERS_MAX ? workers : READERS_MAX;
    if (readers > count)
        readers = (unsigned)count;
    if (options->in_order && count)
        readers = 1;
    struct pipeline pipeline = {.paths = paths,
                                .count = count,
                                .options = options,
                                .consumer = consumer,
                                .blocks = BLOCKS_SPARE + BLOCKS_PER_THREAD * workers + readers};
    pipeline.pool = block_pool_new(pipeline.blocks, options->block_bytes);
    pipeline.queue = queue_new();
    pthread_mutex_init(&pipeline.lock, NULL);
    if (options->in_order)
        pipeline.only_lane = add_lane(&pipeline);
    pthread_t *threads = xcalloc(readers + workers, sizeof *threads);
    for (unsigned i = 0; i < readers + workers; i++)
        threads[i] = start(i < readers ? reader_main : worker_main, &pipeline);
    for (unsigned i = 0; i < readers; i++)
        pthread_join(threads[i], NULL);
    queue_close(pipeline.queue);
    for (unsigned i = readers; i < readers + workers; i++)
        pthread_join(threads[i], NULL);
    for (size_t i = 0; i < pipeline.lane_count; i++)
        lane_free(pipeline.lanes[i]);
    free(pipeline.lanes);
    free(threads);
    queue_free(pipeline.queue);
    block_pool_free(pipeline.pool, consumer->result_free);
    pthread_mutex_destroy(&pipeline.lock);
}
