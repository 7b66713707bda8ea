#include "line_owner.h"

#include "run_internal.h"

uint32_t line_host(const struct run *run, const struct member *log, struct str host)
{
    for (uint32_t i = 0; i < log->rename_count; i++)
        if (str_eq(log->renames[i].from, host))
            host = log->renames[i].to;
    return intern_find(&run->store.intern, host);
}

static bool is_before(uint32_t input_a, uint64_t a, uint32_t input_b, uint64_t b)
{
    return input_a != input_b ? input_a < input_b : a < b;
}

uint32_t line_fragment(const struct store *store, uint32_t host, struct str queue_id,
                       uint32_t input, uint64_t offset)
{
    uint32_t id = queue_id.len ? intern_find(&store->intern, queue_id) : 0;
    uint32_t at = id && store->latest[id] ? store->latest[id] - 1 : NO_FRAGMENT;
    for (; at != NO_FRAGMENT; at = store->fragments[at].older) {
        const struct fragment *f = &store->fragments[at];
        if (f->host == host && !is_before(input, offset, f->first_input, f->first_offset) &&
            !is_before(f->last_place.input, f->last_place.offset, input, offset))
            return at;
    }
    return NO_FRAGMENT;
}
