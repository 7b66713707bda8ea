/* The figures behind the strip, and when people and intruders log in. */
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
