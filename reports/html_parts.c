#include <inttypes.h>
#include <stdio.h>

#include "escape.h"
#include "html_parts.h"

/* The file must open at once and pass through mail: 8 MB with what follows the last table. */
enum { ROOM_BYTES = 6500000, GLYPHS_SHOWN = 300 };

void html_raw(struct html *html, const char *markup)
{
    out_text(html->out, markup);
}

void html_str(struct html *html, struct str text)
{
    escape_html(html->out, text, GLYPHS_SHOWN);
}

void html_text(struct html *html, const char *text)
{
    escape_html(html->out, str_of(text), 4 * GLYPHS_SHOWN);
}

static void take_paragraph(void *user, struct str paragraph)
{
    struct html *html = user;
    if (paragraph.len == 0)
        return;
    html_raw(html, html->open);
    escape_html(html->out, paragraph, SIZE_MAX);
    html_raw(html, html->close);
}

void html_paragraphs(struct html *html, const char *open, const char *close)
{
    html->page.sink = take_paragraph;
    html->page.user = html;
    html->open = open;
    html->close = close;
}

/* What stands on the page, without an element around it. */
static void inline_end(struct html *html)
{
    const char *open = html->open, *close = html->close;
    html_paragraphs(html, "", "");
    page_end(&html->page, 0);
    html->open = open;
    html->close = close;
}

void html_number(struct html *html, uint64_t number)
{
    page_number(&html->page, number);
    inline_end(html);
}

void html_count(struct html *html, uint64_t number, const char *singular)
{
    page_count(&html->page, number, singular);
    inline_end(html);
}

void html_time(struct html *html, struct when when)
{
    char text[WHEN_TEXT];
    if (when.usec == TIME_NONE) {
        html_raw(html, "<span class=none>unknown</span>");
        return;
    }
    when_text(when, text);
    out_printf(html->out, "<time datetime=\"%s\" title=\"%s\">", text, text);
    page_time(&html->page, when);
    inline_end(html);
    html_raw(html, "</time>");
}

void html_table(struct html *html, const char *caption, const char *const *columns)
{
    html_raw(html, "<div class=scroll><table class=data><caption>");
    html_text(html, caption);
    html_raw(html, "</caption><thead><tr>");
    for (; *columns; columns++) {
        bool figure = **columns == '>';
        html_raw(html, figure ? "<th scope=col class=n>" : "<th scope=col>");
        html_text(html, *columns + figure);
        html_raw(html, "</th>");
    }
    html_raw(html, "</tr></thead><tbody>\n");
}

void html_table_end(struct html *html)
{
    html_raw(html, "</tbody></table></div>\n");
}

void td_number(struct html *html, uint64_t number)
{
    html_raw(html, "<td class=n>");
    html_number(html, number);
    html_raw(html, "</td>");
}

void td_name(struct html *html, struct str name)
{
    html_raw(html, "<td class=name><bdi>");
    html_str(html, name);
    html_raw(html, "</bdi></td>");
}

void td_text(struct html *html, const char *text)
{
    html_raw(html, "<td>");
    if (text)
        html_text(html, text);
    else
        html_raw(html, "&ndash;");
    html_raw(html, "</td>");
}

void td_time(struct html *html, struct when when)
{
    html_raw(html, "<td class=t>");
    if (when.usec == TIME_NONE)
        html_raw(html, "&ndash;");
    else
        html_time(html, when);
    html_raw(html, "</td>");
}

void html_more(struct html *html, uint64_t left_out, const char *file)
{
    if (left_out == 0)
        return;
    html_raw(html, "<p class=more>and ");
    html_number(html, left_out);
    html_raw(html, " more, left out here: all are in <a href=\"");
    html_raw(html, file);
    html_raw(html, "\">");
    html_raw(html, file);
    html_raw(html, "</a></p>\n");
}

bool html_has_room(const struct html *html)
{
    return out_bytes(html->out) - html->begin < ROOM_BYTES;
}

const char *row_color(size_t row)
{
    static const char *const colors[] = {"c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9"};
    return colors[row < BIN_ROWS ? row : BIN_ROWS];
}

void html_chip(struct html *html, size_t row)
{
    out_printf(html->out, "<span class=\"chip %s\">%zu</span>", row_color(row), row + 1);
}

void html_verdict(struct html *html, struct row row)
{
    html_raw(html,
             row_is_bad(row) ? "<span class=\"verdict bad\">" : "<span class=\"verdict warn\">");
    html_text(html, row_word(row));
    html_raw(html, "</span>");
}
