#include "run_segments.h"

#include <stdlib.h>

#include "parallel.h"
#include "quote_refs.h"

struct member *segments_take_entry(struct run *run, size_t path, unsigned index,
                                   struct segment_entry *entry)
{
    struct segment_origin *origin = arena_alloc(&run->arena, sizeof *origin);
    *origin = (struct segment_origin){
        run->paths.items[path].path, {.bytes = entry->path_bytes, .has_digest = entry->has_digest}};
    memcpy(origin->path.sha256, entry->sha256, sizeof origin->path.sha256);
    struct member *member = run_add_member(run);
    *member = (struct member){.run = run,
                              .path = path,
                              .index = index,
                              .path_name = entry->path,
                              .name = entry->name,
                              .modified_usec = entry->modified_usec,
                              .named = entry->named,
                              .bytes = entry->bytes,
                              .damage = entry->damage,
                              .origin = origin,
                              .store = entry->store,
                              .duplicates = entry->duplicates};
    entry->store = (struct store){0};
    member->store.matcher = run->matcher;
    arena_absorb(&run->arena, &entry->texts);
    return member;
}

static void read_segment(struct run *run, size_t path)
{
    struct segment segment;
    const char *why =
        segment_read(run->paths.items[path].path, run->seed, run->settings->threads, &segment);
    run->path_facts[path].failure = why;
    run->path_facts[path].bytes = segment.bytes;
    for (uint32_t i = 0; i < segment.count; i++)
        segments_take_entry(run, path, i, &segment.entries[i]);
    segment_free(&segment);
}

void segments_read(struct run *run)
{
    run->is_read = arena_alloc(&run->arena, run->paths.count + 1);
    for (size_t i = 0; i < run->paths.count && !*run->stop; i++) {
        if (run->paths.items[i].file || (run->others && run->others[i]) ||
            !segment_is(run->paths.items[i].path))
            continue;
        run->is_read[i] = true;
        run->paths.items[i].file = "/dev/null"; /* whoever reads the lines again finds none */
        read_segment(run, i);
    }
}

struct segment_entry segments_entry_of(const struct run *run, const struct member *log)
{
    const struct path_fact *path = log->origin ? &log->origin->path : &run->path_facts[log->path];
    struct segment_entry entry = {.path = log->path_name,
                                  .name = log->name,
                                  .damage = log->damage,
                                  .index = log->index,
                                  .named = log->named,
                                  .has_digest = path->has_digest,
                                  .modified_usec = log->modified_usec,
                                  .bytes = log->bytes,
                                  .duplicates = log->duplicates,
                                  .path_bytes = path->bytes,
                                  .store = log->store};
    memcpy(entry.sha256, path->sha256, sizeof entry.sha256);
    return entry;
}

static void keep(void *user, unsigned thread, uint32_t log)
{
    struct run *run = user;
    (void)thread;
    if (run->kept[log].len)
        return;
    struct segment_entry entry = segments_entry_of(run, &run->logs[log]);
    segment_pack(&entry, SEGMENT_SMALL, &run->kept[log]);
}

void segments_keep(struct run *run)
{
    if (!run->settings->save_segment)
        return;
    if (!run->kept)
        run->kept = arena_alloc(&run->arena, (run->log_count + 1) * sizeof *run->kept);
    parallel(run->settings->threads, (uint32_t)run->log_count, keep, run);
}

void segments_forget(struct run *run, size_t log)
{
    if (run->kept)
        wire_free(&run->kept[log]);
}

void segments_free(struct run *run)
{
    for (size_t i = 0; run->kept && i < run->log_count; i++)
        wire_free(&run->kept[i]);
}

bool segments_save(struct run *run, struct err *err)
{
    const char *path = run->settings->save_segment;
    bool ok = !path || segment_write(path, run->kept, (uint32_t)run->log_count, err);
    segments_free(run);
    run->kept = NULL;
    return ok;
}

static const char *file_of(const struct member *log)
{
    return log->origin ? log->origin->segment : log->path_name;
}

bool segments_decide(const struct run *run, const size_t *groups, const bool *whole,
                     struct err *err)
{
    for (size_t i = 0; i < run->log_count; i++)
        for (size_t k = 0; k < run->log_count; k++)
            if (run->logs[i].origin && k != i && groups[k] == groups[i] && !whole[i] && !whole[k])
                return err_set(err, STATUS_USAGE,
                               "%s (of %s) and %s (of %s) hold the same hours of one host, and not "
                               "the same lines: which lines both hold, only the logs can tell",
                               file_of(&run->logs[i]), run->logs[i].path_name,
                               file_of(&run->logs[k]), run->logs[k].path_name);
    return true;
}

/* Not damage: the user is told, and the report says it among the assumptions. */
static void say(struct run *run, const char *path, const char *text)
{
    notes_add(&run->notes, arena_printf(&run->arena, "%s %s", path, text));
    run->calls.complain(run->calls.user, path, text);
}

void segments_say(struct run *run, const bool *whole)
{
    for (size_t i = 0; i < run->log_count; i++) {
        const struct member *log = &run->logs[i];
        if (log->origin && whole[i])
            say(run, log->origin->segment,
                arena_printf(&run->arena,
                             "holds %s, whose lines another input holds too: they count once",
                             log->path_name));
        else if (log->origin && run->settings->output_dir)
            say(run, log->origin->segment,
                arena_printf(&run->arena,
                             "holds no lines: those of %s cannot be quoted, unless it "
                             "is given too",
                             log->path_name));
    }
}

void segments_drop_refs(struct run *run, const struct report *report)
{
    bool *gone = arena_alloc(&run->arena, run->log_count + 1), any = false;
    for (size_t i = 0; i < run->log_count; i++)
        any |= gone[i] = run->logs[i].origin;
    if (any)
        quote_drop_refs(report, gone);
}
