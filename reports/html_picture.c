/* Two columns of names and the ties between them, as static SVG. All coordinates are whole numbers,
 * so that no locale can touch them. */
#include <inttypes.h>

#include "html_picture.h"

enum { STEP = 240, LEFT_X = 3000, RIGHT_X = 7000, NAME_BYTES = 40 };

static int64_t place(unsigned index, unsigned count, unsigned most)
{
    return STEP / 2 + (int64_t)(2 * index + 1) * most * STEP / (2 * count) - STEP / 4;
}

static void edges(struct html *html, const struct picture *picture, unsigned most)
{
    const int middle = (LEFT_X + RIGHT_X) / 2;
    for (unsigned right = 0; right < picture->right_count; right++)
        for (unsigned left = 0; left < picture->left_count; left++) {
            uint8_t edge = picture->edges[right][left];
            int64_t from = place(left, picture->left_count, most);
            int64_t to = place(right, picture->right_count, most);
            if (edge == EDGE_NONE)
                continue;
            out_printf(html->out,
                       "<path class=\"edge s%s%s\" d=\"M%d %" PRId64 "C%d %" PRId64 " %d %" PRId64
                       " %d %" PRId64 "\"/>\n",
                       row_color(picture->rows[left]) + 1, edge == EDGE_THICK ? "" : " thin",
                       LEFT_X + 60, from, middle, from, middle, to, RIGHT_X - 60, to);
        }
}

static void left_name(struct html *html, const struct picture *picture, unsigned i, int64_t y)
{
    out_printf(html->out,
               "<circle class=%s cx=\"%d\" cy=\"%" PRId64
               "\" r=\"90\"/><text class=on x=\"%d\" y=\"%" PRId64
               "\" text-anchor=middle>%zu</text><text x=\"%d\" y=\"%" PRId64 "\" text-anchor=end>",
               row_color(picture->rows[i]), LEFT_X, y, LEFT_X, y + 40, picture->rows[i] + 1,
               LEFT_X - 140, y + 40);
    html_str(html, str_head(picture->left[i], NAME_BYTES));
    html_raw(html, "</text>\n");
}

static void right_name(struct html *html, struct str name, int64_t y)
{
    out_printf(html->out,
               "<circle class=dot cx=\"%d\" cy=\"%" PRId64
               "\" r=\"50\"/><text x=\"%d\" y=\"%" PRId64 "\">",
               RIGHT_X, y, RIGHT_X + 120, y + 40);
    html_str(html, str_head(name, NAME_BYTES));
    html_raw(html, "</text>\n");
}

void html_picture(struct html *html, const struct picture *picture)
{
    unsigned most =
        picture->right_count > picture->left_count ? picture->right_count : picture->left_count;
    out_printf(html->out,
               "<figure class=graph><svg viewBox=\"0 0 10000 %u\" role=img aria-label=\"%s\">\n",
               (most + 1) * STEP, picture->label);
    edges(html, picture, most);
    for (unsigned i = 0; i < picture->left_count; i++)
        left_name(html, picture, i, place(i, picture->left_count, most));
    for (unsigned i = 0; i < picture->right_count; i++)
        right_name(html, picture->right[i], place(i, picture->right_count, most));
    out_printf(html->out, "</svg><figcaption>%s</figcaption></figure>\n", picture->legend);
}
