/* Which address touched which account: a picture of the campaign, and the same as a table. */
#include "html_picture.h"

struct graph {
    struct str addresses[RIGHT_DRAWN];
    const struct source_report *cells[RIGHT_DRAWN][LEFT_DRAWN]; /* NULL: did not touch it */
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
    if (at == RIGHT_DRAWN) {
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
    graph.row_count = html->rows.count < LEFT_DRAWN ? (unsigned)html->rows.count : LEFT_DRAWN;
    for (unsigned row = 0; row < graph.row_count; row++) {
        uint32_t count;
        const struct source_report *sources = sources_of(html->rows.items[row], &count);
        for (uint32_t i = 0; sources && i < count; i++)
            if (sources[i].role == ROLE_ATTACKER || html->rows.items[row].finding)
                add(&graph, row, &sources[i]);
    }
    return graph;
}

static void picture(struct html *html, const struct graph *graph)
{
    char label[ROW_LABEL];
    struct picture picture = {
        .left_count = graph->row_count,
        .right_count = graph->address_count,
        .label = "Accounts and the addresses that used them; the same stands in the table below",
        .legend = "Thick: mail was sent from there. Thin: guessed, tried out or read only."};
    for (unsigned row = 0; row < graph->row_count; row++) {
        picture.left[row] = arena_str(&html->arena, row_label(html->rows.items[row], label));
        picture.rows[row] = row;
    }
    for (unsigned at = 0; at < graph->address_count; at++) {
        picture.right[at] = graph->addresses[at];
        for (unsigned row = 0; row < graph->row_count; row++)
            if (graph->cells[at][row])
                picture.edges[at][row] =
                    graph->cells[at][row]->did & DID_SEND ? EDGE_THICK : EDGE_THIN;
    }
    html_picture(html, &picture);
    arena_reset(&html->arena);
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
