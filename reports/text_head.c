/* Whose logs these are, how long, how much of them was understood, and whose clock it is. */
#include <inttypes.h>

#include "text_parts.h"

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

void text_head(struct page *page, const struct report *report)
{
    head_tool(page, report);
    head_log(page, report);
    head_limits(page, report);
    head_proof(page, report);
    page_line(page, "");
}
