/* The report for people. Its first screen answers, in this order: does it go on, how bad is it, who
 * blocks us, who and since when, who is not to be locked, what to do now, what silence does not
 * mean. */
#include "text_parts.h"

static void cleared(struct page *page, const struct report *report, const struct rows *rows)
{
    struct series series = {.total = report->cleared_count, .limit = 8};
    bool censored = false;
    for (size_t i = 0; i < rows->shown; i++)
        censored = censored || row_window(rows->items[i])->left_censored;
    if (series.total)
        page_text(page, "Cleared: ");
    for (uint32_t i = 0; i < report->cleared_count && series_next(&series, page); i++) {
        const struct cleared *item = &report->cleared[i];
        bool last = i + 1 == report->cleared_count || series.shown == series.limit ||
                    strcmp(item[1].why, item->why) != 0;
        page_str(page, item->account);
        if (last)
            page_printf(page, " (%s)", item->why);
    }
    if (series.total) {
        series_end(&series, page);
        page_text(page, ".");
    }
    if (censored) {
        page_text(page, page->len ? "   " : "");
        page_text(page, "< = since the log begins, perhaps earlier");
    }
    if (page->len)
        page_end(page, 0);
}

static void nothing_wrong(struct page *page, const struct report *report)
{
    struct series series = {.limit = 5};
    page_text(page, "NO ACCOUNT LOOKS TAKEN OVER.");
    page_mark(page, COLOR_GREEN);
    page_text(page, "  Nothing relayed without login, no local script.");
    page_end(page, 0);
    text_hidden(page, report, "What would still be hidden: ");
    for (uint32_t i = 0; i < report->account_count; i++)
        series.total += report->accounts[i].verdict == VERDICT_WATCH;
    if (series.total == 0)
        return;
    page_text(page, "Closest to the line: ");
    for (uint32_t i = 0; i < report->account_count; i++)
        if (report->accounts[i].verdict == VERDICT_WATCH && series_next(&series, page)) {
            page_str(page, report->accounts[i].name);
            page_text(page, " (watch)");
        }
    series_end(&series, page);
    page_text(page, ".");
    page_end(page, 0);
}

static void first_screen(struct page *page, const struct report *report, const struct rows *rows)
{
    text_head(page, report);
    if (rows->count) {
        text_state(page, report, rows);
        text_summary(page, report, rows);
    } else {
        nothing_wrong(page, report);
    }
    text_snapshots(page, report);
    text_blocked(page, report);
    text_guessing(page, report);
    if (rows->count)
        text_table(page, report, rows);
    cleared(page, report, rows);
    if (rows->count) {
        text_steps(page, report, rows);
        text_hidden(page, report, "Not in this log: ");
    }
}

static void write(const struct report *report, const struct style *style, struct out *out)
{
    struct page page;
    struct rows rows = rows_of(report, style);
    page_open(&page, report, style, out);
    first_screen(&page, report, &rows);
    text_rest(&page, report, style);
    if (!report->case_dir) {
        page_line(&page, "");
        page_line(&page, "Nothing was written. Add -o case for the evidence lines and the tables.");
    }
    page_close(&page);
    rows_free(&rows);
}

const struct report_format text_format = {.name = "text", .write = write};
