/* The report for people. Its first screen answers, in this order: does it go on, how bad is it, who
 * blocks us, who and since when, who is not to be locked, what to do now, what silence does not
 * mean. */
#include <inttypes.h>

#include "text_parts.h"
#include "theirs.h"

static void bytes(struct page *page, uint64_t count)
{
    static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB", "PB"};
    uint64_t unit = 1;
    size_t i = 0;
    while (i + 1 < sizeof units / sizeof units[0] && count / unit >= 1000) {
        unit *= 1000;
        i++;
    }
    page_printf(page, "%" PRIu64, count / unit);
    if (i > 0)
        page_printf(page, ".%" PRIu64, count % unit / (unit / 10));
    page_printf(page, " %s", units[i]);
}

static void lines(struct page *page, uint64_t count)
{
    if (count >= UINT64_C(10000000))
        page_printf(page, "%" PRIu64 ".%" PRIu64 " M lines", count / 1000000,
                    count % 1000000 / 100000);
    else
        page_count(page, count, "line");
    page_text(page, ", ");
}

/* Rounded down: 100.0 is said only of all lines. */
static void understood(struct page *page, const struct report *report)
{
    uint64_t mail = report->coverage.recognised + report->coverage.unrecognised;
    uint64_t permille = mail ? report->coverage.recognised / mail * 1000 +
                                   report->coverage.recognised % mail * 1000 / mail
                             : 1000;
    page_printf(page, "%" PRIu64 ".%" PRIu64 " %% understood", permille / 10, permille % 10);
}

static void head_tool(struct page *page, const struct report *report)
{
    struct page figures = {.out = page->out, .columns = page->columns};
    uint64_t inputs = 0;
    for (uint32_t i = 0; i < report->input_count; i++)
        inputs += report->inputs[i].holds_log;
    page_count(&figures, inputs, "input");
    page_text(&figures, ", ");
    bytes(&figures, report->bytes_log);
    page_text(&figures, ", ");
    lines(&figures, report->coverage.lines);
    understood(&figures, report);
    page_printf(page, "postmortem %s, model %d", report->tool_version, report->model);
    page_text(page, "  ");
    page_pad(page, figures.len < page->columns ? page->columns - (unsigned)figures.len : 0);
    page_str(page, (struct str){figures.line, figures.len});
    figures.len = 0;
    page_close(&figures);
    page_end(page, 2);
}

static void offset(struct page *page, int minutes)
{
    int size = minutes < 0 ? -minutes : minutes;
    page_printf(page, " %c%02d:%02d", minutes < 0 ? '-' : '+', size / 60, size % 60);
}

/* Two times with their days, the offset, and what stands before them. */
enum { LOG_SPAN_COLUMNS = 48 };

static void head_log(struct page *page, const struct report *report)
{
    char day[2][WALL_DAY], clock[2][WALL_CLOCK];
    if (report->systems) {
        struct str systems = str_of(report->systems);
        size_t most = page->columns > LOG_SPAN_COLUMNS ? page->columns - LOG_SPAN_COLUMNS : 0;
        page_str(page, str_head(systems, most));
        page_text(page, systems.len > most ? "... " : "   ");
    }
    if (report->log_first.usec == TIME_NONE || report->log_end.usec == TIME_NONE) {
        page_line(page, "no line with a time");
        return;
    }
    page_wall(page, report->log_first, day[0], clock[0]);
    page_wall(page, report->log_end, day[1], clock[1]);
    if (page->one_day)
        page_printf(page, "%s %s to %s", day[0], clock[0], clock[1]);
    else
        page_printf(page, "%s %.5s to %s %.5s", day[0], clock[0], day[1], clock[1]);
    offset(page, report->zone_offset_minutes);
    struct page length = {.out = page->out, .columns = page->columns};
    page_text(&length, "  ");
    page_span(&length, report->log_end.usec - report->log_first.usec);
    page_text(&length, " long");
    if (page->one_day && page->len + length.len <= page->columns)
        page_str(page, (struct str){length.line, length.len});
    length.len = 0;
    page_close(&length);
    page_end(page, 2);
}

/* What --since and --until leave. */
static void head_limits(struct page *page, const struct report *report)
{
    char day[WALL_DAY], clock[WALL_CLOCK];
    if (!report->limited)
        return;
    page_text(page, "COUNTED ONLY");
    if (report->since.usec != TIME_NONE) {
        page_wall(page, report->since, day, clock);
        page_printf(page, " from %s %s", day, clock);
    }
    if (report->until.usec != TIME_NONE) {
        page_wall(page, report->until, day, clock);
        page_printf(page, " until before %s %s", day, clock);
    }
    page_text(page, report->no_history ? "; what lies before was dropped." : ".");
    page_mark(page, COLOR_YELLOW);
    page_end(page, 2);
}

static void head_proof(struct page *page, const struct report *report)
{
    if (report->zone_assumed) {
        page_text(page, "ZONE NOT IN THE LOG, UTC ASSUMED: --timezone Asia/Dhaka");
        page_mark(page, COLOR_YELLOW);
        page_end(page, 2);
    } else if (report->year_zone && *report->year_zone) {
        page_text(page, report->year_zone);
    }
    if (report->zone_assumed && report->year_assumed)
        page_line(page, "YEAR NOT IN THE LOG, ASSUMED: --year YYYY");
    if (report->too_short) {
        page_text(page, page->len ? "   " : "");
        page_text(page, "TOO SHORT to know anybody's habits.");
    }
    if (page->len)
        page_end(page, 2);
}

/* Whether the newest thing an intruder did was to send. */
static bool last_was_message(const struct report *report, const struct rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        const struct window *window = rows->items[i].account ? &rows->items[i].account->window
                                                             : &rows->items[i].finding->window;
        if (window->last_accept.usec == report->last_attacker_event.usec)
            return true;
    }
    return false;
}

static void state(struct page *page, const struct report *report, const struct rows *rows)
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

struct harm {
    uint64_t taken, suspicious, unnamed, relays, scripts, hosts, mailboxes;
    struct counts counts;
};

static void add_finding(struct harm *harm, const struct finding *finding)
{
    harm->unnamed += finding_unnamed(finding);
    harm->relays += finding->class == CLASS_OPEN_RELAY;
    harm->scripts += finding->class == CLASS_LOCAL_INJECTION;
    harm->hosts += finding->class == CLASS_INFECTED_HOST;
    harm->mailboxes += finding->class == CLASS_MAILBOX_ACCESS;
}

static struct harm harm_of(const struct rows *rows)
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

static void summary(struct page *page, const struct report *report, const struct rows *rows)
{
    struct harm harm = harm_of(rows);
    struct theirs *theirs = theirs_new(report);
    struct queue_share share = theirs_in_queue(theirs);
    theirs_free(theirs);
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

static void blocked(struct page *page, const struct report *report)
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
static void guessing(struct page *page, const struct report *report)
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

static void cleared(struct page *page, const struct report *report, const struct rows *rows)
{
    struct series series = {.total = report->cleared_count, .limit = 8};
    bool censored = false;
    for (size_t i = 0; i < rows->shown; i++)
        censored =
            censored || (rows->items[i].account ? rows->items[i].account->window.left_censored
                                                : rows->items[i].finding->window.left_censored);
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

static void hidden(struct page *page, const struct report *report, const char *title)
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

static void nothing_wrong(struct page *page, const struct report *report)
{
    struct series series = {.limit = 5};
    page_text(page, "NO ACCOUNT LOOKS TAKEN OVER.");
    page_mark(page, COLOR_GREEN);
    page_text(page, "  Nothing relayed without login, no local script.");
    page_end(page, 0);
    hidden(page, report, "What would still be hidden: ");
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
    head_tool(page, report);
    head_log(page, report);
    head_limits(page, report);
    head_proof(page, report);
    page_line(page, "");
    if (rows->count) {
        state(page, report, rows);
        summary(page, report, rows);
    } else {
        nothing_wrong(page, report);
    }
    blocked(page, report);
    guessing(page, report);
    if (rows->count)
        text_table(page, report, rows);
    cleared(page, report, rows);
    if (rows->count) {
        text_steps(page, report, rows);
        hidden(page, report, "Not in this log: ");
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
