/* The figures behind the strip, the queue, and when people and intruders log in. */
#include <inttypes.h>

#include "html_parts.h"

static void column_heads(struct html *html)
{
    html_raw(html, "<th scope=col class=n>everybody else</th>");
    for (unsigned k = 1; k < BIN_COLUMNS; k++) {
        if (k > html->rows.count)
            continue;
        html_raw(html, "<th scope=col class=n>");
        if (k <= BIN_ROWS)
            out_printf(html->out, "row %u</th>", k);
        else
            html_raw(html, "further rows</th>");
    }
}

static void row_begin(struct html *html, int64_t usec)
{
    out_printf(html->out, "<tr><th scope=row data-usec=\"%" PRId64 "\">", usec);
    html_time(html, (struct when){usec, 0});
    html_raw(html, "</th>");
}

static void recipients_row(struct html *html, const struct bin *bin, int64_t usec)
{
    row_begin(html, usec);
    for (unsigned k = 0; k < BIN_COLUMNS && k <= html->rows.count; k++)
        td_number(html, bin->recipients[k]);
    html_raw(html, "</tr>\n");
}

/* The script reads its chart from this table. */
static void chart_begin(struct html *html, const char *id, const char *title, const char *kind)
{
    out_printf(html->out,
               "<figure class=chart data-kind=%s data-offset=\"%d\" data-width=\"%" PRId64
               "\"><figcaption id=\"%s\">",
               kind, html->report->zone_offset_minutes, html->bins.width, id);
    html_text(html, title);
    html_raw(html, "</figcaption><div class=plot></div>\n<details><summary>The figures as a "
                   "table</summary><div class=scroll><table class=figures><thead><tr><th "
                   "scope=col>from</th>");
}

void html_bins_table(struct html *html)
{
    const struct bins *bins = &html->bins;
    html_raw(html, "<h2 id=when>When</h2>\n");
    if (bins->most == 0) {
        html_raw(html, "<p>No message was accepted.</p>\n");
        return;
    }
    chart_begin(html, "chart-recipients",
                "Recipients of accepted messages, by row of the table of verdicts", "recipients");
    column_heads(html);
    html_raw(html, "</tr></thead><tbody>\n");
    for (uint32_t i = 0; i < bins->count; i++)
        recipients_row(html, &bins->items[i], bins->begin + i * bins->width);
    html_raw(html, "</tbody></table></div></details></figure>\n");
}

enum { QUEUE_LEFT = 480, QUEUE_RIGHT = 9920, QUEUE_TOP = 80, QUEUE_BOTTOM = 1400 };

static void queue_line(struct html *html, bool theirs)
{
    const struct bins *bins = &html->bins;
    out_printf(html->out, "<path class=\"%s\" d=\"M%d %d", theirs ? "area c1" : "area c0",
               QUEUE_LEFT, QUEUE_BOTTOM);
    for (uint32_t i = 0; i < bins->count; i++) {
        uint64_t value = theirs ? bins->items[i].queued_theirs : bins->items[i].queued;
        out_printf(html->out, "V%" PRId64 "H%" PRId64,
                   QUEUE_BOTTOM - (int64_t)((double)value / (double)bins->queued_most *
                                            (QUEUE_BOTTOM - QUEUE_TOP)),
                   QUEUE_LEFT + (int64_t)(i + 1) * (QUEUE_RIGHT - QUEUE_LEFT) / bins->count);
    }
    out_printf(html->out, "V%dz\"/>\n", QUEUE_BOTTOM);
}

static void queue_time(struct html *html, int x, const char *anchor, int64_t usec)
{
    out_printf(html->out, "<text x=\"%d\" y=\"%d\" text-anchor=%s>", x, QUEUE_BOTTOM + 150, anchor);
    html_paragraphs(html, "", "");
    page_time(&html->page, (struct when){usec, 0});
    page_end(&html->page, 0);
    html_raw(html, "</text>");
}

static void queue_picture(struct html *html)
{
    out_printf(
        html->out,
        "<figure class=strip><svg viewBox=\"0 0 10000 1600\" role=img aria-label=\"Messages in "
        "the queue over time\"><path class=grid d=\"M%d %dH%dM%d %dH%d\"/>",
        QUEUE_LEFT, QUEUE_TOP, QUEUE_RIGHT, QUEUE_LEFT, QUEUE_BOTTOM, QUEUE_RIGHT);
    queue_line(html, false);
    queue_line(html, true);
    out_printf(html->out, "<text x=\"%d\" y=\"%d\" text-anchor=end>", QUEUE_LEFT - 60,
               QUEUE_TOP + 40);
    html_number(html, html->bins.queued_most);
    out_printf(html->out, "</text><text x=\"%d\" y=\"%d\" text-anchor=end>0</text>",
               QUEUE_LEFT - 60, QUEUE_BOTTOM + 40);
    queue_time(html, QUEUE_LEFT, "start", html->bins.first);
    queue_time(html, QUEUE_RIGHT, "end", html->bins.last);
    html_raw(html, "</svg>");
    html_raw(
        html,
        "<figcaption>Submitted messages that wait in the queue: <span class=\"key c1\"></span> "
        "theirs, <span class=\"key c0\"></span> all. At the end of the log ");
    const struct bin *last = &html->bins.items[html->bins.count - 1];
    html_number(html, last->queued_theirs);
    html_raw(html, " of ");
    html_number(html, last->queued);
    html_raw(html, " are theirs.</figcaption></figure>\n");
}

void html_queue(struct html *html)
{
    html_raw(html, "<h2 id=queue>The queue</h2>\n");
    if (html->bins.count && html->bins.queued_most)
        queue_picture(html);
    else
        html_raw(html, "<p>Nothing waited.</p>\n");
}

enum { DAYS = 7, HOURS = 24 };

struct week {
    uint64_t logins[DAYS][HOURS], most, sum;
};

static void count_login(struct week *week, const struct login *login, int64_t offset)
{
    int64_t seconds = (login->usec + offset) / USEC_PER_SEC;
    int64_t day = seconds / SEC_PER_DAY - (seconds % SEC_PER_DAY < 0);
    int64_t hour = (seconds - day * SEC_PER_DAY) / 3600;
    int64_t weekday = ((day + 3) % DAYS + DAYS) % DAYS; /* 1970-01-01 was a Thursday */
    uint64_t *cell = &week->logins[weekday][hour];
    *cell += login->count;
    week->sum += login->count;
    week->most = *cell > week->most ? *cell : week->most;
}

static struct week week_of(const struct html *html, bool attackers)
{
    const struct facts *facts = html->report->facts;
    struct week week = {0};
    for (uint32_t i = 0; facts && i < facts->login_count; i++) {
        const struct login *login = &facts->logins[i];
        bool theirs = html->listed.addresses[login->ip];
        bool accused =
            login->principal < facts->principal_count && html->listed.principals[login->principal];
        if (login->outcome == LOGIN_OK && accused && theirs == attackers &&
            facts_covers(facts, login->usec))
            count_login(&week, login, html->page.offset_usec);
    }
    return week;
}

static void week_row(struct html *html, const struct week *week, unsigned day)
{
    static const char *const names[DAYS] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    out_printf(html->out, "<tr><th scope=row>%s</th>", names[day]);
    for (unsigned hour = 0; hour < HOURS; hour++) {
        uint64_t count = week->logins[day][hour];
        unsigned level = count ? 1 + (unsigned)((double)count / (double)week->most * 4) : 0;
        out_printf(html->out, "<td class=h%u>", level > 5 ? 5 : level);
        if (count)
            html_number(html, count);
        html_raw(html, "</td>");
    }
    html_raw(html, "</tr>\n");
}

static void week_table(struct html *html, const char *caption, const struct week *week,
                       const char *class)
{
    if (week->sum == 0)
        return;
    out_printf(html->out, "<div class=scroll><table class=\"week %s\"><caption>%s: ", class,
               caption);
    html_count(html, week->sum, "login");
    html_raw(html, "</caption><thead><tr><td></td>");
    for (unsigned hour = 0; hour < HOURS; hour++)
        out_printf(html->out, "<th scope=col>%02u</th>", hour);
    html_raw(html, "</tr></thead><tbody>\n");
    for (unsigned day = 0; day < DAYS; day++)
        week_row(html, week, day);
    html_raw(html, "</tbody></table></div>\n");
}

void html_habits(struct html *html)
{
    struct week owners = week_of(html, false), attackers = week_of(html, true);
    html_raw(html, "<h2 id=habits>Logins of the accused accounts, by weekday and hour</h2>\n");
    if (owners.sum + attackers.sum == 0)
        html_raw(html, "<p>No successful login of theirs is in this log.</p>\n");
    if (html->report->too_short)
        html_raw(html, "<p>The log is too short to show habits.</p>\n");
    week_table(html, "From attackers' addresses", &attackers, "theirs");
    week_table(html, "From all other addresses", &owners, "owners");
}
