/* Everything else, as tables: all accounts, what other servers said, what happened in order, and
 * how the logs were read. */
#include <inttypes.h>

#include "escape.h"
#include "html_parts.h"
#include "theirs.h"

enum { ACCOUNTS_SHOWN = 2000, EVENTS_SHOWN = 1000, FINDINGS_SHOWN = 200, INPUTS_SHOWN = 500 };

static void account_row(struct html *html, const struct account_report *account)
{
    const struct counts *counts = &account->counts;
    html_raw(html, "<tr>");
    td_text(html, verdict_name(account->verdict));
    td_name(html, account->name);
    td_number(html, counts->messages);
    td_number(html, counts->recipients);
    td_number(html, counts->settled[SETTLED_DELIVERED]);
    td_number(html, counts->settled[SETTLED_BOUNCED]);
    td_number(html, account->foreign.messages);
    td_number(html, counts->logins);
    td_number(html, counts->login_failures);
    td_number(html, account->source_count);
    html_raw(html, "</tr>\n");
}

static void accounts(struct html *html)
{
    static const char *const columns[] = {"Verdict",
                                          "Account",
                                          ">Messages",
                                          ">Recipients",
                                          ">Reached",
                                          ">Bounced",
                                          ">Intruders' messages",
                                          ">Logins",
                                          ">Failures",
                                          ">Addresses",
                                          NULL};
    uint32_t shown = 0, count = html->report->account_count;
    html_raw(html, "<h2 id=accounts>Accounts</h2>\n");
    html_table(html, "All mail of each, the owner's included; most suspect first", columns);
    for (; shown < count && shown < ACCOUNTS_SHOWN && html_has_room(html); shown++)
        account_row(html, &html->report->accounts[shown]);
    html_table_end(html);
    html_more(html, count - shown, "accounts.csv");
}

static void finding_row(struct html *html, const struct finding *finding)
{
    struct series series = {.total = finding->source_count, .limit = 3};
    html_raw(html, "<tr>");
    td_text(html, class_name(finding->class));
    td_text(html, verdict_name(finding->verdict));
    td_name(html, finding->principal.ptr ? finding->principal : STR("-"));
    html_raw(html, "<td>");
    for (uint32_t i = 0; i < finding->source_count && series_next(&series, &html->page); i++)
        page_str(&html->page, finding->sources[i].ip);
    series_end(&series, &html->page);
    page_end(&html->page, 0);
    html_raw(html, "</td>");
    td_number(html, finding->counts.messages);
    td_number(html, finding->counts.login_failures);
    html_raw(html, "<td>");
    if (finding->evidence_count)
        html_text(html, finding->evidence[0].text);
    html_raw(html, "</td></tr>\n");
}

static void findings(struct html *html)
{
    static const char *const columns[] = {"What",      "Verdict",        "Who",      "From",
                                          ">Messages", ">Failed logins", "Evidence", NULL};
    uint32_t shown = 0, count = html->report->finding_count;
    html_raw(html, "<h2 id=findings>Findings that are no compromised account</h2>\n");
    html_paragraphs(html, "", "");
    html_table(html, "Relays, scripts, guessing, bulk senders", columns);
    for (; shown < count && shown < FINDINGS_SHOWN && html_has_room(html); shown++)
        finding_row(html, &html->report->findings[shown]);
    html_table_end(html);
    html_more(html, count - shown, "report.json");
}

static void others(struct html *html)
{
    static const char *const columns[] = {"Who",         "Answer", ">Replies",
                                          "First",       "Last",   "Most spam in the hour before",
                                          ">Recipients", "Sample", NULL};
    html_raw(html, "<h2 id=others>What other servers say of us</h2>\n");
    if (html->report->reputation_count == 0) {
        html_raw(html, "<p>No answer in this log blocks or throttles this server.</p>\n");
        return;
    }
    html_table(html, "Answers that block or throttle this server", columns);
    for (uint32_t i = 0; i < html->report->reputation_count && html_has_room(html); i++) {
        const struct reputation *item = &html->report->reputation[i];
        html_raw(html, "<tr>");
        td_name(html, item->provider);
        td_text(html, item->kind);
        td_number(html, item->replies);
        td_time(html, item->first);
        td_time(html, item->last);
        if (item->burst.ptr) {
            td_name(html, item->burst);
            td_number(html, item->burst_recipients);
        } else {
            html_raw(html, "<td>nobody's</td><td></td>");
        }
        td_name(html, item->sample);
        html_raw(html, "</tr>\n");
    }
    html_table_end(html);
}

static void events(struct html *html)
{
    static const char *const columns[] = {"Time", "Who", "What", NULL};
    uint32_t shown = 0, count = html->report->timeline_count;
    html_raw(html, "<h2 id=events>What happened, in order</h2>\n");
    html_table(html, "The turning points of each incident", columns);
    for (; shown < count && shown < EVENTS_SHOWN && html_has_room(html); shown++) {
        const struct timeline_entry *entry = &html->report->timeline[shown];
        html_raw(html, "<tr>");
        td_time(html, entry->time);
        td_name(html, entry->actor);
        td_text(html, entry->what);
        html_raw(html, "</tr>\n");
    }
    html_table_end(html);
    html_more(html, count - shown, "timeline.jsonl");
}

static void input_row(struct html *html, const struct input_report *input)
{
    char digest[DIGEST_TEXT];
    html_raw(html, "<tr><td class=name>");
    html_text(html, input->path);
    html_raw(html, input->member ? "!" : "");
    html_text(html, input->member ? input->member : "");
    html_raw(html, "</td>");
    td_number(html, input->lines);
    td_number(html, input->bytes);
    td_time(html, input->first);
    td_time(html, input->last);
    td_text(html, input->year_rule);
    td_text(html, input->zone_rule);
    td_text(html, input->damage ? input->damage : input->holds_log ? "whole" : "no mail log");
    html_raw(html, "<td><code>");
    html_text(html, input->has_digest ? digest_text(input->sha256, digest) : "");
    html_raw(html, "</code></td></tr>\n");
}

static void inputs(struct html *html)
{
    static const char *const columns[] = {"Path",      ">Lines",    ">Bytes", "First",   "Last",
                                          "Year from", "Zone from", "State",  "SHA-256", NULL};
    uint32_t shown = 0, count = html->report->input_count;
    html_raw(html, "<h2 id=inputs>Inputs</h2>\n");
    html_table(html, "What was read", columns);
    for (; shown < count && shown < INPUTS_SHOWN && html_has_room(html); shown++)
        input_row(html, &html->report->inputs[shown]);
    html_table_end(html);
    html_more(html, count - shown, "report.json");
}

static void list(struct html *html, const char *title, const char *const *items, uint32_t count)
{
    if (count == 0)
        return;
    out_printf(html->out, "<h3>%s</h3><ul>\n", title);
    for (uint32_t i = 0; i < count && html_has_room(html); i++) {
        html_raw(html, "<li>");
        html_text(html, items[i]);
        html_raw(html, "</li>\n");
    }
    html_raw(html, "</ul>\n");
}

static void programs(struct html *html)
{
    static const char *const columns[] = {"Program", ">Lines", NULL};
    html_table(html, "Programs that logged", columns);
    for (uint32_t i = 0; i < html->report->coverage.program_count && html_has_room(html); i++) {
        html_raw(html, "<tr>");
        td_name(html, html->report->coverage.programs[i].name);
        td_number(html, html->report->coverage.programs[i].lines);
        html_raw(html, "</tr>\n");
    }
    html_table_end(html);
}

static void coverage(struct html *html)
{
    const struct report *report = html->report;
    html_raw(html, "<h2 id=coverage>How much of the logs was understood</h2>\n<p>");
    html_count(html, report->coverage.lines, "line");
    html_raw(html, ": ");
    html_number(html, report->coverage.recognised);
    html_raw(html, " recognised, ");
    html_number(html, report->coverage.other_program);
    html_raw(html, " of other programs, ");
    html_number(html, report->coverage.unrecognised);
    html_raw(html, " not understood, ");
    html_number(html, report->coverage.duplicates);
    html_raw(html, " given twice.</p>\n");
    for (uint32_t i = 0; i < report->coverage.gap_count && html_has_room(html); i++) {
        const struct gap_report *gap = &report->coverage.gaps[i];
        html_raw(html, "<p>No line of <bdi>");
        html_str(html, gap->host);
        html_raw(html, "</bdi> from ");
        html_time(html, gap->from);
        html_raw(html, " to ");
        html_time(html, gap->to);
        html_raw(html, ".</p>\n");
    }
    programs(html);
    list(html, "Not in these logs", report->coverage.unobservable,
         report->coverage.unobservable_count);
    list(html, "Assumptions", report->assumptions, report->assumption_count);
}

static void method(struct html *html)
{
    out_printf(html->out, "<h2 id=method>How sure is this?</h2>\n<p>postmortem %s, model %d. ",
               html->report->tool_version, html->report->model);
    html_raw(
        html,
        "Every observation has a weight in decibans (10 dB: ten times more likely if the account "
        "is "
        "compromised); the score begins at -30 dB, since few accounts are. Weights belong to "
        "families, "
        "and each family has a ceiling. <b>Watch</b> needs 10 dB of evidence; <b>suspicious</b> 20 "
        "dB and "
        "two families or one strong item; <b>likely</b> 35 dB and two families, one of them a "
        "forged "
        "identity, credentials, sources, the company of other misused accounts or another way in, "
        "or a "
        "new program whose mail others refuse; <b>confirmed</b> 50 dB, three families, "
        "and "
        "an address that is not the owner's got in. Volume alone, or places alone, accuse nobody. "
        "A "
        "login that the log does not name is nobody's. The weights are chosen and tried on "
        "simulated "
        "servers: they are no measured probabilities. Strong: 16 dB or more; medium: 8 dB; weak: "
        "less. More stands in <a href=\"method.txt\">method.txt</a>.</p>\n");
}

void html_tables(struct html *html)
{
    accounts(html);
    findings(html);
    others(html);
    events(html);
    inputs(html);
    coverage(html);
    method(html);
}
