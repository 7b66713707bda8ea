/* The first screen: does it go on, how bad is it, when, who, what to do now, and what the log
 * cannot show. */
#include "escape.h"
#include "html_parts.h"
#include "kept.h"

static void bar(struct html *html)
{
    const struct report *report = html->report;
    bool open = html->rows.count > 0;
    html_raw(html, !open                  ? "<header class=\"bar good\">"
                   : report->ongoing == 0 ? "<header class=\"bar warn\">"
                                          : "<header class=\"bar bad\">");
    html_paragraphs(html, "<h1>", "</h1>");
    if (open)
        text_state(&html->page, report, &html->rows);
    else
        page_line(&html->page,
                  "NO ACCOUNT LOOKS TAKEN OVER. Nothing relayed without login, no local "
                  "script.");
    html_raw(html,
             "<div class=tools><label><span class=hide>Search all tables</span><input id=search "
             "type=search placeholder=\"Search\" hidden></label><button id=theme type=button "
             "hidden>Light / dark</button><button id=print type=button hidden>Print</button>"
             "</div></header>\n<div class=facts>");
    html_paragraphs(html, "<span>", "</span>\n");
    text_head(&html->page, report);
    html_raw(html, "</div>\n");
}

static void tile_begin(struct html *html, const char *section)
{
    out_printf(html->out, "<a class=tile href=\"#%s\"><b>", section);
}

static void tile_label(struct html *html, const char *label)
{
    html_raw(html, "</b><span>");
    html_text(html, label);
    html_raw(html, "</span><small>");
}

static void part(struct html *html, struct series *series, uint64_t count, const char *singular)
{
    if (count == 0)
        return;
    html_raw(html, series->shown++ ? ", " : "");
    html_count(html, count, singular);
}

static void tile_accounts(struct html *html, const struct harm *harm)
{
    struct series series = {0};
    tile_begin(html, "evidence");
    html_number(html, harm->taken);
    tile_label(html, harm->taken == 1 ? "account taken over" : "accounts taken over");
    part(html, &series, harm->unnamed, "nameless login");
    part(html, &series, harm->relays, "open relay");
    part(html, &series, harm->scripts, "local script");
    part(html, &series, harm->hosts, "infected machine");
    part(html, &series, harm->mailboxes, "mailbox read only");
    part(html, &series, harm->suspicious, "suspicious account");
    if (!series.shown)
        html_raw(html, "nothing else");
    html_raw(html, "</small></a>\n");
}

static void tile_recipients(struct html *html, const struct counts *counts)
{
    const uint64_t *settled = counts->settled;
    tile_begin(html, "when");
    html_number(html, counts->recipients);
    tile_label(html,
               counts->recipients == 1 ? "recipient of their mail" : "recipients of their mail");
    html_number(html, settled[SETTLED_DELIVERED]);
    html_raw(html, " reached, ");
    html_number(html, settled[SETTLED_BOUNCED] + settled[SETTLED_EXPIRED]);
    html_raw(html, " failed, ");
    html_number(html, settled[SETTLED_HELD] + settled[SETTLED_DEFERRED] + settled[SETTLED_QUEUED]);
    html_raw(html, " open</small></a>\n");
}

static void tile_addresses(struct html *html)
{
    struct str gateway = hidden_gateway(html->report);
    tile_begin(html, "addresses");
    if (gateway.ptr) {
        html_raw(html, "not in this log");
        tile_label(html, "addresses of attackers");
        html_raw(html, "all clients appear as <bdi>");
        html_str(html, gateway);
        html_raw(html, "</bdi></small></a>\n");
        return;
    }
    html_number(html, kept_addresses(html->report, &html->listed));
    tile_label(html, "addresses of attackers");
    html_paragraphs(html, "", "");
    text_guessing(&html->page, html->report);
    html_raw(html, "</small></a>\n");
}

static bool is_block(const struct reputation *item)
{
    return item->kind && strcmp(item->kind, reason_name(REASON_BLOCKED)) == 0;
}

/* Who throttles or distrusts us without saying that we are listed; neighbours are of one provider.
 */
static uint64_t unfriendly(const struct report *report)
{
    uint64_t count = 0;
    for (uint32_t i = 0; i < report->reputation_count; i++)
        count +=
            i == 0 || !str_eq(report->reputation[i].provider, report->reputation[i - 1].provider);
    return count;
}

static void tile_unlisted(struct html *html)
{
    uint64_t count = unfriendly(html->report);
    if (count)
        html_number(html, count);
    else
        html_raw(html, "not seen");
    tile_label(html, count == 1 ? "server slows or refuses us" : "servers slow or refuse us");
    html_raw(html, "no answer in this log says that we are listed</small></a>\n");
}

static void tile_blocked(struct html *html)
{
    struct when first = {TIME_NONE, 0};
    for (uint32_t i = 0; i < html->report->reputation_count; i++) {
        const struct reputation *item = &html->report->reputation[i];
        if (is_block(item) && (first.usec == TIME_NONE || item->first.usec < first.usec))
            first = item->first;
    }
    tile_begin(html, "others");
    if (first.usec == TIME_NONE) {
        tile_unlisted(html);
        return;
    }
    html_time(html, first);
    tile_label(html, "listed since, by answers");
    html_paragraphs(html, "", "");
    text_blocked(&html->page, html->report);
    html_raw(html, "</small></a>\n");
}

static void tiles(struct html *html)
{
    struct harm harm = harm_of(&html->rows);
    html_raw(html, "<nav class=tiles aria-label=\"Summary\">\n");
    tile_accounts(html, &harm);
    tile_recipients(html, &harm.counts);
    tile_addresses(html);
    tile_blocked(html);
    html_raw(html, "</nav>\n");
}

static void verdict_row(struct html *html, size_t i)
{
    struct row row = html->rows.items[i];
    const struct counts *counts = row_counts(row);
    char label[ROW_LABEL];
    html_raw(html, "<tr><td>");
    html_chip(html, i);
    html_raw(html, "</td><td>");
    html_verdict(html, row);
    out_printf(html->out, "</td><td class=who><a href=\"#subject-%zu\"><bdi>", i + 1);
    html_str(html, row_label(row, label));
    html_raw(html, "</bdi></a><div class=what>");
    html_paragraphs(html, "<span>", "</span> ");
    text_details(&html->page, html->report, row);
    html_raw(html, "</div></td>");
    td_time(html, row_first(row));
    td_time(html, row_last(row));
    td_number(html, counts->messages);
    td_number(html, counts->recipients);
    td_number(html, counts->settled[SETTLED_DELIVERED]);
    html_raw(html, "</tr>\n");
}

enum { FIRST_ROWS = 200 };

static void verdicts(struct html *html)
{
    static const char *const columns[] = {"#",           "Verdict",  "Who and what",
                                          "First",       "Last",     ">Messages",
                                          ">Recipients", ">Reached", NULL};
    size_t shown = html->rows.count < FIRST_ROWS ? html->rows.count : FIRST_ROWS;
    html_raw(html, "<section id=verdicts aria-label=\"Verdicts\">");
    if (html->rows.count)
        html_table(html, "Who, since when, how much", columns);
    for (size_t i = 0; i < shown; i++)
        verdict_row(html, i);
    if (html->rows.count)
        html_table_end(html);
    html_more(html, html->rows.count - shown, "accounts.csv");
    html_raw(html, "</section>\n");
}

enum { CLEARED_SHOWN = 1000 };

static void cleared(struct html *html)
{
    uint32_t count = html->report->cleared_count;
    if (count == 0)
        return;
    html_raw(html, "<details class=cleared><summary>Cleared: ");
    html_count(html, count, "account");
    html_raw(html, " that would alarm a plain count and need no action</summary><ul>\n");
    for (uint32_t i = 0; i < count && i < CLEARED_SHOWN; i++) {
        html_raw(html, "<li><bdi>");
        html_str(html, html->report->cleared[i].account);
        html_raw(html, "</bdi>: ");
        html_text(html, html->report->cleared[i].why);
        html_raw(html, "</li>\n");
    }
    html_raw(html, "</ul>");
    html_more(html, count > CLEARED_SHOWN ? count - CLEARED_SHOWN : 0, "report.json");
    html_raw(html, "</details>\n");
}

/* Paragraphs of the steps: " 1 keep   words" begins one, a deeper indent goes on with a command. */
struct steps {
    struct html *html;
    bool open;
};

/* A command, and how it is taken back; what is said behind it in brackets is no part of it. */
static void command(struct html *html, struct str text)
{
    struct str remark = {"", 0}, word = text;
    if (!str_starts(text, STR("sudo "))) { /* no command after all */
        html_raw(html, " ");
        escape_html(html->out, text, SIZE_MAX);
        return;
    }
    if (str_cut(&text, STR("   ("), &word))
        remark = text;
    html_raw(html, "<code class=copy>");
    escape_html(html->out, word, SIZE_MAX);
    html_raw(html, "</code><small>");
    str_take_end(&remark, STR(")"));
    escape_html(html->out, remark, SIZE_MAX);
    if (str_take_end(&word, STR("hold"))) {
        html_raw(html, "; undo: <code>");
        escape_html(html->out, word, SIZE_MAX);
        html_raw(html, "--undo hold</code>");
    }
    html_raw(html, "</small>");
}

static void take_step(void *user, struct str text)
{
    struct steps *steps = user;
    struct html *html = steps->html;
    struct str word;
    if (str_starts(text, STR("          "))) {
        command(html, str_trim(text));
    } else if (str_starts(text, STR(" ")) && text.len > 3) {
        text = str_skip(text, 3);
        html_raw(html, steps->open ? "</li>\n<li>" : "<ol>\n<li>");
        steps->open = true;
        if (str_cut(&text, STR(" "), &word)) {
            html_raw(html, "<b>");
            html_str(html, word);
            html_raw(html, "</b> ");
        }
        escape_html(html->out, str_trim(text), SIZE_MAX);
    } else if (text.len > 0 && !str_eq(text, STR("DO NOW"))) {
        html_raw(html, steps->open ? "</li></ol>\n<p class=files>" : "<p class=files>");
        steps->open = false;
        escape_html(html->out, text, SIZE_MAX);
        html_raw(html, "</p>\n");
    }
}

static void do_now(struct html *html)
{
    struct steps steps = {.html = html};
    html_raw(html, "<section class=card id=now><h2>Do now</h2>\n");
    if (html->rows.count == 0) {
        html_raw(html, "<p>Nothing. What is closest to the line stands under <a "
                       "href=\"#accounts\">accounts</a>.</p></section>\n");
        return;
    }
    html->page.sink = take_step;
    html->page.user = &steps;
    text_steps(&html->page, html->report, &html->rows);
    html_paragraphs(html, "", "");
    html_raw(html, steps.open ? "</li></ol></section>\n" : "</section>\n");
}

static void tell(struct html *html)
{
    struct harm harm = harm_of(&html->rows);
    uint64_t domains = 0;
    for (size_t i = 0; i < html->rows.count; i++) {
        struct row row = html->rows.items[i];
        domains +=
            row.account ? row.account->forged_domain_count : row.finding->forged_domain_count;
    }
    if (html->rows.count == 0)
        return;
    html_raw(html, "<section class=card><h2>Tell</h2><ul>\n<li><a href=\"notify/owners.csv\">");
    html_count(html, harm.taken + harm.suspicious, "owner");
    html_raw(html, "</a> of an account</li>\n<li><a href=\"notify/recipients.csv\">");
    html_count(html, harm.counts.settled[SETTLED_DELIVERED], "recipient");
    html_raw(html, "</a> reached</li>\n<li>the owners of <a href=\"notify/forged-domains.csv\">");
    html_count(html, domains, "forged domain");
    html_raw(html, "</a></li>\n");
    if (html->report->abuse_ready) {
        html_raw(html, "<li>providers: <a href=\"abuse/index.csv\">");
        html_count(html, html->report->abuse_ready, "abuse report");
        html_raw(html, "</a> ready</li>\n");
    }
    html_raw(html, "<li><a href=\"notify/letters.txt\">letters</a> to begin "
                   "with</li>\n</ul></section>\n");
}

static void unseen(struct html *html)
{
    const struct report *report = html->report;
    html_raw(html, "<section class=card><h2>Cannot be seen in these logs</h2><ul>\n");
    for (uint32_t i = 0; i < report->coverage.unobservable_count; i++) {
        html_raw(html, "<li>");
        html_text(html, report->coverage.unobservable[i]);
        html_raw(html, "</li>\n");
    }
    html_raw(html, "<li><a href=\"#coverage\">");
    html_count(html, report->coverage.gap_count, "gap");
    html_raw(html, " in the logs, ");
    html_count(html, report->coverage.unrecognised, "line");
    html_raw(html, " not understood</a></li>\n</ul></section>\n");
}

static void foot(struct html *html)
{
    char digest[DIGEST_TEXT];
    html_raw(html, "<p class=foot><a href=\"#inputs\">");
    html_count(html, html->report->input_count, "input");
    html_raw(html, "</a>. <a href=\"#method\">How sure is this?</a>");
    if (html->json_digest) {
        html_raw(html, " SHA-256 of <a href=\"report.json\">report.json</a> <code>");
        html_text(html, digest_text(html->json_digest, digest));
        html_raw(html, "</code>");
    }
    html_raw(html, "</p>\n");
}

void html_first_screen(struct html *html)
{
    bar(html);
    html_raw(html, "<div class=screen><main>\n");
    tiles(html);
    html_strip(html);
    verdicts(html);
    cleared(html);
    html_raw(html, "</main><aside>\n");
    do_now(html);
    tell(html);
    unseen(html);
    foot(html);
    html_raw(html, "</aside></div>\n");
}
