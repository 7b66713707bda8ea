#include "line_owner.h"
#include "run_internal.h"

/* The moment of that run the stamp means, in the year in which the run has it; false if it lies
 * outside. */
static bool moment_in(const struct clock_run *run, struct stamp stamp, int64_t *ret)
{
    if (run->kind != stamp.kind || run->digits != stamp.digits)
        return false;
    int64_t usec = stamp.usec;
    while (stamp.kind == STAMP_YEARLESS && usec > run->max)
        usec -= TEMPLATE_YEAR_USEC;
    while (stamp.kind == STAMP_YEARLESS && usec < run->min)
        usec += TEMPLATE_YEAR_USEC;
    *ret = usec;
    return usec >= run->min && usec <= run->max;
}

static size_t find_log(const struct run *run, size_t path, unsigned member)
{
    size_t i = 0;
    while (i < run->log_count && (run->logs[i].path != path || run->logs[i].index != member))
        i++;
    return i;
}

/* A line of no log of its own: as the first log's clock has it. */
static struct when by_itself(const struct run *run, struct stamp stamp)
{
    if (stamp.kind != STAMP_YEARLESS)
        return (struct when){stamp.usec, stamp.digits};
    if (!run->settings->year)
        return (struct when){TIME_NONE, 0};
    struct clock_run clock = {.kind = stamp.kind};
    struct clock_map map = {.year = run->settings->year};
    return (struct when){clock_utc(&map, &clock, stamp.usec), stamp.digits};
}

/* By the clock of that host in the input, else by any clock of the input that was there. */
static struct when find_when(const struct run *run, const struct store *store,
                             const struct clock_map *maps, uint32_t input, struct str host,
                             struct stamp stamp)
{
    uint32_t best = UINT32_MAX;
    int64_t usec = 0, best_usec = 0;
    for (uint32_t r = 0; r < store->run_count; r++) {
        if (store->runs[r].input != input || !moment_in(&store->runs[r], stamp, &usec))
            continue;
        struct str of = intern_get(&store->intern, store->runs[r].host);
        if (best != UINT32_MAX && !str_eq(of, host))
            continue;
        best = r;
        best_usec = usec;
        if (str_eq(of, host))
            break;
    }
    if (best == UINT32_MAX)
        return by_itself(run, stamp);
    return (struct when){clock_utc(&maps[best], &store->runs[best], best_usec), stamp.digits};
}

struct when run_when(const struct run *run, size_t path, unsigned member, struct str host,
                     struct stamp stamp)
{
    size_t log = find_log(run, path, member);
    if (stamp.kind == STAMP_NONE)
        return (struct when){TIME_NONE, 0};
    if (log == run->log_count)
        return by_itself(run, stamp);
    const struct store *store = &run->logs[log].store;
    return find_when(run, store, run->maps[log], 0, host, stamp);
}

struct when run_when_joined(const struct run *run, uint32_t input, uint32_t host,
                            struct stamp stamp)
{
    struct str name = host ? intern_get(&run->store.intern, host) : (struct str){NULL, 0};
    if (stamp.kind == STAMP_NONE)
        return (struct when){TIME_NONE, 0};
    return find_when(run, &run->store, run->settlement.clocks, input, name, stamp);
}
