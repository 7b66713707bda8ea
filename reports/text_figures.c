#include "text_parts.h"

enum { LISTED = 8 };

static void title(struct page *page, const char *text)
{
    page_line(page, "");
    page_text(page, text);
    page_mark(page, COLOR_BOLD);
    page_end(page, 0);
}

static void names(struct page *page, const char *what, const struct str *items, uint32_t count)
{
    struct series series = {.total = count, .limit = LISTED};
    if (count == 0)
        return;
    page_text(page, what);
    for (uint32_t i = 0; i < count && series_next(&series, page); i++)
        page_str(page, items[i]);
    series_end(&series, page);
    page_end(page, 4);
}

void text_campaigns(struct page *page, const struct report *report)
{
    if (report->campaign_count)
        title(page, "CAMPAIGNS (accounts that share an attacker's address or forged domains)");
    for (uint32_t i = 0; i < report->campaign_count; i++) {
        const struct campaign *campaign = &report->campaigns[i];
        page_printf(page, "  %u. ", i + 1);
        page_count(page, campaign->account_count, "account");
        if (campaign->first.usec != TIME_NONE) {
            page_text(page, ", ");
            page_time(page, campaign->first);
        }
        if (campaign->last.usec != TIME_NONE) {
            page_text(page, " to ");
            page_time(page, campaign->last);
        }
        page_end(page, 4);
        names(page, "    taken in this order: ", campaign->order, campaign->account_count);
        names(page, "    from ", campaign->sources, campaign->source_count);
        names(page, "    forged ", campaign->forged_domains, campaign->forged_domain_count);
    }
}

void text_prevention(struct page *page, const struct report *report)
{
    if (report->limit_count)
        title(page, "WHAT A LIMIT FOR EACH LOGIN WOULD HAVE STOPPED");
    for (uint32_t i = 0; i < report->limit_count; i++) {
        const struct limit *limit = &report->limits[i];
        page_text(page, "  ");
        page_count(page, limit->recipients, "recipient");
        page_printf(page, " in %u h, as many as anybody not accused had: ", limit->window_hours);
        page_number(page, limit->spam_stopped);
        page_text(page, " of the attackers' recipients");
        if (limit->benign_stopped) {
            page_text(page, ", and ");
            page_number(page, limit->benign_stopped);
            page_text(page, " of the owners of accused accounts");
        }
        page_end(page, 4);
    }
    if (report->limit_count && report->case_dir) {
        page_text(page, "  as policy lines: ");
        text_file(page, report, "containment/limits.txt");
        page_end(page, 4);
    }
}

static void depth(struct page *page, const struct queue_depth *depth)
{
    page_count(page, queue_size(depth), "message");
    page_text(page, " (");
    page_number(page, depth->active);
    page_text(page, " active, ");
    page_number(page, depth->deferred);
    page_text(page, " deferred, ");
    page_number(page, depth->held);
    page_text(page, " held)");
}

void text_queue(struct page *page, const struct report *report)
{
    const struct queue_depth *fullest = queue_fullest(report->depth, report->depth_count);
    if (!fullest)
        return;
    page_text(page, "  queue         at most ");
    depth(page, fullest);
    page_text(page, ", ");
    page_time(page, (struct when){fullest->usec, 0});
    page_text(page, "; in the end ");
    depth(page, &report->depth[report->depth_count - 1]);
    page_end(page, 16);
}

void text_burst(struct page *page, const struct reputation *item)
{
    if (!item->burst.ptr)
        return;
    page_text(page, "; in the hour before, ");
    page_str(page, item->burst);
    page_text(page, " sent to ");
    page_count(page, item->burst_recipients, "recipient");
}
