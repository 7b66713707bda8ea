/* Two columns of names with the ties between them, in report.html. */
#ifndef POSTMORTEM_HTML_PICTURE_H
#define POSTMORTEM_HTML_PICTURE_H

#include "html_parts.h"

/* Accounts and what ties them, drawn as two columns; rows: of the table of verdicts, whose number
 * and colour a name on the left has. label and legend are the tool's own words. */
enum { LEFT_DRAWN = 12, RIGHT_DRAWN = 36 };
enum { EDGE_NONE, EDGE_THIN, EDGE_THICK };
struct picture {
    struct str left[LEFT_DRAWN], right[RIGHT_DRAWN];
    size_t rows[LEFT_DRAWN];
    uint8_t edges[RIGHT_DRAWN][LEFT_DRAWN];
    unsigned left_count, right_count;
    const char *label, *legend;
};
void html_picture(struct html *html, const struct picture *picture);

#endif
