/* What follows the first screen: all other figures, the evidence with its lines, and how the logs
 * were read. */
#include <stdlib.h>

#include "text_parts.h"
#include "theirs.h"

static void title(struct page *page, const char *text)
{
    page_line(page, "");
    page_text(page, text);
    page_mark(page, COLOR_BOLD);
    page_end(page, 0);
}

static size_t limited(const struct style *style, size_t count)
{
    return style->top > 0 && count > (size_t)style->top ? (size_t)style->top : count;
}

static void and_more(struct page *page, size_t count, size_t shown)
{
    if (count == shown)
        return;
    page_text(page, "  and ");
    page_number(page, count - shown);
    page_text(page, " more: --top 0");
    page_end(page, 2);
}

static void sum(struct page *page, const char *what, uint64_t messages, uint64_t recipients)
{
    page_text(page, what);
    page_count(page, messages, "message");
    page_text(page, " to ");
    page_count(page, recipients, "recipient");
}

static void totals(struct page *page, const struct report *report)
{
    static const char *const words[SETTLED_COUNT] = {"delivered", "bounced",  "expired", "removed",
                                                     "held",      "deferred", "queued"};
    const struct counts *counts = &report->totals.submitted;
    title(page, "TOTALS");
    sum(page, "  submitted     ", counts->messages, counts->recipients);
    page_text(page, ":");
    struct series series = {.limit = SETTLED_COUNT};
    for (unsigned i = 0; i < SETTLED_COUNT; i++) {
        if (counts->settled[i] == 0)
            continue;
        page_text(page, series.shown ? "" : " ");
        series_next(&series, page);
        page_number(page, counts->settled[i]);
        page_printf(page, " %s", words[i]);
    }
    page_end(page, 16);
    sum(page, "  inbound       ", report->totals.inbound_messages,
        report->totals.inbound_recipients);
    page_end(page, 16);
    sum(page, "  unattributed  ", report->totals.unattributed_messages,
        report->totals.unattributed_recipients);
    page_end(page, 16);
    page_text(page, "  by            ");
    page_count(page, report->totals.accounts, "account");
    page_text(page, " from ");
    page_count(page, report->totals.sources, "source");
    page_end(page, 16);
    text_queue(page, report);
}

static void account_row(struct page *page, const struct account_report *account, unsigned name)
{
    page_text(page, "  ");
    page_cell(page, str_of(verdict_name(account->verdict)), 11);
    page_cell(page, account->name, name);
    page_right(page, account->counts.messages, 9);
    page_right(page, account->counts.recipients, 10);
    page_right(page, account->counts.settled[SETTLED_DELIVERED], 10);
    page_right(page, account->counts.login_failures, 10);
    page_end(page, 2);
}

/* All mail of each account, the owner's included, unlike the first table. */
static void accounts(struct page *page, const struct report *report, const struct style *style)
{
    unsigned name = page->columns - 2 - 11 - 39;
    if (report->account_count == 0)
        return;
    title(page, "ACCOUNTS (all mail of each, the owner's included)");
    page_text(page, "  ");
    page_cell(page, STR("VERDICT"), 11);
    page_cell(page, STR("ACCOUNT"), name);
    page_text(page, "     MSGS     RCPTS   REACHED  FAILURES");
    page_end(page, 2);
    size_t shown = limited(style, report->account_count);
    for (size_t i = 0; i < shown; i++)
        account_row(page, &report->accounts[i], name);
    and_more(page, report->account_count, shown);
}

static void locator(struct page *page, const struct report *report, const struct ref *ref)
{
    if (ref->place.input >= report->input_count)
        return;
    const struct input_report *input = &report->inputs[ref->place.input];
    page_text(page, "      ");
    page_text(page, input->path);
    if (input->member) {
        page_text(page, "!");
        page_text(page, input->member);
    }
    page_printf(page, "!L%llu@%llu+%u", (unsigned long long)ref->place.line,
                (unsigned long long)ref->place.offset, ref->place.length);
    page_end(page, 6);
}

static void evidence(struct page *page, const struct report *report, const struct evidence *items,
                     uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        page_printf(page, "  %s [%s ", items[i].against ? "against" : "for    ", items[i].id);
        page_tenths(page, items[i].weight_tenths);
        page_text(page, " dB] ");
        page_text(page, items[i].text);
        page_end(page, 4);
        for (uint32_t k = 0; k < items[i].ref_count; k++)
            locator(page, report, &items[i].refs[k]);
    }
}

static void times(struct page *page, const struct window *window)
{
    const struct {
        const char *what;
        struct when when;
    } items[] = {{"guessed", window->guess},       {"let in", window->access},
                 {"test", window->test},           {"first abuse", window->abuse},
                 {"peak", window->peak},           {"last accepted", window->last_accept},
                 {"stopped", window->containment}, {"last try", window->last_try}};
    struct series series = {.limit = UINT64_MAX};
    for (size_t i = 0; i < sizeof items / sizeof items[0]; i++) {
        if (items[i].when.usec == TIME_NONE)
            continue;
        page_text(page, series.shown ? "" : "  ");
        series_next(&series, page);
        page_printf(page, "%s ", items[i].what);
        page_time(page, items[i].when);
    }
    if (series.shown)
        page_end(page, 2);
}

static void account_evidence(struct page *page, const struct report *report,
                             const struct account_report *account)
{
    page_str(page, account->name);
    page_printf(page, ": %s, score ", verdict_name(account->verdict));
    page_tenths(page, account->score_tenths);
    page_text(page, " dB, evidence ");
    page_tenths(page, account->evidence_tenths);
    page_text(page, " dB");
    page_end(page, 2);
    times(page, &account->window);
    evidence(page, report, account->evidence, account->evidence_count);
    if (account->would_change) {
        page_text(page, "  would change the verdict: ");
        page_text(page, account->would_change);
        page_end(page, 4);
    }
}

static void all_evidence(struct page *page, const struct report *report, const struct style *style)
{
    size_t count = 0, shown = 0;
    for (uint32_t i = 0; i < report->account_count; i++)
        count += report->accounts[i].verdict >= VERDICT_WATCH || report->accounts[i].named;
    size_t most = limited(style, count);
    for (uint32_t i = 0; i < report->account_count && shown < most; i++) {
        const struct account_report *account = &report->accounts[i];
        if (account->verdict < VERDICT_WATCH && !account->named)
            continue;
        if (shown++ == 0)
            title(page, "EVIDENCE");
        else
            page_line(page, "");
        account_evidence(page, report, account);
    }
    and_more(page, count, shown);
}

static void finding_line(struct page *page, const struct report *report,
                         const struct finding *finding)
{
    struct series series = {.total = finding->source_count, .limit = 4};
    page_text(page, class_name(finding->class));
    if (finding->principal.ptr) {
        page_text(page, " ");
        page_str(page, finding->principal);
    }
    page_printf(page, ": %s", verdict_name(finding->verdict));
    if (finding->counts.messages)
        sum(page, ", ", finding->counts.messages, finding->counts.recipients);
    if (finding->counts.login_failures) {
        page_text(page, ", ");
        page_count(page, finding->counts.login_failures, "failed login");
    }
    if (finding->source_count)
        page_text(page, ", from ");
    for (uint32_t i = 0; i < finding->source_count && series_next(&series, page); i++)
        text_source(page, &finding->sources[i]);
    if (finding->source_count)
        series_end(&series, page);
    page_end(page, 2);
    times(page, &finding->window);
    evidence(page, report, finding->evidence, finding->evidence_count);
}

static void findings(struct page *page, const struct report *report, const struct style *style)
{
    size_t shown = limited(style, report->finding_count);
    if (report->finding_count)
        title(page, "FINDINGS");
    for (size_t i = 0; i < shown; i++) {
        if (i > 0)
            page_line(page, "");
        finding_line(page, report, &report->findings[i]);
    }
    and_more(page, report->finding_count, shown);
}

static void reputation(struct page *page, const struct report *report, const struct style *style)
{
    size_t shown = limited(style, report->reputation_count);
    if (report->reputation_count)
        title(page, "WHAT OTHER SERVERS SAY OF US");
    for (size_t i = 0; i < shown; i++) {
        const struct reputation *item = &report->reputation[i];
        page_text(page, "  ");
        page_str(page, item->provider);
        page_printf(page, ": %s, ", item->kind ? item->kind : "refused");
        page_number(page, item->replies);
        page_text(page, item->replies == 1 ? " reply, " : " replies, ");
        page_time(page, item->first);
        page_text(page, " to ");
        page_time(page, item->last);
        page_text(page, ": ");
        page_str(page, item->sample);
        text_burst(page, item);
        page_end(page, 4);
    }
    and_more(page, report->reputation_count, shown);
}

static void programs(struct page *page, const struct report *report, const struct style *style)
{
    size_t shown = limited(style, report->coverage.program_count);
    struct series series = {.total = report->coverage.program_count, .limit = shown};
    if (shown == 0)
        return;
    page_text(page, "  programs: ");
    for (size_t i = 0; i < shown && series_next(&series, page); i++) {
        page_str(page, report->coverage.programs[i].name);
        page_text(page, " ");
        page_number(page, report->coverage.programs[i].lines);
    }
    series_end(&series, page);
    page_end(page, 4);
}

static void gaps(struct page *page, const struct report *report, const struct style *style)
{
    size_t shown = limited(style, report->coverage.gap_count);
    for (size_t i = 0; i < shown; i++) {
        const struct gap_report *gap = &report->coverage.gaps[i];
        page_text(page, "  no line of ");
        page_str(page, gap->host);
        page_text(page, " from ");
        page_time(page, gap->from);
        page_text(page, " to ");
        page_time(page, gap->to);
        page_end(page, 4);
    }
    and_more(page, report->coverage.gap_count, shown);
}

static void coverage(struct page *page, const struct report *report, const struct style *style)
{
    title(page, "COVERAGE");
    page_text(page, "  ");
    page_count(page, report->coverage.lines, "line");
    page_text(page, ": ");
    page_number(page, report->coverage.recognised);
    page_text(page, " recognised, ");
    page_number(page, report->coverage.other_program);
    page_text(page, " of other programs, ");
    page_number(page, report->coverage.unrecognised);
    page_text(page, " unrecognised");
    if (report->coverage.duplicates) {
        page_text(page, "; ");
        page_number(page, report->coverage.duplicates);
        page_text(page, " duplicates left out");
    }
    page_end(page, 4);
    programs(page, report, style);
    gaps(page, report, style);
    for (uint32_t i = 0; i < report->coverage.unobservable_count; i++) {
        page_text(page, "  not in this log: ");
        page_text(page, report->coverage.unobservable[i]);
        page_end(page, 4);
    }
}

static void input(struct page *page, const struct input_report *input)
{
    page_text(page, "  ");
    page_text(page, input->path);
    if (input->member) {
        page_text(page, "!");
        page_text(page, input->member);
    }
    page_text(page, ": ");
    page_count(page, input->lines, "line");
    if (!input->holds_log)
        page_text(page, ", no mail log");
    else if (input->first.usec != TIME_NONE && input->last.usec != TIME_NONE) {
        page_text(page, ", ");
        page_time(page, input->first);
        page_text(page, " to ");
        page_time(page, input->last);
    }
    if (input->duplicates) {
        page_text(page, ", ");
        page_number(page, input->duplicates);
        page_text(page, " lines also in another input");
    }
    page_printf(page, "%s%s", input->year_rule ? "; year: " : "",
                input->year_rule ? input->year_rule : "");
    page_printf(page, "%s%s", input->zone_rule ? "; zone: " : "",
                input->zone_rule ? input->zone_rule : "");
    page_end(page, 4);
    if (!input->damage)
        return;
    page_printf(page, "    DAMAGED: %s", input->damage);
    page_mark(page, COLOR_YELLOW);
    page_end(page, 4);
}

/* Damaged inputs are named whatever the limit. */
static void inputs(struct page *page, const struct report *report, const struct style *style)
{
    size_t most = limited(style, report->input_count), shown = 0;
    if (report->input_count)
        title(page, "INPUTS");
    for (uint32_t i = 0; i < report->input_count; i++) {
        if (i >= most && !report->inputs[i].damage)
            continue;
        input(page, &report->inputs[i]);
        shown++;
    }
    and_more(page, report->input_count, shown);
}

void text_rest(struct page *page, const struct report *report, const struct style *style)
{
    totals(page, report);
    accounts(page, report, style);
    all_evidence(page, report, style);
    findings(page, report, style);
    text_campaigns(page, report);
    text_prevention(page, report);
    reputation(page, report, style);
    coverage(page, report, style);
    inputs(page, report, style);
    if (report->assumption_count)
        title(page, "ASSUMPTIONS");
    for (uint32_t i = 0; i < report->assumption_count; i++) {
        page_text(page, "  ");
        page_text(page, report->assumptions[i]);
        page_end(page, 4);
    }
}
