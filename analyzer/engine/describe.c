#include <stdio.h>
#include <stdlib.h>

#include "detect.h"
#include "envelope.h"
#include "parser.h"
#include "run_internal.h"
#include "skew.h"

enum { SHORT_LOG_HOURS = 24 };

static struct when when_of(const struct run *run, int64_t usec)
{
    return (struct when){usec, run->settlement.facts.digits};
}

static const char **list_formats(struct run *run, const struct input_fact *fact, uint32_t *ret)
{
    const char **formats = arena_alloc(&run->arena, 64 * sizeof *formats);
    uint32_t count = 0;
    for (unsigned i = 1; i < ENVELOPE_COUNT; i++)
        if (fact->formats & 1u << i)
            formats[count++] = envelope_name((enum envelope_format)i);
    for (unsigned i = 0; parsers[i] && i < 32; i++)
        if (fact->parsers & 1u << i)
            formats[count++] = parsers[i]->name;
    *ret = count;
    return formats;
}

static void describe_input(struct run *run, const struct member *member, bool log,
                           struct input_report *input)
{
    const struct path_fact *path =
        member->origin ? &member->origin->path : &run->path_facts[member->path];
    struct input_fact fact = log ? member->summary : member->store.inputs[0];
    *input = (struct input_report){.path = member->path_name,
                                   .member = member->name,
                                   .bytes = member->bytes,
                                   .lines = fact.lines,
                                   .recognised = fact.recognised,
                                   .damage = member->damage,
                                   .holds_log = log,
                                   .named = member->named,
                                   .duplicates = fact.duplicates,
                                   .first = {TIME_NONE, 0},
                                   .last = {TIME_NONE, 0}};
    input->top_level = !member->name;
    input->has_digest = path->has_digest && input->top_level;
    memcpy(input->sha256, path->sha256, sizeof input->sha256);
    input->path_sha256 = path->has_digest ? path->sha256 : NULL;
    input->formats = list_formats(run, &fact, &input->format_count);
    if (!log)
        return;
    input->first = when_of(run, member->first_usec);
    input->last = when_of(run, member->last_usec);
    input->year_rule = member->year_rule;
    input->zone_rule = member->zone_rule;
}

/* Logs first, in the order of time, so that the index is that of places; then what held no log or
 * could not be opened. */
void run_describe_inputs(struct run *run, struct report *report)
{
    struct input_report *inputs =
        arena_alloc(&run->arena, (run->member_count + 2 * run->paths.count + 1) * sizeof *inputs);
    bool *listed = arena_alloc(&run->arena, run->paths.count + 1);
    uint32_t count = 0;
    for (size_t i = 0; i < run->log_count; i++) {
        describe_input(run, &run->logs[i], true, &inputs[count++]);
        listed[run->logs[i].path] = true;
    }
    for (size_t i = 0; i < run->member_count; i++) {
        if (!run->members[i]->store.inputs) /* moved to logs */
            continue;
        describe_input(run, run->members[i], false, &inputs[count++]);
        listed[run->members[i]->path] = true;
    }
    for (size_t i = 0; i < run->paths.count; i++)
        if (!listed[i])
            inputs[count++] = (struct input_report){.path = run->paths.items[i].path,
                                                    .top_level = true,
                                                    .damage = run->path_facts[i].failure,
                                                    .named = run->paths.items[i].named,
                                                    .first = {TIME_NONE, 0},
                                                    .last = {TIME_NONE, 0}};
    report->inputs = inputs;
    report->input_count = count;
}

static int by_program(const void *a, const void *b)
{
    const struct program_lines *x = a, *y = b;
    return str_compare(x->name, y->name);
}

static void describe_coverage(struct run *run, struct report *report)
{
    const struct store *store = &run->store;
    struct program_lines *programs =
        arena_alloc(&run->arena, (store->program_count + 1) * sizeof *programs);
    for (uint32_t i = 0; i < store->program_count; i++)
        programs[i] = (struct program_lines){intern_get(&store->intern, store->programs[i].name),
                                             store->programs[i].lines};
    qsort(programs, store->program_count, sizeof *programs, by_program);
    report->coverage.programs = programs;
    report->coverage.program_count = store->program_count;
    for (size_t i = 0; i < run->log_count; i++) {
        const struct input_fact *fact = &run->logs[i].summary;
        report->coverage.lines += fact->lines - fact->duplicates;
        report->coverage.recognised += fact->recognised;
        report->coverage.other_program += fact->other_program;
        report->coverage.unrecognised += fact->unrecognised;
        report->coverage.duplicates += fact->duplicates;
    }
    for (size_t i = 0; i < run->member_count; i++)
        report->bytes_log += run->members[i]->bytes;
    for (size_t i = 0; i < run->paths.count; i++)
        report->bytes_read += run->path_facts[i].bytes;
}

static bool only_rule(const struct run *run, const char *rule, bool zone)
{
    for (size_t i = 0; i < run->log_count; i++) {
        const char *is = zone ? run->logs[i].zone_rule : run->logs[i].year_rule;
        if (!is || strcmp(is, rule) != 0)
            return false;
    }
    return true;
}

/* How year and zone were settled, in a sentence. */
static void describe_clock(struct run *run, struct report *report)
{
    const struct settlement *settlement = &run->settlement;
    uint64_t proofs = 0;
    bool assumed_year = false, assumed_zone = false;
    for (uint32_t i = 0; i < run->store.run_count; i++) {
        const struct clock_run *clock = &run->store.runs[i];
        for (unsigned p = 0; p < clock->proof_count; p++)
            proofs += clock->proofs[p].count;
        assumed_year |= settlement->clocks[i].assumed_year;
        assumed_zone |= settlement->clocks[i].assumed_zone;
    }
    report->zone_assumed = assumed_zone;
    report->year_assumed = assumed_year;
    report->zone_offset_minutes = run_zone_offset(run);
    if (only_rule(run, "its stamps", true) && only_rule(run, "its stamps", false))
        report->year_zone = "Year and zone from the stamps.";
    else if (assumed_year)
        report->year_zone = "YEAR NOT IN THE LOG, 2000 ASSUMED: --year YYYY";
    else if (assumed_zone)
        report->year_zone = "ZONE NOT IN THE LOG, UTC ASSUMED: --timezone Continent/City";
    else if (proofs)
        report->year_zone = arena_printf(&run->arena, "Year, zone from %llu ids in the log.",
                                         (unsigned long long)proofs);
    else
        report->year_zone = "Year, zone as the options say.";
}

int run_zone_offset(const struct run *run)
{
    for (uint32_t i = run->store.run_count; i-- > 0;) {
        const struct clock_run *clock = &run->store.runs[i];
        const struct clock_map *map = &run->settlement.clocks[i];
        if (clock->kind == STAMP_UTC)
            continue;
        if (!map->zone)
            return map->offset_sec / 60;
        int64_t utc = clock_utc(map, clock, clock->last);
        struct clock_map plain = {.year = map->year};
        return (int)((clock_utc(&plain, clock, clock->last) - utc) / USEC_PER_SEC / 60);
    }
    return 0;
}

/* What kinds of software logged, as people call them. */
static void describe_systems(struct run *run, struct report *report)
{
    static const struct {
        const char *parser, *name;
    } systems[] = {
        {"postfix", "Postfix"},     {"exim", "Exim"},         {"sendmail", "Sendmail"},
        {"opensmtpd", "OpenSMTPD"}, {"exchange", "Exchange"}, {"zimbra", "Zimbra"},
        {"dovecot", "Dovecot"},     {"cyrus", "Cyrus"},       {"courier", "Courier"},
        {"amavis", "amavis"},       {"rspamd", "rspamd"},
    };
    char text[256];
    size_t len = 0;
    uint32_t parsers_seen = 0;
    unsigned hosts = 0;
    struct str host = STR("");
    for (size_t i = 0; i < run->log_count; i++)
        parsers_seen |= run->logs[i].summary.parsers;
    for (uint32_t i = 0; i < run->store.host_count; i++) {
        struct str name = intern_get(&run->store.intern, run->store.hosts[i].name);
        if (run->store.host_of[run->store.hosts[i].name] != i + 1)
            continue;
        hosts++;
        if (!host.len ||
            (name.len && memcmp(name.ptr, host.ptr, name.len < host.len ? name.len : host.len) < 0))
            host = name;
    }
    if (host.len)
        len = (size_t)snprintf(text, sizeof text, "%.*s", (int)str_head(host, 64).len, host.ptr);
    else
        len = (size_t)snprintf(text, sizeof text, "host not named");
    if (hosts > 1)
        len += (size_t)snprintf(text + len, sizeof text - len, " and %u more", hosts - 1);
    const char *before = " (";
    for (size_t k = 0; k < sizeof systems / sizeof *systems; k++) {
        for (unsigned i = 0; parsers[i]; i++) {
            if (!(parsers_seen & 1u << i) || strcmp(parsers[i]->name, systems[k].parser) != 0)
                continue;
            len += (size_t)snprintf(text + len, sizeof text - len, "%s%s", before, systems[k].name);
            before = ", ";
        }
    }
    if (before[0] == ',')
        snprintf(text + len, sizeof text - len, ")");
    report->systems = arena_cstr(&run->arena, str_of(text));
}

static void note_clocks(struct run *run)
{
    for (size_t i = 0; i < run->log_count; i++) {
        const struct member *log = &run->logs[i];
        if (log->first_usec == TIME_NONE)
            continue;
        const char *name = log->name ? arena_printf(&run->arena, "%s!%s", log->path_name, log->name)
                                     : log->path_name;
        notes_add(&run->notes, arena_printf(&run->arena, "%s: year from %s, zone from %s", name,
                                            log->year_rule, log->zone_rule));
    }
}

static void note_domains(struct run *run)
{
    const struct facts *facts = &run->settlement.facts;
    for (uint32_t i = 0; i < facts->local_domain_count; i++) {
        struct str domain = facts_str(facts, facts->local_domains[i]);
        notes_add(&run->notes,
                  arena_printf(&run->arena, "%.*s is a local domain", (int)domain.len, domain.ptr));
    }
}

static void note_spellings(struct run *run)
{
    const struct facts *facts = &run->settlement.facts;
    for (uint32_t i = 0; i < facts->principal_count; i++) {
        const struct principal *p = &facts->principals[i];
        if (p->login_name_count > 1)
            notes_add(&run->notes,
                      arena_printf(&run->arena, "%u login names are the account %.*s",
                                   p->login_name_count, (int)p->name.len, p->name.ptr));
    }
}

static void describe_limits(struct run *run, struct report *report)
{
    const struct facts *facts = &run->settlement.facts;
    char since[WHEN_TEXT], until[WHEN_TEXT];
    report->since = when_of(run, facts->since_usec);
    report->until = when_of(run, facts->until_usec == INT64_MAX ? TIME_NONE : facts->until_usec);
    report->limited = facts_limited(facts);
    report->no_history = run->settings->no_history;
    if (report->since.usec != TIME_NONE)
        notes_add(&run->notes, arena_printf(&run->arena, "only what lies at or after %s counts",
                                            when_text(report->since, since)));
    if (report->until.usec != TIME_NONE)
        notes_add(&run->notes, arena_printf(&run->arena, "only what lies before %s counts",
                                            when_text(report->until, until)));
    if (report->no_history)
        notes_add(&run->notes, arena_printf(&run->arena,
                                            "what lies before %s was dropped: nobody's habits are "
                                            "known from it",
                                            when_text(report->since, since)));
}

static void describe_skews(struct run *run, struct report *report)
{
    report->coverage.skews =
        skews_find(&run->settlement, &run->arena, &report->coverage.skew_count);
    for (uint32_t i = 0; i < report->coverage.skew_count; i++) {
        const struct clock_skew *skew = &report->coverage.skews[i];
        notes_add(&run->notes,
                  arena_printf(&run->arena,
                               "%.*s runs %u s behind %.*s (%u pairs of events); their times stand "
                               "as logged",
                               (int)str_head(skew->host, 100).len, skew->host.ptr, skew->seconds,
                               (int)str_head(skew->behind, 100).len, skew->behind.ptr,
                               skew->pairs));
    }
}

void run_describe(struct run *run, struct report *report)
{
    const struct facts *facts = &run->settlement.facts;
    *report =
        (struct report){.tool_version = POSTMORTEM_VERSION, .model = MODEL_VERSION, .facts = facts};
    run_describe_inputs(run, report);
    describe_coverage(run, report);
    describe_gaps(run, report);
    describe_snapshots(run, report);
    describe_clock(run, report);
    describe_systems(run, report);
    note_clocks(run);
    describe_skews(run, report);
    note_domains(run);
    note_spellings(run);
    describe_limits(run, report);
    report->assumptions = run->notes.items;
    report->assumption_count = run->notes.count;
    report->log_first = when_of(run, facts->first_usec);
    report->log_end = when_of(run, facts->last_usec);
    report->too_short =
        facts->last_usec - facts->first_usec < (int64_t)SHORT_LOG_HOURS * 3600 * USEC_PER_SEC;
    report->totals.inbound_messages = facts->inbound_messages;
    report->totals.inbound_recipients = facts->inbound_recipients;
    report->totals.unattributed_messages = facts->unattributed_messages;
    report->totals.unattributed_recipients = facts->unattributed_recipients;
}
