/* The table of the first screen: one row a subject, which begins with its number. */
#include <stdio.h>
#include <stdlib.h>

#include "arena.h"
#include "text_parts.h"
#include "theirs.h"

static void add_row(struct rows *rows, struct row row)
{
    rows->items[rows->count++] = row;
}

struct rows rows_of(const struct report *report, const struct style *style)
{
    struct rows rows = {0};
    rows.items =
        xcalloc((size_t)report->account_count + report->finding_count + 1, sizeof *rows.items);
    for (uint32_t i = 0; i < report->account_count; i++)
        if (report->accounts[i].verdict >= VERDICT_LIKELY)
            add_row(&rows, (struct row){.account = &report->accounts[i]});
    for (uint32_t i = 0; i < report->finding_count; i++)
        if (finding_unnamed(&report->findings[i]))
            add_row(&rows, (struct row){.finding = &report->findings[i]});
    for (uint32_t i = 0; i < report->finding_count; i++)
        if (finding_is_accused(&report->findings[i]) && !finding_unnamed(&report->findings[i]))
            add_row(&rows, (struct row){.finding = &report->findings[i]});
    for (uint32_t i = 0; i < report->account_count; i++)
        if (report->accounts[i].verdict == VERDICT_SUSPICIOUS)
            add_row(&rows, (struct row){.account = &report->accounts[i]});
    rows.shown = rows.count;
    if (style->top > 0 && rows.shown > (size_t)style->top)
        rows.shown = (size_t)style->top;
    return rows;
}

void rows_free(struct rows *rows)
{
    free(rows->items);
}

const struct counts *row_counts(struct row row)
{
    return row.account ? &row.account->foreign : &row.finding->counts;
}

struct str row_who(struct row row)
{
    if (row.account)
        return row.account->name;
    struct str who = row.finding->principal;
    if (!who.ptr)
        return row.finding->source_count == 1 ? row.finding->sources[0].ip : who;
    if (!str_take(&who, STR("net:")) && !str_take(&who, STR("anon:")))
        str_take(&who, STR("account:"));
    return who;
}

struct str hidden_gateway(const struct report *report)
{
    for (uint32_t i = 0; i < report->finding_count; i++) {
        const struct finding *finding = &report->findings[i];
        if (finding->class == CLASS_HIDDEN_SOURCE)
            return finding->source_count ? finding->sources[0].ip
                                         : row_who((struct row){.finding = finding});
    }
    return (struct str){NULL, 0};
}

static struct when first_known(const struct when *times, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (times[i].usec != TIME_NONE)
            return times[i];
    return (struct when){TIME_NONE, 0};
}

const struct window *row_window(struct row row)
{
    return row.account ? &row.account->window : &row.finding->window;
}

struct when row_first(struct row row)
{
    const struct window *w = row_window(row);
    if (row.finding && finding_unnamed(row.finding))
        for (uint32_t i = 0; i < row.finding->account_count; i++)
            if (row.finding->accounts[i].opened && !row.finding->accounts[i].account.ptr)
                return row.finding->accounts[i].time;
    return first_known((const struct when[]){w->abuse, w->test, w->access, w->guess}, 4);
}

struct when row_last(struct row row)
{
    const struct window *w = row_window(row);
    struct when last = {TIME_NONE, 0};
    if (row.finding && finding_unnamed(row.finding)) {
        for (uint32_t i = 0; i < row.finding->account_count; i++) {
            const struct finding_account *account = &row.finding->accounts[i];
            if (account->opened && !account->account.ptr && account->time.usec > last.usec)
                last = account->time;
        }
        return last;
    }
    return first_known((const struct when[]){w->last_accept, w->last_try, row_first(row)}, 3);
}

const char *row_word(struct row row)
{
    static const char *const verdicts[VERDICT_COUNT] = {"NONE", "WATCH", "SUSPICIOUS", "LIKELY",
                                                        "CONFIRMED"};
    if (row.account)
        return verdicts[row.account->verdict];
    switch (row.finding->class) {
    case CLASS_OPEN_RELAY:
        return "OPEN RELAY";
    case CLASS_LOCAL_INJECTION:
        return "SCRIPT";
    case CLASS_INFECTED_HOST:
        return "INFECTED";
    case CLASS_MAILBOX_ACCESS:
        return "MAILBOX";
    default:
        return verdicts[row.finding->verdict];
    }
}

struct str row_label(struct row row, char *text)
{
    struct str who = row_who(row), uid;
    uint32_t unnamed = row.finding ? finding_unnamed(row.finding) : 0;
    if (unnamed == 1)
        return STR("one account, NOT NAMED");
    if (unnamed > 1)
        snprintf(text, ROW_LABEL, "1-%u accounts, NOT NAMED", unnamed);
    else if (!who.ptr)
        snprintf(text, ROW_LABEL, "%u addresses", row.finding->source_count);
    if (unnamed > 1 || !who.ptr)
        return str_of(text);
    if (row.account || !str_take(&who, STR("uid:")))
        return who;
    bool host = str_cut(&who, STR("@"), &uid); /* Exim's own log names none */
    uid = str_head(host ? uid : who, 20);
    who = host ? str_head(who, 100) : STR("");
    int n = snprintf(text, ROW_LABEL, "uid %.*s%s%.*s", (int)uid.len, uid.ptr, host ? " on " : "",
                     (int)who.len, who.ptr);
    return (struct str){text, n > 0 ? (size_t)n : 0};
}

bool row_is_bad(struct row row)
{
    return row.account ? row.account->verdict >= VERDICT_LIKELY
                       : row.finding->class != CLASS_MAILBOX_ACCESS;
}

static void time_cell(struct page *page, struct when when, unsigned columns)
{
    size_t begin = page->len;
    if (when.usec != TIME_NONE)
        page_time(page, when);
    for (size_t used = page->len - begin; used < columns; used++)
        page_text(page, " ");
}

struct layout {
    unsigned number, who, time;
};

static struct layout layout_of(const struct page *page, const struct rows *rows)
{
    struct layout layout = {.number = 1, .time = page->one_day ? 8 : 11};
    for (size_t rest = rows->shown; rest >= 10; rest /= 10)
        layout.number++;
    /* number, blank, verdict 12, who, blank, two times with a column behind each, and 23 for the
     * figures */
    unsigned taken = layout.number + 1 + 12 + 1 + 2 * (layout.time + 1) + 23;
    layout.who = page->columns > taken + 8 ? page->columns - taken : 8;
    return layout;
}

static void table_head(struct page *page, struct layout layout)
{
    page_pad(page, layout.number + 1);
    page_cell(page, STR("VERDICT"), 12);
    page_cell(page, STR("WHO"), layout.who + 1);
    page_cell(page, STR("FIRST"), layout.time + 1);
    page_cell(page, STR("LAST"), layout.time);
    page_text(page, "  MSGS   RCPTS   REACHED");
    page_mark(page, COLOR_BOLD);
    page_end(page, 2);
}

static void table_row(struct page *page, const struct report *report, struct row row, size_t number,
                      struct layout layout)
{
    const struct counts *counts = row_counts(row);
    page_printf(page, "%zu", number);
    page_pad(page, layout.number + 1);
    page_cell(page, str_of(row_word(row)), 12);
    page_mark(page, row_is_bad(row) ? COLOR_RED : COLOR_YELLOW);
    char label[ROW_LABEL];
    bool cut = page_cell(page, row_label(row, label), layout.who);
    page_text(page, " ");
    bool censored = row_window(row)->left_censored;
    time_cell(page, row_first(row), layout.time);
    page_text(page, censored ? "<" : " ");
    time_cell(page, row_last(row), layout.time);
    page_right(page, counts->messages, 6);
    page_right(page, counts->recipients, 8);
    page_right(page, counts->settled[SETTLED_DELIVERED], 10);
    page_end(page, 2);
    if (cut) {
        page_text(page, "  in full: ");
        page_str(page, row_who(row));
        page_end(page, 2);
    }
    text_details(page, report, row);
}

void text_table(struct page *page, const struct report *report, const struct rows *rows)
{
    struct layout layout = layout_of(page, rows);
    page_line(page, "");
    table_head(page, layout);
    for (size_t i = 0; i < rows->shown; i++)
        table_row(page, report, rows->items[i], i + 1, layout);
    if (rows->shown == rows->count)
        return;
    page_text(page, "and ");
    page_number(page, rows->count - rows->shown);
    page_text(page, " more: --top 0");
    if (report->case_dir) {
        page_text(page, ", ");
        text_file(page, report, "accounts.csv");
    }
    page_end(page, 2);
}

void text_source(struct page *page, const struct source_report *source)
{
    page_str(page, source->ip);
    if (source->country)
        page_printf(page, " %s", source->country);
    if (source->asn != UNKNOWN)
        page_printf(page, " AS%lld", (long long)source->asn);
    for (uint32_t i = 0; i < source->list_count; i++) {
        page_text(page, " ");
        page_str(page, str_of(source->lists[i]));
    }
}
