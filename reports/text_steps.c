/* DO NOW: what an administrator would otherwise look up in five places. Only files that exist are
 * named. */
#include <stdio.h>

#include "escape.h"
#include "incident.h"
#include "servers.h"
#include "text_parts.h"
#include "theirs.h"

enum { STEP_HANG = 10 };

static void close_accounts(struct page *page, const struct rows *rows, struct series *parts)
{
    struct series series = {.limit = 6};
    for (size_t i = 0; i < rows->count; i++)
        series.total += rows->items[i].account != NULL;
    if (series.total == 0)
        return;
    series_next(parts, page);
    page_text(page, "new passwords and end sessions: ");
    for (size_t i = 0; i < rows->count; i++)
        if (rows->items[i].account && series_next(&series, page))
            page_str(page, row_who(rows->items[i]));
    series_end(&series, page);
}

static void next_part(struct page *page, struct series *parts)
{
    if (parts->shown++ > 0)
        page_text(page, "; ");
}

static bool is_listed(const struct rows *rows, struct str account)
{
    for (size_t i = 0; i < rows->count; i++)
        if (rows->items[i].account && str_eq(rows->items[i].account->name, account))
            return true;
    return false;
}

/* Whose password may be the guessed one, beside those who need a new one anyway. */
static void close_candidates(struct page *page, const struct finding *finding,
                             const struct rows *rows, struct series *parts)
{
    bool known = finding->unrefused_count && finding->unrefused_count < finding->candidate_count;
    uint32_t of = known ? finding->unrefused_count : finding->candidate_count, count = 0;
    for (uint32_t i = 0; i < of; i++)
        count += !is_listed(rows, finding->candidates[i]);
    if (count == 0)
        return;
    next_part(page, parts);
    page_text(page, parts->shown > 1 ? "then " : "new passwords for ");
    if (known) {
        page_printf(page, parts->shown > 1 ? "the %u other%s" : "the %u account%s", count,
                    count == 1 ? "" : "s");
        page_text(page, " never refused there");
    } else {
        page_count(page, count, "candidate");
        page_text(page, " of the login without a name");
    }
}

static void close_finding(struct page *page, const struct report *report, struct row row,
                          const struct rows *rows, struct series *parts)
{
    struct str gateway = hidden_gateway(report);
    char label[ROW_LABEL];
    switch (row.finding->class) {
    case CLASS_OPEN_RELAY:
        next_part(page, parts);
        if (row.finding->principal.ptr && str_starts(row.finding->principal, STR("net:"))) {
            page_str(page, row_who(row));
            page_printf(page, " out of %s", server_first(report)->relays);
        } else {
            page_text(page, "close the relay");
        }
        if (gateway.ptr && str_eq(row_who(row), gateway))
            page_text(page, " (your gateway)");
        return;
    case CLASS_LOCAL_INJECTION:
        next_part(page, parts);
        page_text(page, "find what runs as ");
        page_str(page, row_label(row, label));
        return;
    case CLASS_INFECTED_HOST:
        next_part(page, parts);
        page_text(page, "take off the network: ");
        page_str(page, row_who(row));
        return;
    default:
        close_candidates(page, row.finding, rows, parts);
    }
}

/* What was not worth a row of its own is not repeated here. */
static void step_close(struct page *page, const struct report *report, const struct rows *rows)
{
    struct series parts = {.limit = UINT64_MAX};
    page_text(page, " 2 close  ");
    close_accounts(page, rows, &parts);
    for (size_t i = 0; i < rows->shown; i++)
        if (rows->items[i].finding)
            close_finding(page, report, rows->items[i], rows, &parts);
    page_end(page, STEP_HANG);
}

static bool is_plain_domain(struct str domain)
{
    for (size_t i = 0; i < domain.len; i++)
        if (!char_is_lower(domain.ptr[i]) && !char_is_digit(domain.ptr[i]) &&
            domain.ptr[i] != '.' && domain.ptr[i] != '-')
            return false;
    return domain.len > 0 && domain.len <= 64;
}

static void add_domains(struct page *page, struct series *series, struct row row)
{
    const struct forged_domain *domains =
        row.account ? row.account->forged_domains : row.finding->forged_domains;
    uint32_t count =
        row.account ? row.account->forged_domain_count : row.finding->forged_domain_count;
    series->total += count;
    for (uint32_t i = 0; i < count; i++)
        if (is_plain_domain(domains[i].domain) && series_next(series, page)) {
            page_text(page, "\"");
            page_str(page, domains[i].domain);
            page_text(page, "\"");
        }
}

/* Without a case folder there is no list of queue ids: the live queue is filtered by the forged
 * domains. Lines end only where the jq program has a blank, so that it can be pasted as it stands.
 */
static void live_filter(struct page *page, const struct rows *rows)
{
    struct series series = {.limit = 6};
    page_text(page, "          ");
    size_t begin = page->len;
    for (size_t i = 0; i < rows->count; i++)
        add_domains(page, &series, rows->items[i]);
    if (page->len == begin) {
        page->len = 0;
        page_line(page, " 3 hold   their messages: -o case lists the queue ids");
        return;
    }
    struct page head = {.out = page->out, .columns = page->columns};
    page_line(&head,
              " 3 hold   postqueue -j | jq -r 'select(.sender|ascii_downcase|split(\"@\")[-1]|IN(");
    page_close(&head);
    page_end(page, STEP_HANG);
    page_line(page, "          )) | .queue_id' | sudo postsuper -h -");
    if (series.total == series.shown)
        return;
    page_text(page, "          (");
    page_number(page, series.shown);
    page_text(page, " of ");
    page_count(page, series.total, "domain");
    page_text(page, "; -o case lists every queue id)");
    page_end(page, STEP_HANG);
}

/* Without a case folder: what can be typed at once is known for a Postfix alone that is no suite's.
 */
static void hold_live(struct page *page, const struct report *report, const struct rows *rows)
{
    const struct mail_server *first = server_first(report);
    bool suite = report_saw(report, "zimbra"), several = server_next(report, first) != NULL;
    if (strcmp(first->parser, "postfix") == 0 && !suite && !several) {
        live_filter(page, rows);
        return;
    }
    page_text(page, " 3 hold   their messages alone: -o case writes ");
    for (const struct mail_server *at = first; at; at = server_next(report, at)) {
        page_text(page, at == first ? "" : ", ");
        page_text(page, at->script);
    }
    page_end(page, STEP_HANG);
}

static void hold_by_script(struct page *page, const struct report *report)
{
    const struct mail_server *first = server_first(report);
    for (const struct mail_server *at = first; at; at = server_next(report, at)) {
        char line[160];
        snprintf(line, sizeof line, "          %s   (%s)", at->hold, at->remark);
        page_line(page, line);
    }
}

static void step_hold(struct page *page, const struct report *report, const struct rows *rows)
{
    struct queue_share share;
    bool known = report_queue(report, &share);
    if (known && share.theirs == 0) {
        page_line(page, " 3 hold   nothing of theirs is in the queue any more");
        return;
    }
    if (!report->case_dir) {
        hold_live(page, report, rows);
        return;
    }
    page_text(page, " 3 hold   ");
    page_count(page, share.theirs, "message");
    page_text(page, ", not ALL; in ");
    page_text(page, *report->case_dir ? report->case_dir : "this folder");
    page_text(page, *report->case_dir ? "/:" : ":");
    page_end(page, STEP_HANG);
    hold_by_script(page, report);
}

static void files(struct page *page, const struct report *report, const struct rows *rows)
{
    char folder[FOLDER_NAME];
    uint64_t accounts = 0;
    struct str first = {NULL, 0};
    for (size_t i = 0; i < rows->count; i++) {
        if (!rows->items[i].account)
            continue;
        if (accounts++ == 0)
            first = row_who(rows->items[i]);
    }
    if (!report->case_dir)
        return;
    page_text(page, "Files: ");
    if (accounts) {
        text_file(page, report, "evidence/");
        page_printf(page, "%s/lines.log", folder_name(first, folder));
        if (accounts > 1) {
            page_text(page, " and of ");
            page_count(page, accounts - 1, "other");
        }
        page_text(page, ", ");
    }
    text_file(page, report, "messages.csv");
    page_text(page, ", sources.csv, report.json");
    page_end(page, 0);
}

static void abuse(struct page *page, const struct report *report)
{
    if (report->abuse_ready + report->abuse_refused == 0)
        return;
    page_text(page, "Abuse reports: ");
    page_number(page, report->abuse_ready);
    page_text(page, " ready, ");
    page_number(page, report->abuse_refused);
    page_text(page, " that lack something (");
    text_file(page, report, "abuse/index.csv");
    page_text(page, ")");
    page_end(page, 0);
}

void text_steps(struct page *page, const struct report *report, const struct rows *rows)
{
    page_line(page, "");
    page_text(page, "DO NOW");
    page_mark(page, COLOR_BOLD);
    page_end(page, 0);
    page_line(page, " 1 keep   copy the logs and the queue before you delete anything");
    step_close(page, report, rows);
    step_hold(page, report, rows);
    page_printf(page, " 4 after  review, delete, release; then: postmortem --since 1h %s",
                server_first(report)->log);
    page_end(page, STEP_HANG);
    abuse(page, report);
    files(page, report, rows);
}
