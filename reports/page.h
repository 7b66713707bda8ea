/* Paragraphs and table rows for a terminal: no line is wider than the page, whatever the log held.
 */
#ifndef POSTMORTEM_PAGE_H
#define POSTMORTEM_PAGE_H

#include "finding.h"
#include "report.h"

enum color { COLOR_NONE, COLOR_RED, COLOR_YELLOW, COLOR_GREEN, COLOR_BOLD };

struct page {
    struct out *out;
    bool color;
    unsigned columns;
    bool one_day;        /* the whole log is of one day: times go without their date */
    int64_t offset_usec; /* of the log's wall clock */
    size_t marked;       /* bytes of the line at hand that are coloured, and how */
    enum color mark;
    char *line; /* the paragraph at hand, as it will be shown */
    size_t len, capacity;
    /* Takes each paragraph whole, instead of out; NULL: it goes to out in lines. */
    void (*sink)(void *user, struct str paragraph);
    void *user;
};

void page_open(struct page *page, const struct report *report, const struct style *style,
               struct out *out);
void page_close(struct page *page);

/* All of these append to the paragraph at hand. Text of a log is made harmless, and what is very
 * long is cut with "...". */
void page_str(struct page *page, struct str text);
void page_text(struct page *page, const char *text);
void page_printf(struct page *page, const char *format, ...) __attribute__((format(printf, 2, 3)));
void page_number(struct page *page, uint64_t number); /* 12,687 */
void page_count(struct page *page, uint64_t number,
                const char *singular);               /* "1 input", "14 inputs" */
void page_tenths(struct page *page, int tenths);     /* "+14.0", "-3.5" */
void page_time(struct page *page, struct when when); /* 16:23:28 or 11-22 16:23 */
void page_span(struct page *page, int64_t usec);     /* 3 min 9 s */

/* Pads with blanks to this many columns from the beginning of the line. */
void page_pad(struct page *page, unsigned column);
/* Text in exactly columns; true if it had to be cut. */
bool page_cell(struct page *page, struct str text, unsigned columns);
/* A number at the right end of columns, rounded if it has no room. */
void page_right(struct page *page, uint64_t number, unsigned columns);
/* Colours what stands in the line so far. */
void page_mark(struct page *page, enum color color);

/* Writes the paragraph; lines after its first are indented by hang. */
void page_end(struct page *page, unsigned hang);
void page_line(struct page *page, const char *text); /* page_text and page_end */

enum { WALL_DAY = 11, WALL_CLOCK = 9 };
/* "2026-11-22" and "16:23:28" of the log's wall clock. */
void page_wall(const struct page *page, struct when when, char *day, char *clock);

#endif
