/* Which address touched which account: a picture of the campaign, and the same as a table. */
#include <inttypes.h>

#include "html_parts.h"

enum { ROWS_DRAWN = 12, ADDRESSES_DRAWN = 36, STEP = 240, WHO_X = 3000, ADDRESS_X = 7000 };

struct graph {
    struct str addresses[ADDRESSES_DRAWN];
    const struct source_report *cells[ADDRESSES_DRAWN][ROWS_DRAWN]; /* NULL: did not touch it */
    unsigned address_count, row_count;
    uint64_t left_out; /* addresses */
};

static const struct source_report *sources_of(struct row row, uint32_t *ret_count)
{
    *ret_count = row.account ? row.account->source_count : row.finding->source_count;
    return row.account ? row.account->sources : row.finding->sources;
}

static void add(struct graph *graph, unsigned row, const struct source_report *source)
{
    unsigned at = 0;
    while (at < graph->address_count && !str_eq(graph->addresses[at], source->ip))
        at++;
    if (at == ADDRESSES_DRAWN) {
        graph->left_out++;
        return;
    }
    if (at == graph->address_count)
        graph->addresses[graph->address_count++] = source->ip;
    graph->cells[at][row] = source;
}

static struct graph graph_of(const struct html *html)
{
    struct graph graph = {0};
    graph.row_count = html->rows.count < ROWS_DRAWN ? (unsigned)html->rows.count : ROWS_DRAWN;
    for (unsigned row = 0; row < graph.row_count; row++) {
        uint32_t count;
        const struct source_report *sources = sources_of(html->rows.items[row], &count);
        for (uint32_t i = 0; sources && i < count; i++)
            if (sources[i].role == ROLE_ATTACKER || html->rows.items[row].finding)
                add(&graph, row, &sources[i]);
    }
    return graph;
}

static int64_t place(unsigned index, unsigned count, unsigned most)
{
    return STEP / 2 + (int64_t)(2 * index + 1) * most * STEP / (2 * count) - STEP / 4;
}

static void edges(struct html *html, const struct graph *graph, unsigned most)
{
    for (unsigned at = 0; at < graph->address_count; at++)
        for (unsigned row = 0; row < graph->row_count; row++) {
            const struct source_report *source = graph->cells[at][row];
            if (!source)
                continue;
            int64_t from = place(row, graph->row_count, most);
            int64_t to = place(at, graph->address_count, most);
            out_printf(html->out,
                       "<path class=\"edge s%s%s\" d=\"M%d %" PRId64 "C%d %" PRId64 " %d %" PRId64
                       " %d %" PRId64 "\"/>\n",
                       row_color(row) + 1, source->did & DID_SEND ? "" : " thin", WHO_X + 60, from,
                       (WHO_X + ADDRESS_X) / 2, from, (WHO_X + ADDRESS_X) / 2, to, ADDRESS_X - 60,
                       to);
        }
}

static void picture(struct html *html, const struct graph *graph)
{
    unsigned most =
        graph->address_count > graph->row_count ? graph->address_count : graph->row_count;
    char label[ROW_LABEL];
    out_printf(
        html->out,
        "<figure class=graph><svg viewBox=\"0 0 10000 %u\" role=img aria-label=\"Accounts and "
        "the addresses that used them; the same stands in the table below\">\n",
        (most + 1) * STEP);
    edges(html, graph, most);
    for (unsigned row = 0; row < graph->row_count; row++) {
        int64_t y = place(row, graph->row_count, most);
        out_printf(html->out,
                   "<circle class=%s cx=\"%d\" cy=\"%" PRId64
                   "\" r=\"90\"/><text class=on x=\"%d\" y=\"%" PRId64
                   "\" text-anchor=middle>%u</text><text x=\"%d\" y=\"%" PRId64
                   "\" text-anchor=end>",
                   row_color(row), WHO_X, y, WHO_X, y + 40, row + 1, WHO_X - 140, y + 40);
        html_str(html, str_head(row_label(html->rows.items[row], label), 40));
        html_raw(html, "</text>\n");
    }
    for (unsigned at = 0; at < graph->address_count; at++) {
        int64_t y = place(at, graph->address_count, most);
        out_printf(html->out,
                   "<circle class=dot cx=\"%d\" cy=\"%" PRId64
                   "\" r=\"50\"/><text x=\"%d\" y=\"%" PRId64 "\">",
                   ADDRESS_X, y, ADDRESS_X + 120, y + 40);
        html_str(html, str_head(graph->addresses[at], 40));
        html_raw(html, "</text>\n");
    }
    html_raw(html, "</svg><figcaption>Thick: mail was sent from there. Thin: guessed, tried out or "
                   "read only.</figcaption></figure>\n");
}

static void matrix(struct html *html, const struct graph *graph)
{
    html_raw(html,
             "<div class=scroll><table class=\"data matrix\"><caption>Messages, else logins, else "
             "failures, by address and row</caption><thead><tr><th scope=col>Address</th>");
    for (unsigned row = 0; row < graph->row_count; row++) {
        html_raw(html, "<th scope=col class=n>");
        html_chip(html, row);
        html_raw(html, "</th>");
    }
    html_raw(html, "</tr></thead><tbody>\n");
    for (unsigned at = 0; at < graph->address_count; at++) {
        html_raw(html, "<tr>");
        td_name(html, graph->addresses[at]);
        for (unsigned row = 0; row < graph->row_count; row++) {
            const struct source_report *source = graph->cells[at][row];
            html_raw(html, "<td class=n>");
            if (source && source->messages)
                html_count(html, source->messages, "message");
            else if (source && source->logins)
                html_count(html, source->logins, "login");
            else if (source)
                html_count(html, source->login_failures, "failure");
            html_raw(html, "</td>");
        }
        html_raw(html, "</tr>\n");
    }
    html_table_end(html);
    html_more(html, graph->left_out, "sources.csv");
}

void html_graph(struct html *html)
{
    struct graph graph = graph_of(html);
    html_raw(html, "<h2 id=addresses>Addresses and accounts</h2>\n");
    if (graph.address_count == 0) {
        html_raw(html, "<p>No address of an attacker is in this log.</p>\n");
        return;
    }
    picture(html, &graph);
    matrix(html, &graph);
}
