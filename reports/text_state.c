/* Does it go on, how bad is it, who blocks us, and what silence does not mean. */
#include "text_parts.h"
#include "theirs.h"

/* Whether the newest thing an intruder did was to send. */
static bool last_was_message(const struct report *report, const struct rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        if (row_window(rows->items[i])->last_accept.usec == report->last_attacker_event.usec)
            return true;
    }
    return false;
}

void text_state(struct page *page, const struct report *report, const struct rows *rows)
{
    bool timed = report->last_attacker_event.usec != TIME_NONE && report->log_end.usec != TIME_NONE;
    const char *what = last_was_message(report, rows) ? "message" : "act";
    if (report->ongoing == 1 && timed) {
        page_printf(page, "STILL GOING ON: last %s of an attacker ", what);
        page_time(page, report->last_attacker_event);
        page_text(page, ", ");
        page_span(page, report->log_end.usec - report->last_attacker_event.usec);
        page_text(page, " before the log ends.");
    } else if (report->ongoing == 1) {
        page_text(page, "STILL GOING ON.");
    } else if (report->ongoing == 0 && timed) {
        page_text(page, "Over since ");
        page_time(page, report->last_attacker_event);
        page_printf(page, " (last %s of an attacker): quiet for ", what);
        page_span(page, report->log_end.usec - report->last_attacker_event.usec);
        page_text(page, " until the log ends.");
    } else {
        page_text(page, "WHETHER IT STILL GOES ON cannot be seen in this log.");
    }
    page_mark(page, report->ongoing == 0 ? COLOR_GREEN : COLOR_RED);
    page_end(page, 0);
}

static void add_finding(struct harm *harm, const struct finding *finding)
{
    harm->unnamed += finding_unnamed(finding);
    harm->relays += finding->class == CLASS_OPEN_RELAY;
    harm->scripts += finding->class == CLASS_LOCAL_INJECTION;
    harm->hosts += finding->class == CLASS_INFECTED_HOST;
    harm->mailboxes += finding->class == CLASS_MAILBOX_ACCESS;
}

struct harm harm_of(const struct rows *rows)
{
    struct harm harm = {0};
    for (size_t i = 0; i < rows->count; i++) {
        struct row row = rows->items[i];
        const struct counts *counts = row_counts(row);
        harm.taken += row.account && row.account->verdict >= VERDICT_LIKELY;
        harm.suspicious += row.account && row.account->verdict == VERDICT_SUSPICIOUS;
        if (row.finding)
            add_finding(&harm, row.finding);
        harm.counts.messages += counts->messages;
        harm.counts.recipients += counts->recipients;
        for (unsigned k = 0; k < SETTLED_COUNT; k++)
            harm.counts.settled[k] += counts->settled[k];
    }
    return harm;
}

static void part(struct page *page, struct series *series, uint64_t count, const char *what)
{
    if (count == 0)
        return;
    series_next(series, page);
    page_count(page, count, what);
}

static void harm_kinds(struct page *page, const struct harm *harm)
{
    struct series series = {.limit = UINT64_MAX};
    if (harm->taken) {
        part(page, &series, harm->taken, "account");
        page_text(page, " taken over");
    }
    if (harm->unnamed) {
        series_next(&series, page);
        page_text(page, harm->unnamed > 1 ? "up to " : "");
        page_number(page, harm->unnamed);
        page_text(page, harm->taken ? " more" : "");
        page_text(page, harm->unnamed == 1 ? " password is" : " passwords are");
        page_text(page, " known to an attacker");
    }
    part(page, &series, harm->relays, "open relay");
    part(page, &series, harm->scripts, "local script");
    part(page, &series, harm->hosts, "infected machine");
    if (harm->mailboxes) {
        part(page, &series, harm->mailboxes, "mailbox");
        page_text(page, " read");
    }
    part(page, &series, harm->suspicious, "suspicious account");
    page_text(page, ".");
}

static void harm_figures(struct page *page, const struct counts *counts)
{
    const uint64_t *settled = counts->settled;
    uint64_t rest = settled[SETTLED_HELD] + settled[SETTLED_DEFERRED] + settled[SETTLED_QUEUED];
    page_text(page, "  ");
    page_count(page, counts->messages, "message");
    page_text(page, " to ");
    page_count(page, counts->recipients, "recipient");
    const struct {
        uint64_t count;
        const char *word;
    } parts[] = {{settled[SETTLED_DELIVERED], "reached"},
                 {settled[SETTLED_BOUNCED], "bounced"},
                 {settled[SETTLED_EXPIRED], "expired"},
                 {settled[SETTLED_REMOVED], "removed"},
                 {rest, "unsettled"}};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (i > 0 && parts[i].count == 0)
            continue;
        page_text(page, i == 0 ? ": " : ", ");
        page_number(page, parts[i].count);
        page_printf(page, " %s", parts[i].word);
    }
    page_text(page, ".");
}

void text_summary(struct page *page, const struct report *report, const struct rows *rows)
{
    struct harm harm = harm_of(rows);
    struct queue_share share;
    report_queue(report, &share);
    harm_kinds(page, &harm);
    harm_figures(page, &harm.counts);
    if (share.open) {
        page_text(page,
                  share.maybe_removed ? "  In the queue now: at most " : "  In the queue now: ");
        page_count(page, share.open, "message");
        page_text(page, ", ");
        page_number(page, share.theirs);
        page_text(page, " of them theirs.");
    }
    page_end(page, 0);
}

static bool is_block(const struct reputation *reputation)
{
    return reputation->kind && strcmp(reputation->kind, reason_name(REASON_BLOCKED)) == 0;
}

static bool seen_before(const struct report *report, uint32_t index)
{
    for (uint32_t i = 0; i < index; i++)
        if (is_block(&report->reputation[i]) &&
            str_eq(report->reputation[i].provider, report->reputation[index].provider))
            return true;
    return false;
}

void text_blocked(struct page *page, const struct report *report)
{
    uint64_t replies = 0;
    struct when first = {INT64_MAX, 0};
    struct series series = {.limit = 3};
    for (uint32_t i = 0; i < report->reputation_count; i++) {
        const struct reputation *item = &report->reputation[i];
        if (!is_block(item))
            continue;
        replies += item->replies;
        series.total += !seen_before(report, i);
        if (item->first.usec != TIME_NONE && item->first.usec < first.usec)
            first = item->first;
    }
    if (series.total == 0)
        return;
    page_text(page, "Blocked: ");
    page_count(page, replies, "refusal");
    if (first.usec != INT64_MAX) {
        page_text(page, " since ");
        page_time(page, first);
    }
    page_text(page, replies == 1 ? " says we are listed at " : " say we are listed at ");
    for (uint32_t i = 0; i < report->reputation_count; i++)
        if (is_block(&report->reputation[i]) && !seen_before(report, i) &&
            series_next(&series, page))
            page_str(page, report->reputation[i].provider);
    series_end(&series, page);
    page_end(page, 0);
}

/* What was only tried: addresses that guessed and were not let in unnamed. */
void text_guessing(struct page *page, const struct report *report)
{
    uint64_t sources = 0, failures = 0;
    for (uint32_t i = 0; i < report->finding_count; i++) {
        const struct finding *finding = &report->findings[i];
        bool opened = false;
        for (uint32_t k = 0; k < finding->account_count; k++)
            opened = opened || finding->accounts[k].opened;
        if (finding->class != CLASS_CREDENTIAL_ATTACK || opened)
            continue;
        sources += finding->source_count;
        failures += finding->counts.login_failures;
    }
    if (sources == 0)
        return;
    page_text(page, "Guessing: ");
    page_count(page, failures, "failed login");
    page_text(page, " from ");
    page_count(page, sources, "address");
    page_text(page, sources == 1 ? ", which was not let in." : ", which were not let in.");
    page_end(page, 0);
}

void text_hidden(struct page *page, const struct report *report, const char *title)
{
    struct series series = {.total = report->coverage.unobservable_count, .limit = 6};
    uint32_t gaps = report->coverage.gap_count;
    if (series.total == 0 && gaps == 0)
        return;
    page_text(page, title);
    for (uint32_t i = 0; i < report->coverage.unobservable_count && series_next(&series, page); i++)
        page_text(page, report->coverage.unobservable[i]);
    series_end(&series, page);
    for (uint32_t i = 0; i < gaps && i < 2; i++) {
        const struct gap_report *gap = &report->coverage.gaps[i];
        page_text(page, i || series.total ? ", " : "");
        if (gap->from.usec != TIME_NONE && gap->to.usec != TIME_NONE)
            page_span(page, gap->to.usec - gap->from.usec);
        page_text(page, " without a line of ");
        page_str(page, gap->host);
        page_text(page, " from ");
        page_time(page, gap->from);
    }
    if (gaps > 2)
        page_printf(page, ", %u more gaps", gaps - 2);
    page_text(page, ".");
    page_end(page, 0);
}

static void queue_sizes(struct page *page, const struct queue_listing *queue)
{
    const struct {
        uint64_t count;
        const char *word;
    } sizes[] = {{queue->active, "active"},
                 {queue->deferred, "deferred"},
                 {queue->held, "held"},
                 {queue->incoming, "incoming"},
                 {queue->corrupt, "corrupt"}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        if (i > 1 && !sizes[i].count)
            continue;
        page_text(page, i == 0 ? "" : ", ");
        page_number(page, sizes[i].count);
        page_printf(page, " %s", sizes[i].word);
    }
}

/* Who fills the queue now, as far as a listing of it was given. */
void text_snapshots(struct page *page, const struct report *report)
{
    enum { SHOWN = 3 };
    for (uint32_t i = 0; i < report->snapshot_count; i++) {
        const struct queue_listing *queue = &report->snapshots[i];
        page_text(page, "Queue listed in ");
        page_str(page, str_of(queue->member ? queue->member : queue->input));
        page_text(page, ": ");
        queue_sizes(page, queue);
        for (uint32_t n = 0; n < queue->account_count && n < SHOWN; n++) {
            page_text(page, n == 0 ? ".  " : ", ");
            page_number(page, queue->accounts[n].messages);
            page_text(page, " of ");
            page_str(page, queue->accounts[n].name);
        }
        for (uint32_t n = 0; n < queue->reason_count && n < SHOWN; n++) {
            page_text(page, n == 0 ? ".  Waiting, by recipients: " : ", ");
            page_str(page, queue->reasons[n].name);
            page_text(page, " ");
            page_number(page, queue->reasons[n].recipients);
        }
        page_text(page, ".");
        page_end(page, 0);
    }
}
