/* The figures behind the strip, and when people and intruders log in. */
#include <inttypes.h>

#include "html_parts.h"
#include "week.h"

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

void html_chart_row(struct html *html, int64_t usec)
{
    out_printf(html->out, "<tr><th scope=row data-usec=\"%" PRId64 "\">", usec);
    html_time(html, (struct when){usec, 0});
    html_raw(html, "</th>");
}

void html_chart_end(struct html *html)
{
    html_raw(html, "</tbody></table></div></details></figure>\n");
}

static void recipients_row(struct html *html, const struct bin *bin, int64_t usec)
{
    html_chart_row(html, usec);
    for (unsigned k = 0; k < BIN_COLUMNS && k <= html->rows.count; k++)
        td_number(html, bin->recipients[k]);
    html_raw(html, "</tr>\n");
}

void html_chart(struct html *html, const char *id, const char *title, const char *kind,
                int64_t width)
{
    out_printf(html->out,
               "<figure class=chart data-kind=%s data-offset=\"%d\" data-width=\"%" PRId64
               "\"><figcaption id=\"%s\">",
               kind, html->report->zone_offset_minutes, width, id);
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
    html_chart(html, "chart-recipients",
               "Recipients of accepted messages, by row of the table of verdicts", "recipients",
               bins->width);
    column_heads(html);
    html_raw(html, "</tr></thead><tbody>\n");
    for (uint32_t i = 0; i < bins->count; i++)
        recipients_row(html, &bins->items[i], bins->begin + i * bins->width);
    html_chart_end(html);
}

/* A week by the clock of the log's zone. */
struct habit {
    uint64_t logins[WEEK_DAYS][DAY_HOURS], most, sum;
};

static struct habit habit_of(const struct html *html, bool attackers)
{
    struct week week = week_of(html->report, &html->listed, attackers);
    struct habit habit = {.sum = 0};
    for (unsigned day = 0; day < WEEK_DAYS; day++)
        for (unsigned hour = 0; hour < DAY_HOURS; hour++) {
            uint64_t count = week_hour(&week, day, hour, html->report->zone_offset_minutes);
            habit.logins[day][hour] = count;
            habit.sum += count;
            habit.most = count > habit.most ? count : habit.most;
        }
    return habit;
}

static void week_row(struct html *html, const struct habit *habit, unsigned day)
{
    static const char *const names[WEEK_DAYS] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    out_printf(html->out, "<tr><th scope=row>%s</th>", names[day]);
    for (unsigned hour = 0; hour < DAY_HOURS; hour++) {
        uint64_t count = habit->logins[day][hour];
        unsigned level = count ? 1 + (unsigned)((double)count / (double)habit->most * 4) : 0;
        out_printf(html->out, "<td class=h%u>", level > 5 ? 5 : level);
        if (count)
            html_number(html, count);
        html_raw(html, "</td>");
    }
    html_raw(html, "</tr>\n");
}

static void week_table(struct html *html, const char *caption, const struct habit *habit,
                       const char *class)
{
    if (habit->sum == 0)
        return;
    out_printf(html->out, "<div class=scroll><table class=\"week %s\"><caption>%s: ", class,
               caption);
    html_count(html, habit->sum, "login");
    html_raw(html, "</caption><thead><tr><td></td>");
    for (unsigned hour = 0; hour < DAY_HOURS; hour++)
        out_printf(html->out, "<th scope=col>%02u</th>", hour);
    html_raw(html, "</tr></thead><tbody>\n");
    for (unsigned day = 0; day < WEEK_DAYS; day++)
        week_row(html, habit, day);
    html_raw(html, "</tbody></table></div>\n");
}

void html_habits(struct html *html)
{
    struct habit owners = habit_of(html, false), attackers = habit_of(html, true);
    html_raw(html, "<h2 id=habits>Logins of the accused accounts, by weekday and hour</h2>\n");
    if (owners.sum + attackers.sum == 0)
        html_raw(html, "<p>No successful login of theirs is in this log.</p>\n");
    if (html->report->too_short)
        html_raw(html, "<p>The log is too short to show habits.</p>\n");
    week_table(html, "From attackers' addresses", &attackers, "theirs");
    week_table(html, "From all other addresses", &owners, "owners");
}
