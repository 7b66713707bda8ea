#include "case_parts.h"

#include "csv.h"
#include "database.h"
#include "html.h"
#include "json_writer.h"
#include "papers.h"
#include "timesketch.h"

static bool write_format(struct case_folder *folder, const char *name, const char *format,
                         const struct report *report, const struct style *style, struct err *err)
{
    struct out *out = case_file(folder, name, err);
    if (!out)
        return false;
    report_format_find(format)->write(report, style, out);
    return case_file_end(folder, out, err);
}

static bool write_table(struct case_folder *folder, const char *name,
                        void (*table)(const struct report *, struct out *),
                        const struct report *report, struct err *err)
{
    struct out *out = case_file(folder, name, err);
    if (!out)
        return false;
    table(report, out);
    return case_file_end(folder, out, err);
}

static bool write_database(struct case_folder *folder, const struct report *report, struct err *err)
{
    if (!database_is_built())
        return true;
    struct out *out = case_file(folder, "case.db", err);
    return out && database_write(report, out, err) && case_file_end(folder, out, err);
}

static bool write_page(struct case_folder *folder, const struct report *report,
                       const struct run_info *run, struct err *err)
{
    struct out *out = case_file(folder, "report.html", err);
    if (!out)
        return false;
    html_write(report, case_digest(folder, "report.json"), run->case_id, out);
    return case_file_end(folder, out, err);
}

/* Figures that differ from run to run stand here and nowhere else. */
void run_json(const struct report *report, const struct run_info *run, struct out *out)
{
    struct json json = {.out = out};
    json_begin(&json, NULL, '{');
    json_text(&json, "schema", "postmortem-run/1");
    json_begin(&json, "tool", '{');
    json_text(&json, "name", "postmortem");
    json_text(&json, "version", report->tool_version);
    json_end(&json, '}');
    json_begin(&json, "arguments", '[');
    for (int i = 0; i < run->argument_count; i++)
        json_text(&json, NULL, run->arguments[i]);
    json_end(&json, ']');
    json_text(&json, "case_id", run->case_id);
    json_text(&json, "operator", run->operator_name);
    json_when(&json, "started", run->started);
    json_when(&json, "finished", run->finished);
    json_number(&json, "elapsed_usec", report->elapsed_usec);
    json_number(&json, "threads", run->threads);
    json_number(&json, "memory_bytes", run->memory_bytes);
    json_text(&json, "temp_dir", run->temp_dir);
    json_text(&json, "sandbox", run->sandbox);
    json_number(&json, "inputs", report->input_count);
    json_number(&json, "bytes_read", report->bytes_read);
    json_number(&json, "bytes_log", report->bytes_log);
    json_number(&json, "lines", report->coverage.lines);
    json_end(&json, '}');
}

/* Those that list records one by one. */
static bool write_tables(struct case_folder *folder, const struct report *report, struct err *err)
{
    return write_table(folder, "accounts.csv", csv_accounts, report, err) &&
           write_table(folder, "sources.csv", csv_sources, report, err) &&
           write_table(folder, "messages.csv", csv_messages, report, err) &&
           write_table(folder, "timeline.jsonl", timesketch_write, report, err) &&
           write_database(folder, report, err);
}

bool case_reports(struct case_folder *folder, const struct report *report,
                  const struct style *style, const struct run_info *run, struct err *err)
{
    const struct style plain = {.columns = STYLE_COLUMNS, .top = style->top};
    struct report inside = *report;
    inside.case_dir = "";
    if (!write_format(folder, "report.json", "json", report, &plain, err) ||
        !write_format(folder, "report.txt", "text", &inside, &plain, err) ||
        (report->facts && !write_tables(folder, report, err)) ||
        !papers_write(folder, report, run, err) || !write_page(folder, report, run, err))
        return false;
    struct out *out = case_file(folder, "run.json", err);
    if (!out)
        return false;
    run_json(report, run, out);
    return case_file_end(folder, out, err);
}
