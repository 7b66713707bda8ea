/* Between the files of report.html. */
#ifndef POSTMORTEM_HTML_PARTS_H
#define POSTMORTEM_HTML_PARTS_H

#include "arena.h"
#include "bins.h"
#include "listed.h"
#include "text_parts.h"

struct html {
    struct out *out;
    const struct report *report;
    const uint8_t *json_digest;
    struct rows rows; /* all of them: row i is called i + 1 everywhere */
    struct listed listed;
    struct bins bins;
    struct page page;         /* sentences of the text report: its paragraphs become elements */
    const char *open, *close; /* markup around each paragraph */
    uint64_t begin;           /* bytes of out before this report */
    struct arena arena;       /* of the line at hand */
};

/* The tool's own markup, as it stands. */
void html_raw(struct html *html, const char *markup);
/* Text of whatever origin. */
void html_str(struct html *html, struct str text);
void html_text(struct html *html, const char *text);
void html_number(struct html *html, uint64_t number);                      /* 12,687 */
void html_count(struct html *html, uint64_t number, const char *singular); /* "1 input" */
void html_time(struct html *html, struct when when);
/* From now on each paragraph of html->page stands between these two. */
void html_paragraphs(struct html *html, const char *open, const char *close);

/* A table with a filter; columns end with NULL, those of figures begin with '>'. */
void html_table(struct html *html, const char *caption, const char *const *columns);
void html_table_end(struct html *html);
void td_number(struct html *html, uint64_t number);
void td_name(struct html *html, struct str name);
void td_text(struct html *html, const char *text); /* NULL: a dash */
void td_time(struct html *html, struct when when);
/* "and 37 more in FILE", if any. */
void html_more(struct html *html, uint64_t left_out, const char *file);

/* False once the file is nearly as large as it may become: what is left is in the other files. */
bool html_has_room(const struct html *html);

/* The class that gives row its colour: "c1" to "c8", then "c9". */
const char *row_color(size_t row);
/* A round label with the number of the row. */
void html_chip(struct html *html, size_t row);
void html_verdict(struct html *html, struct row row);

void html_first_screen(struct html *html);
void html_strip(struct html *html);
void html_bins_table(struct html *html);
/* A figure whose chart the script draws from its table: heads of the columns follow, then
 * "</tr></thead><tbody>" and rows, each begun with its time; width of a row in usec. */
void html_chart(struct html *html, const char *id, const char *title, const char *kind,
                int64_t width);
void html_chart_row(struct html *html, int64_t usec);
void html_chart_end(struct html *html);
void html_queue(struct html *html);
void html_habits(struct html *html);
void html_subjects(struct html *html);
void html_graph(struct html *html);
void html_campaigns(struct html *html);
void html_prevention(struct html *html);
void html_tables(struct html *html);
void html_sources(struct html *html, const struct source_report *sources, uint32_t count);

#endif
