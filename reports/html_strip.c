/* The strip of the first screen: recipients over time, stacked by row, and a lane of marks for each
 * row. Static SVG; all coordinates are whole numbers, so that no locale can touch them. */
#include <inttypes.h>

#include "html_parts.h"

enum {
    LEFT = 480,
    RIGHT = 9920,
    TOP = 100,
    BOTTOM = 950, /* of the bars */
    AXIS = 1080,
    LANES = 1130,
    LANE = 175,
    MARK_GAP = 150,
    TICKS = 6,
    MARKS = 8,
};

static int64_t x_of(const struct bins *bins, int64_t usec)
{
    int64_t span = bins->count * bins->width, at = usec - bins->begin;
    at = at < 0 ? 0 : at > span ? span : at;
    return LEFT + (int64_t)((double)at / (double)span * (RIGHT - LEFT));
}

static int64_t height_of(const struct bins *bins, uint64_t value)
{
    return bins->most ? (int64_t)((double)value / (double)bins->most * (BOTTOM - TOP)) : 0;
}

/* One path for all bars of a column; each stands on those of the columns before it. */
static void bars(struct html *html, unsigned column)
{
    const struct bins *bins = &html->bins;
    if (bins->sums[column] == 0)
        return;
    out_printf(html->out, "<path class=%s d=\"", column ? row_color(column - 1) : "c0");
    for (uint32_t i = 0; i < bins->count; i++) {
        const struct bin *bin = &bins->items[i];
        uint64_t below = 0;
        if (bin->recipients[column] == 0)
            continue;
        for (unsigned k = 0; k < column; k++)
            below += bin->recipients[k];
        int64_t x = x_of(bins, bins->begin + i * bins->width);
        int64_t next = x_of(bins, bins->begin + (i + 1) * bins->width);
        int64_t low = BOTTOM - height_of(bins, below);
        int64_t high = BOTTOM - height_of(bins, below + bin->recipients[column]);
        int64_t gap = next - x > 30 ? 8 : 0;
        if (low - high < 6)
            high = low - 6;
        out_printf(html->out, "M%" PRId64 " %" PRId64 "H%" PRId64 "V%" PRId64 "H%" PRId64 "z", x,
                   low, next - gap, high, x);
    }
    html_raw(html, "\"/>\n");
}

static void text_at(struct html *html, int64_t x, int64_t y, const char *anchor)
{
    out_printf(html->out, "<text x=\"%" PRId64 "\" y=\"%" PRId64 "\" text-anchor=%s>", x, y,
               anchor);
}

static void axes(struct html *html)
{
    const struct bins *bins = &html->bins;
    for (unsigned i = 0; i <= 2 && bins->most; i++) {
        int64_t y = BOTTOM - (BOTTOM - TOP) * (int64_t)i / 2;
        out_printf(html->out, "<path class=grid d=\"M%d %" PRId64 "H%d\"/>", LEFT, y, RIGHT);
        text_at(html, LEFT - 60, y + 40, "end");
        html_number(html, bins->most * i / 2);
        html_raw(html, "</text>\n");
    }
    for (unsigned i = 0; i <= TICKS; i++) {
        int64_t usec = bins->begin + bins->count * bins->width / TICKS * i;
        const char *anchor = i == 0 ? "start" : i == TICKS ? "end" : "middle";
        text_at(html, x_of(bins, usec), AXIS, anchor);
        page_time(&html->page, (struct when){usec, 0});
        html_paragraphs(html, "", "");
        page_end(&html->page, 0);
        html_raw(html, "</text>\n");
    }
}

static void gaps(struct html *html, int64_t height)
{
    const struct bins *bins = &html->bins;
    for (uint32_t i = 0; i < html->report->coverage.gap_count; i++) {
        const struct gap_report *gap = &html->report->coverage.gaps[i];
        if (gap->from.usec == TIME_NONE || gap->to.usec == TIME_NONE)
            continue;
        int64_t x = x_of(bins, gap->from.usec), to = x_of(bins, gap->to.usec);
        out_printf(html->out,
                   "<rect fill=\"url(#hatch)\" x=\"%" PRId64 "\" y=\"%d\" width=\"%" PRId64
                   "\" height=\"%" PRId64 "\"><title>no line</title></rect>\n",
                   x, TOP, to > x ? to - x : 1, height - TOP);
    }
    out_printf(html->out,
               "<path class=edge d=\"M%" PRId64 " %dV%" PRId64 "M%" PRId64 " %dV%" PRId64 "\"/>\n",
               x_of(bins, bins->first), TOP, height, x_of(bins, bins->last), TOP, height);
}

struct mark {
    char letter;
    const char *what;
    struct when when;
};

static unsigned marks_of(struct row row, struct mark *marks)
{
    const struct window *w = row_window(row);
    const struct mark all[MARKS] = {
        {'G', "guessed", w->guess},
        {'L', "let in", w->access},
        {'M', "mailbox opened",
         row.account ? row.account->mailbox.first : (struct when){TIME_NONE, 0}},
        {'F', "first mail", w->abuse},
        {'P', "peak", w->peak},
        {'E', "last mail", w->last_accept},
        {'X', "locked out", w->containment},
        {'T', "last try", w->last_try}};
    unsigned count = 0;
    for (unsigned i = 0; i < MARKS; i++) {
        if (all[i].when.usec == TIME_NONE)
            continue;
        unsigned at = count++;
        for (; at > 0 && marks[at - 1].when.usec > all[i].when.usec; at--)
            marks[at] = marks[at - 1];
        marks[at] = all[i];
    }
    return count;
}

/* Marks of one moment would cover each other: they are moved apart. */
static void place_marks(const struct bins *bins, const struct mark *marks, unsigned count,
                        int64_t *x)
{
    for (unsigned i = 0; i < count; i++) {
        x[i] = x_of(bins, marks[i].when.usec);
        if (i > 0 && x[i] < x[i - 1] + MARK_GAP)
            x[i] = x[i - 1] + MARK_GAP;
    }
    int64_t most = RIGHT - MARK_GAP / 2;
    for (unsigned i = count; i-- > 0; most = x[i] - MARK_GAP)
        if (x[i] > most)
            x[i] = most;
}

static void lane(struct html *html, size_t i)
{
    const char *color = row_color(i);
    int64_t y = LANES + (int64_t)i * LANE + LANE / 2, x[MARKS];
    struct mark marks[MARKS];
    unsigned count = marks_of(html->rows.items[i], marks);
    out_printf(html->out, "<path class=grid d=\"M%d %" PRId64 "H%d\"/>", LEFT, y, RIGHT);
    out_printf(html->out,
               "<circle class=%s cx=\"%d\" cy=\"%" PRId64 "\" r=\"80\"/><text class=on x=\"%d\" "
               "y=\"%" PRId64 "\" text-anchor=middle>%zu</text>\n",
               color, LEFT - 200, y, LEFT - 200, y + 40, i + 1);
    if (count == 0)
        return;
    place_marks(&html->bins, marks, count, x);
    out_printf(html->out, "<path class=\"span s%s\" d=\"M%" PRId64 " %" PRId64 "H%" PRId64 "\"/>\n",
               color + 1, x[0], y, x[count - 1]);
    for (unsigned k = 0; k < count; k++) {
        out_printf(html->out, "<g><title>%s ", marks[k].what);
        html_paragraphs(html, "", "");
        page_time(&html->page, marks[k].when);
        page_end(&html->page, 0);
        out_printf(html->out,
                   "</title><circle class=\"mark s%s\" cx=\"%" PRId64 "\" cy=\"%" PRId64
                   "\" r=\"66\"/><text x=\"%" PRId64 "\" y=\"%" PRId64
                   "\" text-anchor=middle>%c</text></g>\n",
                   color + 1, x[k], y, x[k], y + 38, marks[k].letter);
    }
}

static void legend(struct html *html)
{
    html_raw(html, "<figcaption>Recipients per ");
    html_paragraphs(html, "", "");
    page_span(&html->page, html->bins.width);
    page_end(&html->page, 0);
    html_raw(
        html,
        " (<span class=\"key c0\"></span> everybody else). <b>G</b> guessed <b>L</b> let in "
        "<b>M</b> mailbox opened <b>F</b> first mail <b>P</b> peak <b>E</b> last mail <b>X</b> "
        "locked out <b>T</b> last try. <a href=\"#when\">Zoom, "
        "figures</a></figcaption></figure>\n");
}

void html_strip(struct html *html)
{
    size_t lanes = html->rows.count < BIN_ROWS ? html->rows.count : BIN_ROWS;
    int64_t height = LANES + (int64_t)lanes * LANE;
    if (html->bins.count == 0)
        return;
    out_printf(
        html->out,
        "<figure class=strip><svg viewBox=\"0 0 10000 %" PRId64
        "\" role=img aria-label=\"Recipients over time; the figures stand in the table under "
        "When\"><defs><pattern id=hatch width=120 height=120 patternUnits=userSpaceOnUse "
        "patternTransform=\"rotate(45)\"><path class=hatch d=\"M0 0V120\"/></pattern></defs>\n",
        height + 20);
    axes(html);
    gaps(html, height);
    for (unsigned i = 0; i < BIN_COLUMNS; i++)
        bars(html, i);
    for (size_t i = 0; i < lanes; i++)
        lane(html, i);
    html_raw(html, "</svg>");
    legend(html);
}
