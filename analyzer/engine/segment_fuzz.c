/* Bytes taken for an entry of a segment: what is accepted comes back as it is, and may be joined
 * with itself and settled like any store. */
#define _GNU_SOURCE /* memfd_create */
#include "fuzzing.h"
#include "segment_entry.h"
#include "settle.h"

enum { FUZZ_SEED = 1, COPIES = 2 };

/* What was written of an entry that was read is read as the same bytes. */
static void check_again(const struct segment_entry *entry)
{
    struct wire_out first = {0}, second = {0};
    struct segment_entry back;
    entry_write(&first, entry);
    struct wire_in in = wire_in(first.data, first.len);
    fuzz_require(entry_read(&in, FUZZ_SEED, &back), "an entry that was written is read");
    entry_write(&second, &back);
    fuzz_require(first.len == second.len && memcmp(first.data, second.data, first.len) == 0,
                 "an entry comes back as it is");
    entry_free(&back);
    wire_free(&first);
    wire_free(&second);
}

static void settle_joined(struct member *members)
{
    struct arena arena = {0};
    struct settings settings = {0};
    struct clock_rules rules = {&arena, &settings};
    struct clock_map *maps[COPIES], *joined;
    struct settlement settlement;
    uint32_t runs = members[0].store.run_count;
    clocks_settle(&rules, members, COPIES, maps);
    joined = arena_alloc(&arena, (COPIES * runs + 1) * sizeof *joined);
    for (unsigned i = 0; runs && i < COPIES; i++)
        memcpy(joined + i * runs, maps[i], runs * sizeof *joined);
    store_join(&members[0].store, &members[1].store);
    instances_settle(&members[0].store);
    inherit_settle(&members[0].store);
    proxied_settle(&members[0].store);
    fronts_settle(&members[0].store);
    filter_sessions_settle(&members[0].store);
    twice_settle(&members[0].store);
    settle(&settlement, &members[0].store, joined, &settings);
    settlement_free(&settlement);
    arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct segment_entry entries[COPIES];
    struct member members[COPIES];
    bool ok = true;
    for (unsigned i = 0; i < COPIES; i++) {
        struct wire_in in = wire_in(data, size);
        ok = entry_read(&in, FUZZ_SEED, &entries[i]);
        members[i] = (struct member){.path_name = "log", .path = i, .store = entries[i].store};
    }
    if (ok) {
        check_again(&entries[0]);
        settle_joined(members);
    }
    for (unsigned i = 0; i < COPIES; i++) {
        entries[i].store = members[i].store;
        entry_free(&entries[i]);
    }
    return 0;
}
