/* Parts of the text report. */
#ifndef POSTMORTEM_TEXT_PARTS_H
#define POSTMORTEM_TEXT_PARTS_H

#include "finding.h"
#include "page.h"

/* What the first table lists: accounts at `suspicious` or above, and the findings that a person
 * must act on. */
struct row {
    const struct account_report *account; /* one of the two */
    const struct finding *finding;
};

struct rows {
    struct row *items;
    size_t count, shown; /* shown is the least of count and the rows a table may have */
};

/* The worst first: accounts that are surely taken, logins without a name, relays and scripts, then
 * the suspicious. */
struct rows rows_of(const struct report *report, const struct style *style);
void rows_free(struct rows *rows);

/* What the intruder did, without the owner's share. */
const struct counts *row_counts(struct row row);
/* A principal without its "net:", "anon:" or "uid:". */
struct str row_who(struct row row);
enum { ROW_LABEL = 160 };
/* The same for people: "uid 33 on mx1", "7 addresses", "one account, NOT NAMED"; text[ROW_LABEL] is
 * room for it. */
struct str row_label(struct row row, char *text);
const char *row_word(struct row row); /* "CONFIRMED", "OPEN RELAY" */
struct when row_first(struct row row);
struct when row_last(struct row row);
bool row_is_bad(struct row row); /* red, not amber */
const struct window *row_window(struct row row);
/* The address behind which a NAT or container gateway hides all clients; ptr NULL if there is none.
 */
struct str hidden_gateway(const struct report *report);

/* The rows counted by kind, and what they sent in all. */
struct harm {
    uint64_t taken, suspicious, unnamed, relays, scripts, hosts, mailboxes;
    struct counts counts;
};
struct harm harm_of(const struct rows *rows);

/* The first screen, from top to bottom; a paragraph each. */
void text_head(struct page *page, const struct report *report);
void text_state(struct page *page, const struct report *report, const struct rows *rows);
void text_summary(struct page *page, const struct report *report, const struct rows *rows);
void text_snapshots(struct page *page, const struct report *report);
void text_blocked(struct page *page, const struct report *report);
void text_guessing(struct page *page, const struct report *report);
void text_hidden(struct page *page, const struct report *report, const char *title);
void text_table(struct page *page, const struct report *report, const struct rows *rows);
/* The address, and what files of the operator say of it. */
void text_source(struct page *page, const struct source_report *source);
void text_details(struct page *page, const struct report *report, struct row row);
void text_steps(struct page *page, const struct report *report, const struct rows *rows);
/* All that follows the first screen. */
void text_rest(struct page *page, const struct report *report, const struct style *style);

/* Accounts that fell to the same hands; the limits that would have stopped them. */
void text_campaigns(struct page *page, const struct report *report);
void text_prevention(struct page *page, const struct report *report);
/* How full the queues were, at most and in the end. */
void text_queue(struct page *page, const struct report *report);
/* Whose spam came before a server began to refuse. */
void text_burst(struct page *page, const struct reputation *item);

/* A file of the case folder, as seen from where the report is read. */
void text_file(struct page *page, const struct report *report, const char *name);

/* "a, b, 4 more" while items are appended. */
struct series {
    uint64_t total, shown, limit;
};
/* False if the next item is no longer to be shown; else the comma before it stands already. */
bool series_next(struct series *series, struct page *page);
/* ", 4 more" if any were left out. */
void series_end(const struct series *series, struct page *page);

#endif
