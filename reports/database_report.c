/* What the report says, as tables. Rows of a subject's parts begin with the id of its account and
 * that of its finding, one of them NULL. */
#include "database_rows.h"
#include "json_parts.h"

static void settled(struct rows_out *rows, const struct counts *counts)
{
    for (unsigned i = 0; i < SETTLED_COUNT; i++)
        cell_number(rows, counts->settled[i]);
}

static void meta(struct rows_out *rows, const char *key, const char *value)
{
    cell_text(rows, key);
    cell_text(rows, value);
    row_end(rows);
}

static void meta_when(struct rows_out *rows, const char *key, struct when when)
{
    cell_text(rows, key);
    cell_when(rows, when);
    row_end(rows);
}

static void meta_number(struct rows_out *rows, const char *key, int64_t value)
{
    cell_text(rows, key);
    cell_known(rows, value);
    row_end(rows);
}

static void write_meta(struct rows_out *rows, const struct report *report)
{
    rows_table(rows, "meta");
    meta(rows, "schema", "postmortem-case/1");
    meta(rows, "tool_version", report->tool_version);
    meta_number(rows, "model", report->model);
    meta(rows, "systems", report->systems);
    meta_number(rows, "ongoing", report->ongoing);
    meta_when(rows, "last_attacker_event", report->last_attacker_event);
    meta_when(rows, "log_first", report->log_first);
    meta_when(rows, "log_end", report->log_end);
    meta_number(rows, "zone_offset_minutes", report->zone_offset_minutes);
    meta(rows, "year_zone", report->year_zone);
    meta_number(rows, "lines", (int64_t)report->coverage.lines);
    meta_number(rows, "recognised", (int64_t)report->coverage.recognised);
    meta_number(rows, "other_program", (int64_t)report->coverage.other_program);
    meta_number(rows, "unrecognised", (int64_t)report->coverage.unrecognised);
    meta_number(rows, "duplicates", (int64_t)report->coverage.duplicates);
    rows_end_table(rows);
}

static void write_inputs(struct rows_out *rows, const struct report *report)
{
    rows_table(rows, "input");
    for (uint32_t i = 0; i < report->input_count; i++) {
        const struct input_report *input = &report->inputs[i];
        cell_number(rows, i);
        cell_text(rows, input->path);
        cell_text(rows, input->member);
        cell_number(rows, input->bytes);
        cell_number(rows, input->lines);
        cell_number(rows, input->recognised);
        cell_digest(rows, input->has_digest ? input->sha256 : NULL);
        cell_when(rows, input->first);
        cell_when(rows, input->last);
        cell_number(rows, input->holds_log);
        cell_text(rows, input->year_rule);
        cell_text(rows, input->zone_rule);
        cell_text(rows, input->damage);
        row_end(rows);
    }
    rows_end_table(rows);
}

static void account_counts(struct rows_out *rows, const struct account_report *account)
{
    const struct counts *counts = &account->counts;
    cell_number(rows, counts->messages);
    cell_number(rows, counts->recipients);
    cell_text(rows, account->recipients_basis);
    settled(rows, counts);
    cell_number(rows, counts->maybe_removed);
    cell_number(rows, counts->rejected);
    cell_number(rows, counts->messages_refused);
    cell_number(rows, counts->logins);
    cell_number(rows, counts->login_failures);
    cell_number(rows, account->foreign.messages);
    cell_number(rows, account->foreign.recipients);
    cell_number(rows, account->foreign.settled[SETTLED_DELIVERED]);
}

static void account_row(struct rows_out *rows, const struct account_report *account)
{
    bool accused = account->verdict >= VERDICT_WATCH && account->class != CLASS_NONE;
    cell_number(rows, (uint64_t)rows->count + 1);
    cell_str(rows, account->name);
    cell_text(rows, verdict_name(account->verdict));
    cell_text(rows, accused ? class_name(account->class) : NULL);
    cell_tenths(rows, account->score_tenths);
    cell_tenths(rows, account->evidence_tenths);
    cell_known(rows, account->ongoing);
    account_counts(rows, account);
    cell_known(rows, account->mailbox.opened);
    cell_text(rows, account->mailbox.protocol);
    cell_when(rows, account->mailbox.first);
    cell_when(rows, account->mailbox.last);
    for (unsigned i = 0; i < WINDOW_TIMES; i++) {
        struct when when;
        window_time(&account->window, i, &when);
        cell_when(rows, when);
    }
    cell_number(rows, account->window.left_censored);
    cell_text(rows, account->would_change);
    row_end(rows);
}

static void write_accounts(struct rows_out *rows, const struct report *report)
{
    rows_table(rows, "account");
    for (uint32_t i = 0; i < report->account_count; i++)
        account_row(rows, &report->accounts[i]);
    rows_end_table(rows);
    rows_table(rows, "login_name");
    for (uint32_t i = 0; i < report->account_count; i++)
        for (uint32_t k = 0; k < report->accounts[i].login_name_count; k++) {
            cell_number(rows, i + 1);
            cell_str(rows, report->accounts[i].login_names[k]);
            row_end(rows);
        }
    rows_end_table(rows);
}

static void finding_row(struct rows_out *rows, const struct finding *finding)
{
    const struct window *window = &finding->window;
    cell_number(rows, (uint64_t)rows->count + 1);
    cell_text(rows, class_name(finding->class));
    cell_text(rows, verdict_name(finding->verdict));
    cell_str(rows, finding->principal);
    cell_number(rows, finding->counts.messages);
    cell_number(rows, finding->counts.recipients);
    settled(rows, &finding->counts);
    cell_number(rows, finding->counts.login_failures);
    cell_when(rows, window->guess);
    cell_when(rows, window->access);
    cell_when(rows, window->abuse);
    cell_when(rows, window->last_accept);
    cell_when(rows, window->last_try);
    cell_text(rows, finding->script);
    row_end(rows);
}

static void write_finding_accounts(struct rows_out *rows, const struct report *report)
{
    rows_table(rows, "finding_account");
    for (uint32_t i = 0; i < report->finding_count; i++)
        for (uint32_t k = 0; k < report->findings[i].account_count; k++) {
            const struct finding_account *account = &report->findings[i].accounts[k];
            cell_number(rows, i + 1);
            cell_str(rows, account->account);
            cell_text(rows, account->opened ? "opened" : "tried");
            cell_str(rows, account->source);
            cell_when(rows, account->time);
            row_end(rows);
        }
    rows_end_table(rows);
}

static void write_findings(struct rows_out *rows, const struct report *report)
{
    rows_table(rows, "finding");
    for (uint32_t i = 0; i < report->finding_count; i++)
        finding_row(rows, &report->findings[i]);
    rows_end_table(rows);
    write_finding_accounts(rows, report);
    rows_table(rows, "candidate");
    for (uint32_t i = 0; i < report->finding_count; i++)
        for (uint32_t k = 0; k < report->findings[i].candidate_count; k++) {
            cell_number(rows, i + 1);
            cell_str(rows, report->findings[i].candidates[k]);
            cell_number(rows, k >= report->findings[i].unrefused_count);
            row_end(rows);
        }
    rows_end_table(rows);
}

/* account and finding count from 1; 0: not of one. */
static void owner(struct rows_out *rows, uint32_t account, uint32_t finding)
{
    cell_known(rows, account ? (int64_t)account : UNKNOWN);
    cell_known(rows, finding ? (int64_t)finding : UNKNOWN);
}

static void write_sources(struct rows_out *rows, uint32_t account, uint32_t finding,
                          const struct source_report *sources, uint32_t count)
{
    static const uint8_t deeds[] = {DID_GUESS, DID_CHECK, DID_READ, DID_SEND};
    for (uint32_t i = 0; sources && i < count; i++) {
        const struct source_report *source = &sources[i];
        owner(rows, account, finding);
        cell_str(rows, source->ip);
        cell_text(rows, role_name(source->role));
        for (size_t k = 0; k < sizeof deeds; k++)
            cell_number(rows, (source->did & deeds[k]) != 0);
        cell_str(rows, source->ptr);
        cell_text(rows, source->country);
        cell_known(rows, source->asn);
        cell_when(rows, source->first);
        cell_when(rows, source->last);
        cell_number(rows, source->logins);
        cell_number(rows, source->login_failures);
        cell_number(rows, source->messages);
        cell_number(rows, source->recipients);
        cell_number(rows, source->forged_domains);
        cell_number(rows, source->other_accounts_total);
        row_end(rows);
    }
}

static void write_domains(struct rows_out *rows, uint32_t account, uint32_t finding,
                          const struct forged_domain *domains, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        owner(rows, account, finding);
        cell_str(rows, domains[i].domain);
        cell_number(rows, domains[i].addresses);
        cell_number(rows, domains[i].messages);
        cell_number(rows, domains[i].recipients);
        cell_when(rows, domains[i].first);
        cell_when(rows, domains[i].last);
        row_end(rows);
    }
}

static void write_evidence(struct rows_out *rows, uint32_t account, uint32_t finding,
                           const struct evidence *items, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        cell_number(rows, (uint64_t)rows->count + 1);
        owner(rows, account, finding);
        cell_text(rows, items[i].id);
        cell_str(rows, (struct str){&items[i].family, 1});
        cell_tenths(rows, items[i].weight_tenths);
        cell_number(rows, items[i].against);
        cell_text(rows, items[i].text);
        row_end(rows);
    }
}

/* id: that of the first of the items; gives the one behind the last. */
static uint64_t write_lines(struct rows_out *rows, uint64_t id, const struct evidence *items,
                            uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t k = 0; k < items[i].ref_count; k++) {
            const struct ref *ref = &items[i].refs[k];
            cell_number(rows, id + i);
            cell_number(rows, ref->place.input);
            cell_number(rows, ref->place.line);
            cell_number(rows, ref->place.offset);
            cell_number(rows, ref->place.length);
            cell_digest(rows, ref->has_digest ? ref->sha256 : NULL);
            row_end(rows);
        }
    return id + count;
}

static void write_parts(struct rows_out *rows, const struct report *report)
{
    const struct account_report *accounts = report->accounts;
    const struct finding *findings = report->findings;
    uint64_t evidence = 1;
    rows_table(rows, "source");
    for (uint32_t i = 0; i < report->account_count; i++)
        if (accounts[i].verdict >= VERDICT_WATCH || accounts[i].named)
            write_sources(rows, i + 1, 0, accounts[i].sources, accounts[i].source_count);
    for (uint32_t i = 0; i < report->finding_count; i++)
        write_sources(rows, 0, i + 1, findings[i].sources, findings[i].source_count);
    rows_end_table(rows);
    rows_table(rows, "forged_domain");
    for (uint32_t i = 0; i < report->account_count; i++)
        write_domains(rows, i + 1, 0, accounts[i].forged_domains, accounts[i].forged_domain_count);
    for (uint32_t i = 0; i < report->finding_count; i++)
        write_domains(rows, 0, i + 1, findings[i].forged_domains, findings[i].forged_domain_count);
    rows_end_table(rows);
    rows_table(rows, "evidence");
    for (uint32_t i = 0; i < report->account_count; i++)
        write_evidence(rows, i + 1, 0, accounts[i].evidence, accounts[i].evidence_count);
    for (uint32_t i = 0; i < report->finding_count; i++)
        write_evidence(rows, 0, i + 1, findings[i].evidence, findings[i].evidence_count);
    rows_end_table(rows);
    rows_table(rows, "evidence_line");
    for (uint32_t i = 0; i < report->account_count; i++)
        evidence = write_lines(rows, evidence, accounts[i].evidence, accounts[i].evidence_count);
    for (uint32_t i = 0; i < report->finding_count; i++)
        evidence = write_lines(rows, evidence, findings[i].evidence, findings[i].evidence_count);
    rows_end_table(rows);
}

static void write_timeline(struct rows_out *rows, const struct report *report)
{
    rows_table(rows, "timeline");
    for (uint32_t i = 0; i < report->timeline_count; i++) {
        const struct timeline_entry *entry = &report->timeline[i];
        cell_when(rows, entry->time);
        cell_str(rows, entry->actor);
        cell_text(rows, entry->what);
        cell_known(rows, entry->ref_count ? (int64_t)entry->refs[0].place.input : UNKNOWN);
        cell_known(rows, entry->ref_count ? (int64_t)entry->refs[0].place.line : UNKNOWN);
        row_end(rows);
    }
    rows_end_table(rows);
}

static void write_reputation(struct rows_out *rows, const struct report *report)
{
    rows_table(rows, "reputation");
    for (uint32_t i = 0; i < report->reputation_count; i++) {
        const struct reputation *item = &report->reputation[i];
        cell_str(rows, item->host);
        cell_str(rows, item->provider);
        cell_text(rows, item->kind);
        cell_when(rows, item->first);
        cell_when(rows, item->last);
        cell_number(rows, item->replies);
        cell_str(rows, item->sample);
        cell_str(rows, item->burst);
        cell_known(rows, item->burst.ptr ? (int64_t)item->burst_recipients : UNKNOWN);
        row_end(rows);
    }
    rows_end_table(rows);
}

static void write_notes(struct rows_out *rows, const char *kind, const char *const *texts,
                        uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        cell_text(rows, kind);
        cell_text(rows, texts[i]);
        row_end(rows);
    }
}

static void write_rest(struct rows_out *rows, const struct report *report)
{
    rows_table(rows, "cleared");
    for (uint32_t i = 0; i < report->cleared_count; i++) {
        cell_str(rows, report->cleared[i].account);
        cell_text(rows, report->cleared[i].why);
        row_end(rows);
    }
    rows_end_table(rows);
    rows_table(rows, "gap");
    for (uint32_t i = 0; i < report->coverage.gap_count; i++) {
        cell_str(rows, report->coverage.gaps[i].host);
        cell_when(rows, report->coverage.gaps[i].from);
        cell_when(rows, report->coverage.gaps[i].to);
        row_end(rows);
    }
    rows_end_table(rows);
    rows_table(rows, "program");
    for (uint32_t i = 0; i < report->coverage.program_count; i++) {
        cell_str(rows, report->coverage.programs[i].name);
        cell_number(rows, report->coverage.programs[i].lines);
        row_end(rows);
    }
    rows_end_table(rows);
    rows_table(rows, "note");
    write_notes(rows, "assumption", report->assumptions, report->assumption_count);
    write_notes(rows, "unobservable", report->coverage.unobservable,
                report->coverage.unobservable_count);
    rows_end_table(rows);
}

void database_report(struct rows_out *rows, const struct report *report)
{
    write_meta(rows, report);
    write_inputs(rows, report);
    write_accounts(rows, report);
    write_findings(rows, report);
    write_parts(rows, report);
    write_timeline(rows, report);
    write_reputation(rows, report);
    database_figures(rows, report);
    write_rest(rows, report);
}
