#include "run_share.h"

#include <stdio.h>
#include <stdlib.h>

#include "peers.h"
#include "run_segments.h"

enum { HAS_DIGEST = 1, HAS_FAILURE = 2, IS_SEGMENT = 4, RANK_BYTES = 32 };

uint64_t run_exchanged_bytes(const struct run *run)
{
    return run->exchanged_bytes;
}

static bool is_shared(const struct run *run)
{
    return run->settings->peers && run->settings->peers->count > 1;
}

bool share_is_mute(const struct run *run)
{
    return is_shared(run) && run->settings->peers->rank && !run->settings->local_inputs;
}

struct share {
    uint64_t bytes;
    size_t path;
};

static int largest_first(const void *a, const void *b)
{
    const struct share *x = a, *y = b;
    if (x->bytes != y->bytes)
        return x->bytes > y->bytes ? -1 : 1;
    return (x->path > y->path) - (x->path < y->path);
}

static unsigned idlest(const uint64_t *loads, unsigned count)
{
    unsigned found = 0;
    for (unsigned i = 1; i < count; i++)
        if (loads[i] < loads[found])
            found = i;
    return found;
}

void share_out(struct run *run)
{
    const struct peers *peers = run->settings->peers;
    if (!is_shared(run) || run->settings->local_inputs || !run->paths.count)
        return;
    run->others = arena_alloc(&run->arena, run->paths.count);
    struct share *shares = xcalloc(run->paths.count, sizeof *shares);
    uint64_t *loads = xcalloc(peers->count, sizeof *loads);
    for (size_t i = 0; i < run->paths.count; i++)
        shares[i] = (struct share){run->paths.items[i].bytes, i};
    qsort(shares, run->paths.count, sizeof *shares, largest_first);
    for (size_t i = 0; i < run->paths.count; i++) {
        unsigned rank = idlest(loads, peers->count);
        loads[rank] += shares[i].bytes + 1;
        run->others[shares[i].path] = rank != peers->rank;
    }
    free(shares);
    free(loads);
}

/* One path that this rank read: where it stands in the list of all, its facts, and a segment. */
static void put_path(struct run *run, size_t path, struct wire_out *out)
{
    const struct path_fact *fact = &run->path_facts[path];
    struct wire_out *packed = xcalloc(run->member_count + 1, sizeof *packed), file = {0};
    char rank[RANK_BYTES] = "";
    uint32_t count = 0;
    unsigned flags = (fact->has_digest ? HAS_DIGEST : 0u) | (fact->failure ? HAS_FAILURE : 0u);
    for (size_t i = 0; i < run->member_count; i++) {
        if (run->members[i]->path != path)
            continue;
        flags |= run->members[i]->origin ? IS_SEGMENT : 0u;
        struct segment_entry entry = segments_entry_of(run, run->members[i]);
        segment_pack(&entry, SEGMENT_FAST, &packed[count++]);
    }
    segment_seal(packed, count, &file);
    wire_put(out, path);
    if (run->settings->local_inputs)
        snprintf(rank, sizeof rank, "rank %u: ", run->settings->peers->rank);
    wire_put_text(out,
                  str_of(arena_printf(&run->arena, "%s%s", rank, run->paths.items[path].path)));
    wire_put(out, fact->bytes);
    wire_put(out, flags);
    wire_put_bytes(out, fact->sha256, sizeof fact->sha256);
    wire_put_text(out, fact->failure ? str_of(fact->failure) : STR(""));
    wire_put_text(out, (struct str){(const char *)file.data, file.len});
    wire_free(&file);
    for (uint32_t i = 0; i < count; i++)
        wire_free(&packed[i]);
    free(packed);
}

/* A path of another rank's own list, which is none here. */
static size_t add_path(struct run *run, struct str name)
{
    struct source_path *items = arena_alloc(&run->arena, (run->paths.count + 1) * sizeof *items);
    struct path_fact *facts = arena_alloc(&run->arena, (run->paths.count + 2) * sizeof *facts);
    memcpy(items, run->paths.items, run->paths.count * sizeof *items);
    memcpy(facts, run->path_facts, run->paths.count * sizeof *facts);
    items[run->paths.count] = (struct source_path){
        .path = arena_cstr(&run->arena, name), .file = "/dev/null", .modified_usec = TIME_NONE};
    run->paths.items = items;
    run->path_facts = facts;
    return run->paths.count++;
}

static void take_path(struct run *run, struct wire_in *in)
{
    bool local = run->settings->local_inputs;
    uint64_t path = wire_take(in);
    struct str name = wire_take_text(in);
    if (local)
        path = add_path(run, name);
    struct path_fact *fact = &run->path_facts[path];
    fact->bytes = wire_take(in);
    uint64_t flags = wire_take(in);
    struct str digest = wire_take_bytes(in, sizeof fact->sha256), failure = wire_take_text(in),
               file = wire_take_text(in);
    struct segment segment;
    fact->has_digest = flags & HAS_DIGEST;
    memcpy(fact->sha256, digest.ptr, digest.len);
    const char *why = segment_open(file.ptr, file.len, run->seed, run->settings->threads, &segment);
    fact->failure = flags & HAS_FAILURE ? arena_cstr(&run->arena, failure) : why;
    for (uint32_t i = 0; i < segment.count; i++) {
        struct member *member =
            segments_take_entry(run, path, segment.entries[i].index, &segment.entries[i]);
        if (!local && !(flags & IS_SEGMENT))
            member->origin = NULL; /* its lines are there for this rank, too */
    }
    if (flags & IS_SEGMENT)
        run->paths.items[path].file = "/dev/null";
    segment_free(&segment);
}

bool share_gather(struct run *run)
{
    const struct peers *peers = run->settings->peers;
    struct wire_out all = {0};
    if (!is_shared(run))
        return true;
    for (size_t i = 0; peers->rank && i < run->paths.count; i++)
        if (!run->others || !run->others[i])
            put_path(run, i, &all);
    for (unsigned step = 1; step < peers->count; step *= 2) {
        if (peers->rank & step) {
            peers->send(peers->rank - step, all.data, all.len);
            break;
        }
        if (peers->rank + step >= peers->count)
            continue;
        size_t len;
        uint8_t *bytes = peers->receive(peers->rank + step, &len);
        wire_put_bytes(&all, bytes, len);
        free(bytes);
    }
    run->exchanged_bytes = all.len;
    struct wire_in in = wire_in(all.data, all.len);
    while (!peers->rank && in.at < in.end && !in.bad)
        take_path(run, &in);
    wire_free(&all);
    return peers->rank == 0;
}
