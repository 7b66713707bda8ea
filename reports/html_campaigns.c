/* Accounts in the same hands, with what ties them together, and the limits that would have stopped
 * them. */
#include <inttypes.h>

#include "html_picture.h"

enum { CAMPAIGNS_SHOWN = 20, NAMES_SHOWN = 60 };

/* Where the account stands in the table of verdicts. */
static size_t row_of(const struct html *html, struct str name)
{
    size_t i = 0;
    while (i < html->rows.count &&
           !(html->rows.items[i].account && str_eq(html->rows.items[i].account->name, name)))
        i++;
    return i;
}

static const struct source_report *find_source(const struct account_report *account, struct str ip)
{
    for (uint32_t i = 0; i < account->source_count; i++)
        if (account->sources[i].role == ROLE_ATTACKER && str_eq(account->sources[i].ip, ip))
            return &account->sources[i];
    return NULL;
}

static uint8_t tie(const struct account_report *account, struct str name, bool domain)
{
    const struct source_report *source = domain ? NULL : find_source(account, name);
    if (source)
        return source->did & DID_SEND ? EDGE_THICK : EDGE_THIN;
    for (uint32_t i = 0; domain && i < account->forged_domain_count; i++)
        if (str_eq(account->forged_domains[i].domain, name))
            return EDGE_THICK;
    return EDGE_NONE;
}

/* Only what at least two of the accounts share is drawn. */
static void add_shared(const struct html *html, struct picture *picture, const struct str *names,
                       uint32_t count, bool domains)
{
    for (uint32_t i = 0; i < count && picture->right_count < RIGHT_DRAWN; i++) {
        uint8_t *edges = picture->edges[picture->right_count];
        unsigned tied = 0;
        for (unsigned k = 0; k < picture->left_count; k++) {
            edges[k] = tie(html->rows.items[picture->rows[k]].account, names[i], domains);
            tied += edges[k] != EDGE_NONE;
        }
        if (tied >= 2)
            picture->right[picture->right_count++] = names[i];
    }
}

static void draw(struct html *html, const struct campaign *campaign)
{
    struct picture picture = {
        .label = "Accounts of one campaign and what they share; the same stands in the lists below",
        .legend = "What at least two of the accounts share: addresses of attackers (thin: nothing "
                  "was sent from there) and forged domains."};
    for (uint32_t i = 0; i < campaign->account_count && picture.left_count < LEFT_DRAWN; i++) {
        size_t row = row_of(html, campaign->order[i]);
        if (row == html->rows.count)
            continue;
        picture.left[picture.left_count] = campaign->order[i];
        picture.rows[picture.left_count++] = row;
    }
    add_shared(html, &picture, campaign->sources, campaign->source_count, false);
    add_shared(html, &picture, campaign->forged_domains, campaign->forged_domain_count, true);
    if (picture.right_count)
        html_picture(html, &picture);
}

static void names(struct html *html, const char *what, const struct str *items, uint32_t count,
                  const char *file)
{
    if (count == 0)
        return;
    out_printf(html->out, "<p>%s: ", what);
    for (uint32_t i = 0; i < count && i < NAMES_SHOWN; i++) {
        html_raw(html, i ? ", <bdi>" : "<bdi>");
        html_str(html, items[i]);
        html_raw(html, "</bdi>");
    }
    html_raw(html, "</p>\n");
    html_more(html, count > NAMES_SHOWN ? count - NAMES_SHOWN : 0, file);
}

static void one(struct html *html, const struct campaign *campaign)
{
    out_printf(html->out, "<section class=campaign><h3>Campaign %" PRId64 ": ", campaign->id);
    html_count(html, campaign->account_count, "account");
    html_raw(html, ", ");
    html_time(html, campaign->first);
    html_raw(html, " to ");
    html_time(html, campaign->last);
    html_raw(html, "</h3>\n");
    draw(html, campaign);
    names(html, "Taken in this order", campaign->order, campaign->account_count, "report.json");
    names(html, "From", campaign->sources, campaign->source_count, "report.json");
    names(html, "Forged", campaign->forged_domains, campaign->forged_domain_count, "report.json");
    html_raw(html, "</section>\n");
}

void html_campaigns(struct html *html)
{
    uint32_t shown = 0, count = html->report->campaign_count;
    html_raw(html, "<h2 id=campaigns>Campaigns</h2>\n");
    if (count == 0)
        html_raw(html, "<p>No two accused accounts share an attacker's address or two forged "
                       "domains.</p>\n");
    for (; shown < count && shown < CAMPAIGNS_SHOWN && html_has_room(html); shown++)
        one(html, &html->report->campaigns[shown]);
    html_more(html, count - shown, "report.json");
}

void html_prevention(struct html *html)
{
    static const char *const columns[] = {">Hours", ">Recipients", ">Attackers' recipients stopped",
                                          ">Owners' recipients stopped", NULL};
    html_raw(html, "<h2 id=prevention>What a limit for each login would have stopped</h2>\n");
    if (html->report->limit_count == 0) {
        html_raw(html, "<p>Nothing to stop, or no mail of others to spare.</p>\n");
        return;
    }
    html_table(html, "The limit is what the busiest account that is not accused had in that time",
               columns);
    for (uint32_t i = 0; i < html->report->limit_count; i++) {
        const struct limit *limit = &html->report->limits[i];
        html_raw(html, "<tr>");
        td_number(html, limit->window_hours);
        td_number(html, limit->recipients);
        td_number(html, limit->spam_stopped);
        td_number(html, limit->benign_stopped);
        html_raw(html, "</tr>\n");
    }
    html_table_end(html);
    html_raw(html, "<p>As policy lines: <a href=\"containment/limits.txt\">"
                   "containment/limits.txt</a>.</p>\n");
}
