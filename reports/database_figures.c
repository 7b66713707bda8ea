/* The queue, campaigns, and what limits would have stopped, as tables of case.db. */
#include "database_rows.h"

static void write_queue(struct rows_out *rows, const struct report *report)
{
    rows_table(rows, "queue");
    for (uint32_t i = 0; i < report->depth_count; i++) {
        cell_when(rows, (struct when){report->depth[i].usec, 0});
        cell_number(rows, report->depth[i].active);
        cell_number(rows, report->depth[i].deferred);
        cell_number(rows, report->depth[i].held);
        row_end(rows);
    }
    rows_end_table(rows);
}

static void write_names(struct rows_out *rows, int64_t campaign, const char *kind,
                        const struct str *names, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        cell_known(rows, campaign);
        cell_text(rows, kind);
        cell_str(rows, names[i]);
        row_end(rows);
    }
}

static void write_campaigns(struct rows_out *rows, const struct report *report)
{
    rows_table(rows, "campaign");
    for (uint32_t i = 0; i < report->campaign_count; i++) {
        cell_known(rows, report->campaigns[i].id);
        cell_when(rows, report->campaigns[i].first);
        cell_when(rows, report->campaigns[i].last);
        row_end(rows);
    }
    rows_end_table(rows);
    rows_table(rows, "campaign_part");
    for (uint32_t i = 0; i < report->campaign_count; i++) {
        const struct campaign *one = &report->campaigns[i];
        write_names(rows, one->id, "account", one->order, one->account_count);
        write_names(rows, one->id, "source", one->sources, one->source_count);
        write_names(rows, one->id, "forged-domain", one->forged_domains, one->forged_domain_count);
    }
    rows_end_table(rows);
}

static void write_limits(struct rows_out *rows, const struct report *report)
{
    rows_table(rows, "prevention");
    for (uint32_t i = 0; i < report->limit_count; i++) {
        cell_number(rows, report->limits[i].window_hours);
        cell_number(rows, report->limits[i].recipients);
        cell_number(rows, report->limits[i].spam_stopped);
        cell_number(rows, report->limits[i].benign_stopped);
        row_end(rows);
    }
    rows_end_table(rows);
}

void database_figures(struct rows_out *rows, const struct report *report)
{
    write_queue(rows, report);
    write_campaigns(rows, report);
    write_limits(rows, report);
}
