#include "case_read.h"

#include "case_read_parts.h"

/* run.options: names and values in turn, one pair for each value. */
static void read_options(struct reader *reader, const json_t *run, struct report *ret)
{
    json_t *options = read_object(reader, run, "options"), *values;
    const char *name;
    size_t pairs = 0;
    json_object_foreach(options, name, values) pairs += json_array_size(values);
    const char **words = arena_alloc(reader->arena, (2 * pairs + 1) * sizeof *words);
    json_object_foreach(options, name, values)
    {
        uint32_t count;
        const char *const *texts = read_texts(reader, options, name, &count);
        for (uint32_t i = 0; i < count; i++) {
            words[2 * ret->option_count] = arena_cstr(reader->arena, str_of(name));
            words[2 * ret->option_count++ + 1] = texts[i];
        }
    }
    ret->options = words;
}

static void read_limits(struct reader *reader, const json_t *head, struct report *ret)
{
    ret->since = ret->until = (struct when){TIME_NONE, 0};
    if (json_is_null(read_optional(head, "limits")))
        return;
    const json_t *limits = read_object(reader, head, "limits");
    ret->limited = true;
    ret->since = read_when(reader, limits, "since");
    ret->until = read_when(reader, limits, "until");
    ret->no_history = read_bool(reader, limits, "no_history");
}

static void read_queue(struct reader *reader, const json_t *head, struct report *ret)
{
    if (json_is_null(read_optional(head, "queue")))
        return;
    const json_t *queue = read_object(reader, head, "queue");
    struct queue_share *share = arena_alloc(reader->arena, sizeof *share);
    share->open = read_number(reader, queue, "open");
    share->theirs = read_number(reader, queue, "theirs");
    share->maybe_removed = read_bool(reader, queue, "maybe_removed");
    ret->queue = share;
}

static void read_head(struct reader *reader, const json_t *run, struct report *ret)
{
    enum { OFFSET_MINUTES_MAX = 24 * 60 };
    const json_t *head = read_object(reader, run, "head");
    ret->systems = read_text(reader, head, "systems");
    ret->bytes_log = read_number(reader, head, "bytes_log");
    ret->log_first = read_when(reader, head, "log_first");
    int64_t offset = read_known(reader, head, "zone_offset_minutes");
    if (offset > OFFSET_MINUTES_MAX || offset < -OFFSET_MINUTES_MAX)
        reader->bad = "zone_offset_minutes";
    else
        ret->zone_offset_minutes = (int)offset;
    ret->zone_assumed = read_bool(reader, head, "zone_assumed");
    ret->year_assumed = read_bool(reader, head, "year_assumed");
    ret->too_short = read_bool(reader, head, "too_short");
    ret->year_zone = read_text(reader, head, "year_zone");
    read_limits(reader, head, ret);
    read_queue(reader, head, ret);
    ret->abuse_ready = read_small(reader, head, "abuse_ready");
    ret->abuse_refused = read_small(reader, head, "abuse_refused");
}

static void read_input(struct reader *reader, const json_t *object, void *item)
{
    struct input_report *ret = item;
    ret->path = read_word(reader, object, "path");
    ret->member = read_text(reader, object, "member");
    ret->bytes = read_number(reader, object, "bytes");
    ret->lines = read_number(reader, object, "lines");
    ret->has_digest = read_digest(reader, object, "sha256", ret->sha256);
    ret->first = read_when(reader, object, "first");
    ret->last = read_when(reader, object, "last");
    ret->formats = read_texts(reader, object, "formats", &ret->format_count);
    ret->damage = read_text(reader, object, "damage");
    ret->holds_log = read_bool(reader, object, "holds_log");
    ret->duplicates = read_number(reader, object, "duplicates");
    ret->year_rule = read_text(reader, object, "year_rule");
    ret->zone_rule = read_text(reader, object, "zone_rule");
}

static void read_programs(struct reader *reader, const json_t *coverage, struct report *ret)
{
    json_t *programs = read_object(reader, coverage, "programs"), *lines;
    const char *name;
    struct program_lines *items =
        arena_alloc(reader->arena, (json_object_size(programs) + 1) * sizeof *items);
    json_object_foreach(programs, name, lines)
    {
        struct program_lines *item = &items[ret->coverage.program_count++];
        item->name = arena_str(reader->arena, str_of(name));
        item->lines = read_number(reader, programs, name);
    }
    ret->coverage.programs = items;
}

static void read_coverage(struct reader *reader, const json_t *root, struct report *ret)
{
    const json_t *coverage = read_object(reader, root, "coverage");
    ret->coverage.lines = read_number(reader, coverage, "lines");
    ret->coverage.recognised = read_number(reader, coverage, "recognised");
    ret->coverage.other_program = read_number(reader, coverage, "other_program");
    ret->coverage.unrecognised = read_number(reader, coverage, "unrecognised");
    ret->coverage.duplicates = read_number(reader, coverage, "duplicates");
    read_programs(reader, coverage, ret);
    const json_t *array = read_array(reader, coverage, "gaps", &ret->coverage.gap_count);
    struct gap_report *gaps =
        arena_alloc(reader->arena, (ret->coverage.gap_count + 1u) * sizeof *gaps);
    for (uint32_t i = 0; i < ret->coverage.gap_count; i++) {
        const json_t *gap = json_array_get(array, i);
        gaps[i] = (struct gap_report){.host = read_name(reader, gap, "host"),
                                      .from = read_when(reader, gap, "from"),
                                      .to = read_when(reader, gap, "to")};
    }
    ret->coverage.gaps = gaps;
    ret->coverage.unobservable =
        read_texts(reader, coverage, "unobservable", &ret->coverage.unobservable_count);
}

static void read_cleared(struct reader *reader, const json_t *object, void *item)
{
    struct cleared *ret = item;
    ret->account = read_name(reader, object, "account");
    ret->why = read_word(reader, object, "why");
}

static void read_reputation(struct reader *reader, const json_t *object, void *item)
{
    struct reputation *ret = item;
    ret->host = read_name(reader, object, "host");
    ret->provider = read_name(reader, object, "provider");
    ret->kind = read_text(reader, object, "kind");
    ret->first = read_when(reader, object, "first");
    ret->last = read_when(reader, object, "last");
    ret->replies = read_number(reader, object, "replies");
    ret->sample = read_name(reader, object, "sample");
    if (json_is_null(read_optional(object, "burst")))
        return;
    const json_t *burst = read_object(reader, object, "burst");
    ret->burst = read_name(reader, burst, "principal");
    ret->burst_recipients = read_number(reader, burst, "recipients");
}

static void read_entry(struct reader *reader, const json_t *object, void *item)
{
    struct timeline_entry *ret = item;
    ret->time = read_when(reader, object, "time");
    ret->actor = read_name(reader, object, "actor");
    ret->what = read_word(reader, object, "what");
    read_refs(reader, object, ret->refs, &ret->ref_count);
}

static void read_campaign(struct reader *reader, const json_t *object, void *item)
{
    struct campaign *ret = item;
    uint32_t ordered;
    ret->id = read_known(reader, object, "id");
    ret->accounts = read_strings(reader, object, "accounts", &ret->account_count);
    ret->sources = read_strings(reader, object, "sources", &ret->source_count);
    ret->forged_domains = read_strings(reader, object, "forged_domains", &ret->forged_domain_count);
    ret->first = read_when(reader, object, "first");
    ret->last = read_when(reader, object, "last");
    ret->order = read_strings(reader, object, "order", &ordered);
    if (ordered != ret->account_count)
        reader->bad = "order"; /* one count is of both */
}

static void read_limit(struct reader *reader, const json_t *object, void *item)
{
    struct limit *ret = item;
    bool hour = strcmp(read_word(reader, object, "window"), "1h") == 0; /* else "24h" */
    ret->window_hours = hour ? 1 : 24;
    ret->recipients = read_number(reader, object, "recipients");
    ret->spam_stopped = read_number(reader, object, "spam_stopped");
    ret->benign_stopped = read_number(reader, object, "benign_stopped");
}

static void read_depth(struct reader *reader, const json_t *object, void *item)
{
    struct queue_depth *ret = item;
    ret->usec = read_when(reader, object, "time").usec;
    ret->active = read_small(reader, object, "active");
    ret->deferred = read_small(reader, object, "deferred");
    ret->held = read_small(reader, object, "held");
}

static void read_totals(struct reader *reader, const json_t *root, struct report *ret)
{
    const json_t *totals = read_object(reader, root, "totals");
    const json_t *inbound = read_object(reader, totals, "inbound");
    const json_t *unattributed = read_object(reader, totals, "unattributed");
    ret->totals.inbound_messages = read_number(reader, inbound, "messages");
    ret->totals.inbound_recipients = read_number(reader, inbound, "recipients");
    read_counts(reader, read_object(reader, totals, "submitted"), &ret->totals.submitted);
    ret->totals.unattributed_messages = read_number(reader, unattributed, "messages");
    ret->totals.unattributed_recipients = read_number(reader, unattributed, "recipients");
    ret->totals.accounts = read_number(reader, totals, "accounts");
    ret->totals.sources = read_number(reader, totals, "sources");
}

/* Accounts and senders have messages, reasons a sample. */
static const struct queue_part *queue_parts(struct reader *reader, const json_t *queue,
                                            const char *key, const char *name, uint32_t *ret_count)
{
    const json_t *array = read_array(reader, queue, key, ret_count);
    struct queue_part *items = arena_alloc(reader->arena, (*ret_count + 1u) * sizeof *items);
    for (uint32_t i = 0; i < *ret_count; i++) {
        const json_t *part = json_array_get(array, i);
        items[i].name = read_name(reader, part, name);
        items[i].recipients = read_number(reader, part, "recipients");
        if (read_optional(part, "sample"))
            items[i].sample = read_name(reader, part, "sample");
        else
            items[i].messages = read_number(reader, part, "messages");
    }
    return items;
}

static void read_skew(struct reader *reader, const json_t *object, void *item)
{
    struct clock_skew *ret = item;
    ret->host = read_name(reader, object, "host");
    ret->behind = read_name(reader, object, "behind");
    ret->seconds = read_small(reader, object, "seconds");
    ret->pairs = read_small(reader, object, "pairs");
}

static void read_snapshot(struct reader *reader, const json_t *object, void *item)
{
    struct queue_listing *ret = item;
    int64_t messages = read_known(reader, object, "messages");
    int64_t recipients = read_known(reader, object, "recipients");
    ret->input = read_word(reader, object, "input");
    ret->member = read_text(reader, object, "member");
    ret->sizes_only = messages < 0;
    ret->messages = messages < 0 ? 0 : (uint64_t)messages;
    ret->recipients = recipients < 0 ? 0 : (uint64_t)recipients;
    ret->active = read_number(reader, object, "active");
    ret->deferred = read_number(reader, object, "deferred");
    ret->held = read_number(reader, object, "held");
    ret->incoming = read_number(reader, object, "incoming");
    ret->corrupt = read_number(reader, object, "corrupt");
    ret->accounts = queue_parts(reader, object, "accounts", "account", &ret->account_count);
    ret->senders = queue_parts(reader, object, "senders", "sender", &ret->sender_count);
    ret->reasons = queue_parts(reader, object, "reasons", "reason", &ret->reason_count);
}

/* An array of structs of size, each filled by read from one object. */
static const void *read_all(struct reader *reader, const json_t *root, const char *key,
                            void (*read)(struct reader *reader, const json_t *object, void *item),
                            size_t size, uint32_t *ret_count)
{
    const json_t *array = read_array(reader, root, key, ret_count);
    char *items = arena_alloc(reader->arena, (*ret_count + (size_t)1) * size);
    for (uint32_t i = 0; i < *ret_count; i++)
        read(reader, json_array_get(array, i), items + i * size);
    return items;
}

static void read_report(struct reader *reader, const json_t *root, struct report *ret)
{
    const json_t *tool = read_object(reader, root, "tool"), *run = read_object(reader, root, "run");
    ret->tool_version = read_word(reader, tool, "version");
    ret->model = (int)read_small(reader, tool, "model");
    read_options(reader, run, ret);
    ret->assumptions = read_texts(reader, run, "assumptions", &ret->assumption_count);
    read_head(reader, run, ret);
    ret->inputs =
        read_all(reader, root, "inputs", read_input, sizeof *ret->inputs, &ret->input_count);
    read_coverage(reader, root, ret);
    ret->ongoing = read_maybe(reader, root, "ongoing");
    ret->last_attacker_event = read_when(reader, root, "last_attacker_event");
    ret->log_end = read_when(reader, root, "log_end");
    ret->cleared =
        read_all(reader, root, "cleared", read_cleared, sizeof *ret->cleared, &ret->cleared_count);
    read_totals(reader, root, ret);
    ret->accounts = read_all(reader, root, "accounts", read_account, sizeof *ret->accounts,
                             &ret->account_count);
    ret->findings = read_all(reader, root, "findings", read_finding, sizeof *ret->findings,
                             &ret->finding_count);
    ret->reputation = read_all(reader, root, "reputation", read_reputation, sizeof *ret->reputation,
                               &ret->reputation_count);
    ret->campaigns = read_all(reader, root, "campaigns", read_campaign, sizeof *ret->campaigns,
                              &ret->campaign_count);
    ret->depth = read_all(reader, root, "queue", read_depth, sizeof *ret->depth, &ret->depth_count);
    ret->limits = read_all(reader, read_object(reader, root, "prevention"), "limits", read_limit,
                           sizeof *ret->limits, &ret->limit_count);
    if (read_optional(root, "snapshot"))
        ret->snapshots = read_all(reader, root, "snapshot", read_snapshot, sizeof *ret->snapshots,
                                  &ret->snapshot_count);
    const json_t *coverage = read_object(reader, root, "coverage");
    if (read_optional(coverage, "clock_skew"))
        ret->coverage.skews = read_all(reader, coverage, "clock_skew", read_skew,
                                       sizeof *ret->coverage.skews, &ret->coverage.skew_count);
    ret->timeline =
        read_all(reader, root, "timeline", read_entry, sizeof *ret->timeline, &ret->timeline_count);
    ret->kept = read_kept(reader, root);
}

bool case_read(const char *dir, struct arena *arena, struct report *ret, struct err *err)
{
    json_error_t why;
    struct reader reader = {.arena = arena};
    struct report report = {0};
    const char *path = arena_printf(arena, "%s/report.json", dir);
    json_t *root = json_load_file(path, JSON_ALLOW_NUL, &why);
    if (!root)
        return err_set(err, STATUS_DIFFERS, "%.200s:%d: %.200s", path, why.line, why.text);
    const char *schema = json_string_value(json_object_get(root, "schema"));
    bool ok = schema && strcmp(schema, "postmortem-report/1") == 0;
    if (ok)
        read_report(&reader, root, &report);
    else
        err_set(err, STATUS_DIFFERS, "%.200s: no report of this program", path);
    if (reader.bad)
        ok = err_set(err, STATUS_DIFFERS,
                     "%.200s: \"%.60s\" is missing, or not as this version writes it: it takes the "
                     "logs again",
                     path, reader.bad);
    json_decref(root);
    if (ok)
        *ret = report;
    return ok;
}
