/* The queue over time and, beneath it, who blocked or throttled this server: static SVG, and the
 * figures as a table from which the script draws. */
#include <inttypes.h>

#include "html_parts.h"

enum {
    LEFT = 480,
    RIGHT = 9920,
    TOP = 80,
    BOTTOM = 1400,
    LANES = BOTTOM + 250,
    LANE = 250,
    LANES_DRAWN = 8,
    BAR_LEAST = 50,
};

struct scale {
    int64_t first, last; /* usec */
    uint64_t most;       /* messages */
};

static struct scale scale_of(const struct report *report)
{
    const struct queue_depth *fullest = queue_fullest(report->depth, report->depth_count);
    struct scale scale = {.most = fullest ? queue_size(fullest) : 0};
    if (!fullest)
        return scale;
    scale.first = report->depth[0].usec;
    scale.last = report->log_end.usec > scale.first ? report->log_end.usec
                                                    : scale.first + (int64_t)60 * USEC_PER_SEC;
    return scale;
}

static int64_t x_of(const struct scale *scale, int64_t usec)
{
    int64_t at = usec < scale->first ? scale->first : usec > scale->last ? scale->last : usec;
    return LEFT + (int64_t)((double)(at - scale->first) / (double)(scale->last - scale->first) *
                            (RIGHT - LEFT));
}

static int64_t y_of(const struct scale *scale, uint64_t messages)
{
    uint64_t shown = messages < scale->most ? messages : scale->most;
    return BOTTOM - (int64_t)((double)shown / (double)scale->most * (BOTTOM - TOP));
}

enum layer { LAYER_HELD, LAYER_DEFERRED, LAYER_ACTIVE, LAYERS };
static const char *const layer_colors[LAYERS] = {"c9", "c2", "c4"};

/* Each layer covers the lower part of the one before it. */
static uint64_t height(const struct queue_depth *depth, enum layer layer)
{
    return (layer == LAYER_HELD ? depth->held : 0) +
           (layer <= LAYER_DEFERRED ? depth->deferred : 0) + (uint64_t)depth->active;
}

static void area(struct html *html, const struct scale *scale, enum layer layer)
{
    const struct report *report = html->report;
    out_printf(html->out, "<path class=%s d=\"M%d %d", layer_colors[layer], LEFT, BOTTOM);
    for (uint32_t i = 0; i < report->depth_count; i++) {
        int64_t next = i + 1 < report->depth_count ? report->depth[i + 1].usec : scale->last;
        out_printf(html->out, "V%" PRId64 "H%" PRId64,
                   y_of(scale, height(&report->depth[i], layer)), x_of(scale, next));
    }
    out_printf(html->out, "V%dz\"/>\n", BOTTOM);
}

/* A line over the areas: submissions of the intruders that wait. */
static void theirs(struct html *html, const struct scale *scale)
{
    const struct bins *bins = &html->bins;
    for (uint32_t i = 0; i < bins->count; i++)
        out_printf(html->out, "%s%" PRId64 " %" PRId64,
                   i ? "L" : "<path class=\"edge thin s1\" d=\"M",
                   x_of(scale, bins->begin + (i + 1) * bins->width),
                   y_of(scale, bins->items[i].queued_theirs));
    if (bins->count)
        html_raw(html, "\"/>\n");
}

/* Plain text: an element of HTML is none in SVG. */
static void svg_time(struct html *html, struct when when)
{
    html_paragraphs(html, "", "");
    page_time(&html->page, when);
    page_end(&html->page, 0);
}

static void time_at(struct html *html, int x, const char *anchor, int64_t usec)
{
    out_printf(html->out, "<text x=\"%d\" y=\"%d\" text-anchor=%s>", x, BOTTOM + 150, anchor);
    svg_time(html, (struct when){usec, 0});
    html_raw(html, "</text>\n");
}

static void axes(struct html *html, const struct scale *scale)
{
    out_printf(html->out,
               "<path class=grid d=\"M%d %dH%dM%d %dH%d\"/><text x=\"%d\" y=\"%d\" "
               "text-anchor=end>",
               LEFT, TOP, RIGHT, LEFT, BOTTOM, RIGHT, LEFT - 60, TOP + 40);
    html_number(html, scale->most);
    out_printf(html->out, "</text><text x=\"%d\" y=\"%d\" text-anchor=end>0</text>\n", LEFT - 60,
               BOTTOM + 40);
    time_at(html, LEFT, "start", scale->first);
    time_at(html, RIGHT, "end", scale->last);
}

/* Who refused, from the first such answer to the last. */
static void lane(struct html *html, const struct scale *scale, const struct reputation *item,
                 unsigned index)
{
    int64_t y = LANES + (int64_t)index * LANE, x = x_of(scale, item->first.usec),
            end = x_of(scale, item->last.usec);
    bool right = x > (LEFT + RIGHT) / 2;
    end = end < x + BAR_LEAST ? x + BAR_LEAST : end;
    out_printf(html->out,
               "<path class=\"block s1\" d=\"M%" PRId64 " %" PRId64 "H%" PRId64
               "\"/><text x=\"%" PRId64 "\" y=\"%" PRId64 "\" text-anchor=%s>",
               x, y + 150, end, right ? end : x, y + 100, right ? "end" : "start");
    svg_time(html, item->first);
    html_raw(html, " ");
    html_str(html, str_head(item->provider, 60));
    html_raw(html, ": ");
    html_text(html, item->kind ? item->kind : "refused");
    if (item->burst.ptr) {
        html_raw(html, ", after ");
        html_str(html, str_head(item->burst, 40));
    }
    html_raw(html, "</text>\n");
}

static unsigned lanes(struct html *html, const struct scale *scale, bool draw)
{
    unsigned count = 0;
    for (uint32_t i = 0; i < html->report->reputation_count && count < LANES_DRAWN; i++) {
        const struct reputation *item = &html->report->reputation[i];
        if (item->first.usec == TIME_NONE || item->last.usec == TIME_NONE)
            continue;
        if (draw)
            lane(html, scale, item, count);
        count++;
    }
    return count;
}

static void caption(struct html *html)
{
    const struct queue_depth *last = &html->report->depth[html->report->depth_count - 1];
    html_raw(html, "</svg><figcaption>Messages in the queues of all servers of this log: "
                   "<span class=\"key c4\"></span> active, <span class=\"key c2\"></span> "
                   "deferred, <span class=\"key c9\"></span> held. In the end ");
    html_number(html, last->active);
    html_raw(html, ", ");
    html_number(html, last->deferred);
    html_raw(html, " and ");
    html_number(html, last->held);
    if (html->bins.count) {
        html_raw(html, "; of the intruders' submissions (the dashed line) ");
        html_number(html, html->bins.items[html->bins.count - 1].queued_theirs);
    }
    html_raw(html, ". Beneath: who began to block or throttle this server, and after whose "
                   "burst. <a href=\"#others\">All of them</a></figcaption></figure>\n");
}

static void picture(struct html *html, const struct scale *scale)
{
    out_printf(html->out,
               "<figure class=\"strip queue\"><svg viewBox=\"0 0 10000 %u\" role=img "
               "aria-label=\"Messages in the queues over time, and who blocked this server; the "
               "figures stand in the tables\">\n",
               LANES + lanes(html, scale, false) * LANE);
    for (unsigned layer = 0; layer < LAYERS; layer++)
        area(html, scale, (enum layer)layer);
    theirs(html, scale);
    axes(html, scale);
    lanes(html, scale, true);
    caption(html);
}

static void figures(struct html *html)
{
    const struct report *report = html->report;
    int64_t width = report->depth_count > 1 ? report->depth[1].usec - report->depth[0].usec
                                            : (int64_t)60 * USEC_PER_SEC;
    html_chart(html, "chart-queue", "Messages in the queues, in the fullest minute from then on",
               "queue", width);
    html_raw(html, "<th scope=col class=n>held</th><th scope=col class=n>deferred</th><th "
                   "scope=col class=n>active</th></tr></thead><tbody>\n");
    for (uint32_t i = 0; i < report->depth_count; i++) {
        html_chart_row(html, report->depth[i].usec);
        td_number(html, report->depth[i].held);
        td_number(html, report->depth[i].deferred);
        td_number(html, report->depth[i].active);
        html_raw(html, "</tr>\n");
    }
    html_chart_end(html);
}

void html_queue(struct html *html)
{
    struct scale scale = scale_of(html->report);
    html_raw(html, "<h2 id=queue>The queue</h2>\n");
    if (scale.most == 0) {
        html_raw(html, "<p>Nothing waited.</p>\n");
        return;
    }
    picture(html, &scale);
    figures(html);
}
