/* Each row of the table of verdicts in full: what speaks for and against, with the lines; when;
 * from where; as whom; what became of it. */
#include <stdio.h>

#include "escape.h"
#include "html_parts.h"
#include "json_parts.h"
#include "secrets.h"
#include "theirs.h"

enum { SUBJECTS_SHOWN = 100, DOMAINS_SHOWN = 50, SOURCES_SHOWN = 60, TOUCHED_SHOWN = 60 };
/* Tenths of a deciban: weights.c calls 16 dB strong. */
enum { STRONG = 160, MEDIUM = 80, LINE_SHOWN = 1200 };

static const char *strength(int tenths)
{
    unsigned size = tenths < 0 ? 0u - (unsigned)tenths : (unsigned)tenths;
    return size >= STRONG ? "strong" : size >= MEDIUM ? "medium" : "weak";
}

static void line(struct html *html, const struct ref *ref)
{
    if (ref->place.input >= html->report->input_count)
        return;
    const struct input_report *input = &html->report->inputs[ref->place.input];
    html_raw(html, "<div class=line>");
    if (ref->text.ptr) {
        html_raw(html, "<code class=copy>");
        escape_html(html->out, mask_secrets(ref->text, &html->arena), LINE_SHOWN);
        html_raw(html, "</code>");
        arena_reset(&html->arena);
    }
    html_raw(html, "<small>");
    html_text(html, input->path);
    html_raw(html, input->member ? "!" : "");
    html_text(html, input->member ? input->member : "");
    out_printf(html->out, "!L%llu@%llu+%u", (unsigned long long)ref->place.line,
               (unsigned long long)ref->place.offset, ref->place.length);
    html_raw(html, "</small></div>");
}

static void item(struct html *html, const struct evidence *evidence, bool open)
{
    const char *word = strength(evidence->weight_tenths);
    out_printf(html->out, "<li><b class=\"weight %s\" title=\"%s, ", word, evidence->id);
    html_paragraphs(html, "", "");
    page_tenths(&html->page, evidence->weight_tenths);
    page_text(&html->page, " dB");
    page_end(&html->page, 0);
    out_printf(html->out, "\">%s</b> ", word);
    html_text(html, evidence->text);
    if (evidence->ref_count) {
        html_raw(html, open ? "<details open><summary>" : "<details><summary>");
        html_count(html, evidence->ref_count, "line");
        html_raw(html, "</summary>");
    }
    for (uint32_t i = 0; i < evidence->ref_count; i++)
        line(html, &evidence->refs[i]);
    html_raw(html, evidence->ref_count ? "</details></li>\n" : "</li>\n");
}

static uint32_t side(struct html *html, const struct evidence *items, uint32_t count, bool against)
{
    uint32_t shown = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (items[i].against != against)
            continue;
        if (shown == 0)
            html_raw(html, against ? "<div><h4>Against</h4><ul class=items>\n"
                                   : "<div><h4>For</h4><ul class=items>\n");
        item(html, &items[i], shown++ == 0);
    }
    html_raw(html, shown ? "</ul></div>\n" : "");
    return shown;
}

static void evidence(struct html *html, const struct evidence *items, uint32_t count)
{
    uint32_t against = 0;
    for (uint32_t i = 0; i < count; i++)
        against += items[i].against;
    html_raw(html, against ? "<div class=sides>\n" : "<div class=\"sides one\">\n");
    side(html, items, count, false);
    if (!side(html, items, count, true))
        html_raw(html, "<p><b>Against:</b> nothing</p>\n");
    html_raw(html, "</div>\n");
}

static void times(struct html *html, struct row row)
{
    static const char *const words[WINDOW_TIMES] = {
        "guessed", "let in", "test", "first mail", "peak", "last mail", "locked out", "last try"};
    bool any = false;
    for (unsigned i = 0; i < WINDOW_TIMES; i++) {
        struct when when;
        window_time(row_window(row), i, &when);
        if (when.usec == TIME_NONE)
            continue;
        html_raw(html, any ? "<div><dt>" : "<dl class=times><div><dt>");
        html_raw(html, words[i]);
        html_raw(html, "</dt><dd>");
        html_time(html, when);
        html_raw(html, "</dd></div>");
        any = true;
    }
    html_raw(html, any ? "</dl>\n" : "");
    if (row_window(row)->left_censored)
        html_raw(html, "<p>The log begins in the middle of it: it may have begun earlier.</p>\n");
}

static void outcomes(struct html *html, const struct counts *counts)
{
    if (counts->messages == 0)
        return;
    html_raw(html, "<p class=outcomes>");
    html_count(html, counts->messages, "message");
    html_raw(html, " to ");
    html_count(html, counts->recipients, "recipient");
    for (unsigned i = 0; i < SETTLED_COUNT; i++) {
        if (counts->settled[i] == 0)
            continue;
        out_printf(html->out, " <span class=\"state %s\"><b>", settled_names[i]);
        html_number(html, counts->settled[i]);
        out_printf(html->out, "</b> %s</span>", settled_names[i]);
    }
    html_raw(html, "</p>\n");
}

static void domains(struct html *html, const struct forged_domain *items, uint32_t count)
{
    static const char *const columns[] = {"Domain", ">Addresses", ">Messages", ">Recipients",
                                          "First",  "Last",       NULL};
    uint32_t shown = count < DOMAINS_SHOWN ? count : DOMAINS_SHOWN;
    if (count == 0)
        return;
    html_table(html, "Forged sender domains", columns);
    for (uint32_t i = 0; i < shown; i++) {
        html_raw(html, "<tr>");
        td_name(html, items[i].domain);
        td_number(html, items[i].addresses);
        td_number(html, items[i].messages);
        td_number(html, items[i].recipients);
        td_time(html, items[i].first);
        td_time(html, items[i].last);
        html_raw(html, "</tr>\n");
    }
    html_table_end(html);
    html_more(html, count - shown, "report.json");
}

static void deeds(struct html *html, uint8_t did)
{
    static const char *const words[] = {"guessed ", "tried out ", "read ", "sent "};
    html_raw(html, "<td>");
    for (unsigned i = 0; i < sizeof words / sizeof words[0]; i++)
        if (did & 1u << i)
            html_raw(html, words[i]);
    html_raw(html, "</td>");
}

static void network(struct html *html, const struct source_report *source)
{
    html_raw(html, "<td>");
    if (source->country)
        html_text(html, source->country);
    if (source->asn != UNKNOWN)
        out_printf(html->out, " AS%lld", (long long)source->asn);
    for (uint32_t i = 0; i < source->list_count; i++) {
        html_raw(html, " ");
        html_text(html, source->lists[i]);
    }
    bool known = source->country || source->asn != UNKNOWN || source->list_count;
    html_raw(html, known ? "</td>" : "&ndash;</td>");
}

void html_sources(struct html *html, const struct source_report *sources, uint32_t count)
{
    static const char *const columns[] = {
        "Address",   "Part",        "Did",   "Name", "Network",        ">Failures", ">Logins",
        ">Messages", ">Recipients", "First", "Last", ">Other accused", NULL};
    uint32_t shown = count < SOURCES_SHOWN ? count : SOURCES_SHOWN;
    if (count == 0 || !sources)
        return;
    html_table(html, "Addresses", columns);
    for (const struct source_report *source = sources; source < sources + shown; source++) {
        html_raw(html, "<tr>");
        td_name(html, source->ip);
        out_printf(html->out, "<td><span class=\"role %s\">%s</span></td>", role_name(source->role),
                   role_name(source->role));
        deeds(html, source->did);
        td_name(html, source->ptr.ptr ? source->ptr : STR("-"));
        network(html, source);
        td_number(html, source->login_failures);
        td_number(html, source->logins);
        td_number(html, source->messages);
        td_number(html, source->recipients);
        td_time(html, source->first);
        td_time(html, source->last);
        td_number(html, source->other_accounts_total);
        html_raw(html, "</tr>\n");
    }
    html_table_end(html);
    html_more(html, count - shown, "sources.csv");
}

static void account(struct html *html, const struct account_report *account)
{
    char folder[FOLDER_NAME];
    outcomes(html, &account->foreign);
    evidence(html, account->evidence, account->evidence_count);
    if (account->would_change) {
        html_raw(html, "<p class=change>Would change the verdict: ");
        html_text(html, account->would_change);
        html_raw(html, "</p>\n");
    }
    html_sources(html, account->sources, account->source_count);
    domains(html, account->forged_domains, account->forged_domain_count);
    html_raw(html, "<p>Every line of this account: <code>evidence/");
    html_text(html, folder_name(account->name, folder));
    html_raw(html, "/lines.log</code></p>\n");
}

static void touched(struct html *html, const struct finding *finding)
{
    static const char *const columns[] = {"Account", "Outcome", "From", "Time", NULL};
    uint32_t count = finding->account_count;
    uint32_t shown = count < TOUCHED_SHOWN ? count : TOUCHED_SHOWN;
    if (count == 0)
        return;
    html_table(html, "Accounts that were tried", columns);
    for (uint32_t i = 0; i < shown; i++) {
        const struct finding_account *one = &finding->accounts[i];
        html_raw(html, "<tr>");
        td_name(html, one->account.ptr ? one->account : STR("not named by the log"));
        td_text(html, one->opened ? "let in" : "refused");
        td_name(html, one->source.ptr ? one->source : STR("-"));
        td_time(html, one->time);
        html_raw(html, "</tr>\n");
    }
    html_table_end(html);
    html_more(html, count - shown, "report.json");
}

static void candidates(struct html *html, const struct finding *finding)
{
    uint32_t count = finding->unrefused_count ? finding->unrefused_count : finding->candidate_count;
    if (finding->candidate_count == 0)
        return;
    html_raw(html, "<p>The log gives no name. Whose password it was is not known; ");
    html_count(html, count, "account");
    html_raw(html, finding->unrefused_count ? " never refused there: " : " of this server: ");
    for (uint32_t i = 0; i < count && i < TOUCHED_SHOWN; i++) {
        html_raw(html, i ? ", <bdi>" : "<bdi>");
        html_str(html, finding->candidates[i]);
        html_raw(html, "</bdi>");
    }
    html_raw(html, "</p>\n");
    html_more(html, count > TOUCHED_SHOWN ? count - TOUCHED_SHOWN : 0, "report.json");
}

static void finding(struct html *html, const struct finding *finding)
{
    outcomes(html, &finding->counts);
    if (finding->script) {
        html_raw(html, "<p>Called in the folder <code class=copy>");
        html_text(html, finding->script);
        html_raw(html, "</code></p>\n");
    }
    evidence(html, finding->evidence, finding->evidence_count);
    candidates(html, finding);
    html_sources(html, finding->sources, finding->source_count);
    touched(html, finding);
    domains(html, finding->forged_domains, finding->forged_domain_count);
}

static void subject(struct html *html, size_t i)
{
    struct row row = html->rows.items[i];
    char label[ROW_LABEL];
    out_printf(html->out, "<section class=\"card subject\" id=\"subject-%zu\"><h3>", i + 1);
    html_chip(html, i);
    html_raw(html, " <bdi>");
    html_str(html, row_label(row, label));
    html_raw(html, "</bdi> ");
    html_verdict(html, row);
    html_raw(html, "</h3>\n");
    times(html, row);
    if (row.account)
        account(html, row.account);
    else
        finding(html, row.finding);
    html_raw(html, "</section>\n");
}

void html_subjects(struct html *html)
{
    size_t shown = 0;
    html_raw(html, "<h2 id=evidence>Evidence</h2>\n");
    for (; shown < html->rows.count && shown < SUBJECTS_SHOWN && html_has_room(html); shown++)
        subject(html, shown);
    if (html->rows.count == 0)
        html_raw(html, "<p>Nobody is accused.</p>\n");
    html_more(html, html->rows.count - shown, "report.json");
}
