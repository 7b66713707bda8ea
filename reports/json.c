/* report.json: depends on the report alone, never on the run. */
#include "escape.h"
#include "json_parts.h"
#include "report.h"
#include "theirs.h"

static void tool(struct json *json, const struct report *report)
{
    json_begin(json, "tool", '{');
    json_text(json, "name", "postmortem");
    json_text(json, "version", report->tool_version);
    json_known(json, "model", report->model);
    json_end(json, '}');
}

static bool named_before(const struct report *report, uint32_t index)
{
    for (uint32_t i = 0; i < index; i++)
        if (strcmp(report->options[2 * i], report->options[2 * index]) == 0)
            return true;
    return false;
}

/* Every option is an array of what it was given, since most can be given again. */
static void options(struct json *json, const struct report *report)
{
    json_begin(json, "options", '{');
    for (uint32_t i = 0; i < report->option_count; i++) {
        if (named_before(report, i))
            continue;
        json_begin(json, report->options[2 * i], '[');
        for (uint32_t k = i; k < report->option_count; k++)
            if (strcmp(report->options[2 * k], report->options[2 * i]) == 0)
                json_text(json, NULL, report->options[2 * k + 1]);
        json_end(json, ']');
    }
    json_end(json, '}');
}

static void texts(struct json *json, const char *key, const char *const *items, uint32_t count)
{
    json_begin(json, key, '[');
    for (uint32_t i = 0; i < count; i++)
        json_text(json, NULL, items[i]);
    json_end(json, ']');
}

static void limits(struct json *json, const struct report *report)
{
    if (!report->limited) {
        json_null(json, "limits");
        return;
    }
    json_begin(json, "limits", '{');
    json_when(json, "since", report->since);
    json_when(json, "until", report->until);
    json_bool(json, "no_history", report->no_history);
    json_end(json, '}');
}

static void queue_now(struct json *json, const struct report *report)
{
    struct queue_share share;
    if (!report_queue(report, &share)) {
        json_null(json, "queue");
        return;
    }
    json_begin(json, "queue", '{');
    json_number(json, "open", share.open);
    json_number(json, "theirs", share.theirs);
    json_bool(json, "maybe_removed", share.maybe_removed);
    json_end(json, '}');
}

/* What the text report says beside the figures below, so that it can be written again from here. */
static void head(struct json *json, const struct report *report)
{
    json_begin(json, "head", '{');
    json_text(json, "systems", report->systems);
    json_number(json, "bytes_log", report->bytes_log);
    json_when(json, "log_first", report->log_first);
    json_known(json, "zone_offset_minutes", report->zone_offset_minutes);
    json_bool(json, "zone_assumed", report->zone_assumed);
    json_bool(json, "year_assumed", report->year_assumed);
    json_bool(json, "too_short", report->too_short);
    json_text(json, "year_zone", report->year_zone);
    limits(json, report);
    queue_now(json, report);
    json_number(json, "abuse_ready", report->abuse_ready);
    json_number(json, "abuse_refused", report->abuse_refused);
    json_end(json, '}');
}

static void inputs(struct json *json, const struct report *report)
{
    json_begin(json, "inputs", '[');
    for (uint32_t i = 0; i < report->input_count; i++) {
        const struct input_report *input = &report->inputs[i];
        json_begin(json, NULL, '{');
        json_number(json, "id", i);
        json_text(json, "path", input->path);
        json_text(json, "member", input->member);
        json_number(json, "bytes", input->bytes);
        json_number(json, "lines", input->lines);
        json_digest(json, "sha256", input->has_digest ? input->sha256 : NULL);
        json_when(json, "first", input->first);
        json_when(json, "last", input->last);
        texts(json, "formats", input->formats, input->format_count);
        json_text(json, "damage", input->damage);
        json_bool(json, "holds_log", input->holds_log);
        json_number(json, "duplicates", input->duplicates);
        json_text(json, "year_rule", input->year_rule);
        json_text(json, "zone_rule", input->zone_rule);
        json_end(json, '}');
    }
    json_end(json, ']');
}

/* Names that are no UTF-8 would become equal keys: they are one, with the sum. */
static void programs(struct json *json, const struct report *report)
{
    const struct str unclear = STR("\xEF\xBF\xBD");
    uint64_t unclear_lines = 0;
    json_begin(json, "programs", '{');
    for (uint32_t i = 0; i < report->coverage.program_count; i++) {
        const struct program_lines *program = &report->coverage.programs[i];
        struct str rest = program->name;
        bool valid = !str_eq(rest, unclear);
        while (rest.len > 0 && valid)
            utf8_take(&rest, &valid);
        if (valid)
            json_named_number(json, program->name, program->lines);
        else
            unclear_lines += program->lines;
    }
    if (unclear_lines)
        json_named_number(json, unclear, unclear_lines);
    json_end(json, '}');
}

static void coverage(struct json *json, const struct report *report)
{
    json_begin(json, "coverage", '{');
    json_number(json, "lines", report->coverage.lines);
    json_number(json, "recognised", report->coverage.recognised);
    json_number(json, "other_program", report->coverage.other_program);
    json_number(json, "unrecognised", report->coverage.unrecognised);
    json_number(json, "duplicates", report->coverage.duplicates);
    programs(json, report);
    json_begin(json, "gaps", '[');
    for (uint32_t i = 0; i < report->coverage.gap_count; i++) {
        json_begin(json, NULL, '{');
        json_str(json, "host", report->coverage.gaps[i].host);
        json_when(json, "from", report->coverage.gaps[i].from);
        json_when(json, "to", report->coverage.gaps[i].to);
        json_end(json, '}');
    }
    json_end(json, ']');
    json_begin(json, "clock_skew", '[');
    for (uint32_t i = 0; i < report->coverage.skew_count; i++) {
        json_begin(json, NULL, '{');
        json_str(json, "host", report->coverage.skews[i].host);
        json_str(json, "behind", report->coverage.skews[i].behind);
        json_number(json, "seconds", report->coverage.skews[i].seconds);
        json_number(json, "pairs", report->coverage.skews[i].pairs);
        json_end(json, '}');
    }
    json_end(json, ']');
    texts(json, "unobservable", report->coverage.unobservable, report->coverage.unobservable_count);
    json_end(json, '}');
}

static void cleared(struct json *json, const struct report *report)
{
    json_begin(json, "cleared", '[');
    for (uint32_t i = 0; i < report->cleared_count; i++) {
        json_begin(json, NULL, '{');
        json_str(json, "account", report->cleared[i].account);
        json_text(json, "why", report->cleared[i].why);
        json_end(json, '}');
    }
    json_end(json, ']');
}

static void sum(struct json *json, const char *key, uint64_t messages, uint64_t recipients)
{
    json_begin(json, key, '{');
    json_number(json, "messages", messages);
    json_number(json, "recipients", recipients);
    json_end(json, '}');
}

static void totals(struct json *json, const struct report *report)
{
    json_begin(json, "totals", '{');
    sum(json, "inbound", report->totals.inbound_messages, report->totals.inbound_recipients);
    json_begin(json, "submitted", '{');
    json_counts(json, &report->totals.submitted, NULL);
    json_end(json, '}');
    sum(json, "unattributed", report->totals.unattributed_messages,
        report->totals.unattributed_recipients);
    json_number(json, "accounts", report->totals.accounts);
    json_number(json, "sources", report->totals.sources);
    json_end(json, '}');
}

static void subjects(struct json *json, const struct report *report)
{
    json_begin(json, "accounts", '[');
    for (uint32_t i = 0; i < report->account_count; i++) {
        json_begin(json, NULL, '{');
        json_account(json, &report->accounts[i]);
        json_end(json, '}');
    }
    json_end(json, ']');
    json_begin(json, "findings", '[');
    for (uint32_t i = 0; i < report->finding_count; i++) {
        json_begin(json, NULL, '{');
        json_finding(json, &report->findings[i]);
        json_end(json, '}');
    }
    json_end(json, ']');
}

/* Whose spam came before the first such answer. */
static void burst(struct json *json, const struct reputation *item)
{
    if (!item->burst.ptr) {
        json_null(json, "burst");
        return;
    }
    json_begin(json, "burst", '{');
    json_str(json, "principal", item->burst);
    json_number(json, "recipients", item->burst_recipients);
    json_end(json, '}');
}

static void reputation(struct json *json, const struct report *report)
{
    json_begin(json, "reputation", '[');
    for (uint32_t i = 0; i < report->reputation_count; i++) {
        const struct reputation *item = &report->reputation[i];
        json_begin(json, NULL, '{');
        json_str(json, "host", item->host);
        json_str(json, "provider", item->provider);
        json_text(json, "kind", item->kind);
        json_when(json, "first", item->first);
        json_when(json, "last", item->last);
        json_number(json, "replies", item->replies);
        json_str(json, "sample", item->sample);
        burst(json, item);
        json_end(json, '}');
    }
    json_end(json, ']');
}

static void timeline(struct json *json, const struct report *report)
{
    json_begin(json, "timeline", '[');
    for (uint32_t i = 0; i < report->timeline_count; i++) {
        const struct timeline_entry *entry = &report->timeline[i];
        json_begin(json, NULL, '{');
        json_when(json, "time", entry->time);
        json_str(json, "actor", entry->actor);
        json_text(json, "what", entry->what);
        json_refs(json, entry->refs, entry->ref_count);
        json_end(json, '}');
    }
    json_end(json, ']');
}

static void depth(struct json *json, const struct report *report)
{
    json_begin(json, "queue", '[');
    for (uint32_t i = 0; i < report->depth_count; i++) {
        const struct queue_depth *point = &report->depth[i];
        json_begin(json, NULL, '{');
        json_when(json, "time", (struct when){point->usec, 0});
        json_number(json, "active", point->active);
        json_number(json, "deferred", point->deferred);
        json_number(json, "held", point->held);
        json_end(json, '}');
    }
    json_end(json, ']');
}

static void queue_parts(struct json *json, const char *key, const char *name,
                        const struct queue_part *parts, uint32_t count)
{
    json_begin(json, key, '[');
    for (uint32_t i = 0; i < count; i++) {
        json_begin(json, NULL, '{');
        json_str(json, name, parts[i].name);
        if (!parts[i].sample.ptr)
            json_number(json, "messages", parts[i].messages);
        json_number(json, "recipients", parts[i].recipients);
        if (parts[i].sample.ptr)
            json_str(json, "sample", parts[i].sample);
        json_end(json, '}');
    }
    json_end(json, ']');
}

/* What a listing was given for; without one there is no key. */
static void snapshots(struct json *json, const struct report *report)
{
    if (!report->snapshot_count)
        return;
    json_begin(json, "snapshot", '[');
    for (uint32_t i = 0; i < report->snapshot_count; i++) {
        const struct queue_listing *queue = &report->snapshots[i];
        json_begin(json, NULL, '{');
        json_text(json, "input", queue->input);
        json_text(json, "member", queue->member);
        json_null(json, "time"); /* no listing says when it was made */
        json_known(json, "messages", queue->sizes_only ? UNKNOWN : (int64_t)queue->messages);
        json_known(json, "recipients", queue->sizes_only ? UNKNOWN : (int64_t)queue->recipients);
        json_number(json, "active", queue->active);
        json_number(json, "deferred", queue->deferred);
        json_number(json, "held", queue->held);
        json_number(json, "incoming", queue->incoming);
        json_number(json, "corrupt", queue->corrupt);
        queue_parts(json, "accounts", "account", queue->accounts, queue->account_count);
        queue_parts(json, "senders", "sender", queue->senders, queue->sender_count);
        queue_parts(json, "reasons", "reason", queue->reasons, queue->reason_count);
        json_end(json, '}');
    }
    json_end(json, ']');
}

static void write(const struct report *report, const struct style *style, struct out *out)
{
    (void)style;
    struct json json = {.out = out};
    json_begin(&json, NULL, '{');
    json_text(&json, "schema", "postmortem-report/1");
    tool(&json, report);
    json_begin(&json, "run", '{');
    options(&json, report);
    texts(&json, "assumptions", report->assumptions, report->assumption_count);
    head(&json, report);
    json_end(&json, '}');
    inputs(&json, report);
    coverage(&json, report);
    json_maybe(&json, "ongoing", report->ongoing);
    json_when(&json, "last_attacker_event", report->last_attacker_event);
    json_when(&json, "log_end", report->log_end);
    cleared(&json, report);
    totals(&json, report);
    subjects(&json, report);
    json_campaigns(&json, report);
    reputation(&json, report);
    depth(&json, report);
    snapshots(&json, report);
    json_prevention(&json, report);
    timeline(&json, report);
    if (report->case_dir)
        json_kept(&json, report);
    json_end(&json, '}');
}

const struct report_format json_format = {.name = "json", .write = write};
