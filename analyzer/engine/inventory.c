#include "inventory.h"

#include "run_internal.h"

struct filling {
    struct run *run;
    struct inventory_input *out;
    struct str *hosts;
    const char **zones;
};

static void add_host(struct filling *f, struct str host)
{
    for (uint32_t i = 0; i < f->out->host_count; i++)
        if (str_eq(f->hosts[i], host))
            return;
    f->hosts[f->out->host_count++] = host;
}

static const char *zone_text(struct arena *arena, const struct clock_run *clock,
                             const struct clock_map *map)
{
    if (clock->kind == STAMP_UTC)
        return "in its stamps";
    if (map->zone)
        return map->zone;
    int minutes = map->offset_sec / 60, size = minutes < 0 ? -minutes : minutes;
    return arena_printf(arena, "%c%02d:%02d", minutes < 0 ? '-' : '+', size / 60, size % 60);
}

static void add_zone(struct filling *f, const char *zone)
{
    for (uint32_t i = 0; i < f->out->zone_count; i++)
        if (strcmp(f->zones[i], zone) == 0)
            return;
    f->zones[f->out->zone_count++] = zone;
}

static void add_clocks(struct filling *f, uint32_t input)
{
    const struct store *store = &f->run->store;
    for (uint32_t i = 0; i < store->run_count; i++) {
        const struct clock_map *map = &f->run->settlement.clocks[i];
        if (store->runs[i].input != input)
            continue;
        add_host(f, intern_get(&store->intern, store->runs[i].host));
        add_zone(f, zone_text(&f->run->arena, &store->runs[i], map));
        f->out->zone_assumed |= map->assumed_zone;
        f->out->year_assumed |= map->assumed_year;
    }
    f->out->hosts = f->hosts;
    f->out->zones = f->zones;
}

static bool is_of(const struct inventory_input *input, const struct gap_report *gap)
{
    if (gap->from.usec > input->input->last.usec || gap->to.usec < input->input->first.usec)
        return false;
    for (uint32_t i = 0; i < input->host_count; i++)
        if (str_eq(input->hosts[i], gap->host))
            return true;
    return false;
}

static void add_gaps(struct filling *f, const struct report *report)
{
    struct gap_report *gaps =
        arena_alloc(&f->run->arena, (report->coverage.gap_count + 1) * sizeof *gaps);
    for (uint32_t i = 0; i < report->coverage.gap_count; i++)
        if (is_of(f->out, &report->coverage.gaps[i]))
            gaps[f->out->gap_count++] = report->coverage.gaps[i];
    f->out->gaps = gaps;
}

static void fill(struct run *run, const struct report *report, struct inventory *ret)
{
    size_t clocks = run->joined ? run->store.run_count : 0;
    ret->inputs = arena_alloc(&run->arena, (report->input_count + 1) * sizeof *ret->inputs);
    ret->input_count = report->input_count;
    for (uint32_t i = 0; i < report->input_count; i++) {
        ret->inputs[i].input = &report->inputs[i];
        if (i >= run->log_count || !run->joined)
            continue;
        struct filling f = {.run = run, .out = &ret->inputs[i]};
        f.hosts = arena_alloc(&run->arena, (clocks + 1) * sizeof *f.hosts);
        f.zones = arena_alloc(&run->arena, (clocks + 1) * sizeof *f.zones);
        add_clocks(&f, i);
        add_gaps(&f, report);
    }
}

enum run_state run_inventory(struct run *run, struct inventory *ret, struct err *err)
{
    struct report report = {0};
    enum run_state state = run_settle(run, false, err);
    *ret = (struct inventory){0};
    if (state != RUN_DONE && state != RUN_DAMAGED && state != RUN_NO_LOG)
        return state;
    run_describe_inputs(run, &report);
    if (run->joined)
        describe_gaps(run, &report);
    fill(run, &report, ret);
    return state;
}
