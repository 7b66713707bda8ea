#include "csv.h"

#include <inttypes.h>

#include "escape.h"
#include "json_parts.h"
#include "report.h"

static void cell_begin(struct csv *csv)
{
    if (csv->filled)
        out_char(csv->out, ',');
    csv->filled = true;
}

void csv_str(struct csv *csv, struct str value)
{
    cell_begin(csv);
    escape_csv(csv->out, value);
}

void csv_text(struct csv *csv, const char *value)
{
    csv_str(csv, value ? str_of(value) : STR(""));
}

void csv_number(struct csv *csv, uint64_t value)
{
    cell_begin(csv);
    out_printf(csv->out, "%" PRIu64, value);
}

void csv_when(struct csv *csv, struct when value)
{
    char text[WHEN_TEXT];
    csv_text(csv, value.usec == TIME_NONE ? NULL : when_text(value, text));
}

void csv_end(struct csv *csv)
{
    out_char(csv->out, '\n');
    csv->filled = false;
}

/* The tool's own figure, so no apostrophe before a minus. */
static void tenths(struct csv *csv, int value)
{
    unsigned size = value < 0 ? 0u - (unsigned)value : (unsigned)value;
    cell_begin(csv);
    out_printf(csv->out, "%s%u.%u", value < 0 ? "-" : "", size / 10, size % 10);
}

static void maybe(struct csv *csv, int value)
{
    csv_text(csv, value == UNKNOWN ? NULL : value ? "yes" : "no");
}

static void header(struct csv *csv)
{
    static const char *const before[] = {"account",  "verdict",     "class",
                                         "score_db", "evidence_db", "ongoing",
                                         "messages", "recipients",  "recipients_basis"};
    static const char *const after[] = {
        "maybe_removed",     "rejected",       "messages_refused", "logins",
        "login_failures",    "mailbox_opened", "foreign_messages", "foreign_recipients",
        "foreign_delivered", "sources",        "forged_domains",
    };
    for (size_t i = 0; i < sizeof before / sizeof before[0]; i++)
        csv_text(csv, before[i]);
    for (size_t i = 0; i < SETTLED_COUNT; i++)
        csv_text(csv, settled_names[i]);
    for (size_t i = 0; i < sizeof after / sizeof after[0]; i++)
        csv_text(csv, after[i]);
    for (unsigned i = 0; i < WINDOW_TIMES; i++) {
        struct when when;
        csv_text(csv, window_time(&(const struct window){0}, i, &when));
    }
    csv_text(csv, "left_censored");
    csv_end(csv);
}

static void counts(struct csv *csv, const struct counts *counts, const char *basis)
{
    csv_number(csv, counts->messages);
    csv_number(csv, counts->recipients);
    csv_text(csv, basis);
    for (unsigned i = 0; i < SETTLED_COUNT; i++)
        csv_number(csv, counts->settled[i]);
    csv_number(csv, counts->maybe_removed);
    csv_number(csv, counts->rejected);
    csv_number(csv, counts->messages_refused);
    csv_number(csv, counts->logins);
    csv_number(csv, counts->login_failures);
}

static void window_end(struct csv *csv, const struct window *window)
{
    for (unsigned i = 0; i < WINDOW_TIMES; i++) {
        struct when when;
        window_time(window, i, &when);
        csv_when(csv, when);
    }
    csv_text(csv, window->left_censored ? "yes" : "no");
    csv_end(csv);
}

static void account_record(struct csv *csv, const struct account_report *account)
{
    bool accused = account->verdict >= VERDICT_WATCH && account->class != CLASS_NONE;
    csv_str(csv, account->name);
    csv_text(csv, verdict_name(account->verdict));
    csv_text(csv, accused ? class_name(account->class) : NULL);
    tenths(csv, account->score_tenths);
    tenths(csv, account->evidence_tenths);
    maybe(csv, account->ongoing);
    counts(csv, &account->counts, account->recipients_basis);
    maybe(csv, account->mailbox.opened);
    csv_number(csv, account->foreign.messages);
    csv_number(csv, account->foreign.recipients);
    csv_number(csv, account->foreign.settled[SETTLED_DELIVERED]);
    csv_number(csv, account->source_count);
    csv_number(csv, account->forged_domain_count);
    window_end(csv, &account->window);
}

/* Cells that only accounts have are empty; all that a finding counts is foreign. */
static void finding_record(struct csv *csv, const struct finding *finding)
{
    csv_str(csv, finding->principal.ptr ? finding->principal : STR(""));
    csv_text(csv, verdict_name(finding->verdict));
    csv_text(csv, class_name(finding->class));
    csv_text(csv, NULL);
    csv_text(csv, NULL);
    csv_text(csv, NULL);
    counts(csv, &finding->counts, NULL);
    csv_text(csv, NULL);
    csv_number(csv, finding->counts.messages);
    csv_number(csv, finding->counts.recipients);
    csv_number(csv, finding->counts.settled[SETTLED_DELIVERED]);
    csv_number(csv, finding->source_count);
    csv_number(csv, finding->forged_domain_count);
    window_end(csv, &finding->window);
}

void csv_accounts(const struct report *report, struct out *out)
{
    struct csv csv = {.out = out};
    header(&csv);
    for (uint32_t i = 0; i < report->account_count; i++)
        account_record(&csv, &report->accounts[i]);
}

static void write(const struct report *report, const struct style *style, struct out *out)
{
    (void)style;
    struct csv csv = {.out = out};
    csv_text(&csv, "kind");
    header(&csv);
    for (uint32_t i = 0; i < report->account_count; i++) {
        csv_text(&csv, "account");
        account_record(&csv, &report->accounts[i]);
    }
    for (uint32_t i = 0; i < report->finding_count; i++) {
        csv_text(&csv, "finding");
        finding_record(&csv, &report->findings[i]);
    }
}

const struct report_format csv_format = {.name = "csv", .write = write};
