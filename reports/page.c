#include "page.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "arena.h"
#include "escape.h"

enum { COLUMNS_MIN = 64, NAME_SHOWN = 160, SENTENCE_SHOWN = 600 };

void page_wall(const struct page *page, struct when when, char *day, char *clock)
{
    char text[WHEN_TEXT];
    when_text((struct when){when.usec + page->offset_usec, 0}, text);
    snprintf(day, WALL_DAY, "%.10s", text);
    snprintf(clock, WALL_CLOCK, "%.8s", strlen(text) > 11 ? text + 11 : "");
}

static bool same_day(const struct page *page, struct when a, struct when b)
{
    char first[WALL_DAY], last[WALL_DAY], clock[WALL_CLOCK];
    if (a.usec == TIME_NONE || b.usec == TIME_NONE)
        return false;
    page_wall(page, a, first, clock);
    page_wall(page, b, last, clock);
    return strcmp(first, last) == 0;
}

void page_open(struct page *page, const struct report *report, const struct style *style,
               struct out *out)
{
    int columns = style->columns > STYLE_COLUMNS ? STYLE_COLUMNS : style->columns;
    *page = (struct page){.out = out, .color = style->color};
    page->columns = columns < COLUMNS_MIN ? COLUMNS_MIN : (unsigned)columns;
    page->offset_usec = (int64_t)report->zone_offset_minutes * 60 * USEC_PER_SEC;
    page->one_day = same_day(page, report->log_first, report->log_end);
}

void page_close(struct page *page)
{
    assert(page->len == 0);
    free(page->line);
}

static void add(struct page *page, const char *bytes, size_t len)
{
    if (len == 0)
        return;
    if (page->capacity - page->len < len) {
        page->capacity = 2 * page->capacity + len;
        page->line = xrealloc(page->line, page->capacity, 1);
    }
    memcpy(page->line + page->len, bytes, len);
    page->len += len;
}

static void add_text(struct page *page, struct str text, unsigned most)
{
    for (unsigned i = 0; text.len > 0; i++) {
        if (i == most) {
            add(page, "...", 3);
            break;
        }
        struct glyph glyph = escape_terminal(&text);
        add(page, glyph.bytes, glyph.len);
    }
}

void page_str(struct page *page, struct str text)
{
    add_text(page, text, NAME_SHOWN);
}

void page_text(struct page *page, const char *text)
{
    add_text(page, str_of(text), SENTENCE_SHOWN);
}

void page_printf(struct page *page, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    page_text(page, text);
}

enum { NUMBER_TEXT = 32 };

static const char *number_text(uint64_t number, char *text)
{
    char digits[NUMBER_TEXT];
    int len = snprintf(digits, sizeof digits, "%" PRIu64, number), at = 0;
    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            text[at++] = ',';
        text[at++] = digits[i];
    }
    text[at] = '\0';
    return text;
}

void page_number(struct page *page, uint64_t number)
{
    char text[NUMBER_TEXT];
    page_text(page, number_text(number, text));
}

void page_count(struct page *page, uint64_t number, const char *singular)
{
    bool hissing = str_ends(str_of(singular), STR("s")) || str_ends(str_of(singular), STR("x"));
    page_number(page, number);
    page_printf(page, " %s%s", singular, number == 1 ? "" : hissing ? "es" : "s");
}

void page_tenths(struct page *page, int tenths)
{
    unsigned size = tenths < 0 ? 0u - (unsigned)tenths : (unsigned)tenths;
    page_printf(page, "%c%u.%u", tenths < 0 ? '-' : '+', size / 10, size % 10);
}

void page_time(struct page *page, struct when when)
{
    char day[WALL_DAY], clock[WALL_CLOCK];
    if (when.usec == TIME_NONE) {
        page_text(page, "unknown");
        return;
    }
    page_wall(page, when, day, clock);
    if (page->one_day)
        page_text(page, clock);
    else
        page_printf(page, "%s %.5s", day + 5, clock);
}

void page_span(struct page *page, int64_t usec)
{
    static const struct {
        int64_t seconds;
        const char *name;
    } units[] = {{SEC_PER_DAY, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}};
    int64_t seconds = usec > 0 ? usec / USEC_PER_SEC : 0;
    size_t i = 0;
    while (i < 3 && seconds < units[i].seconds)
        i++;
    page_printf(page, "%" PRId64 " %s", seconds / units[i].seconds, units[i].name);
    int64_t rest = i < 3 ? seconds % units[i].seconds / units[i + 1].seconds : 0;
    if (rest)
        page_printf(page, " %" PRId64 " %s", rest, units[i + 1].name);
}

/* The line holds valid UTF-8 only, so that escape_terminal gives its glyphs back. */
static unsigned columns_of(struct str line)
{
    unsigned columns = 0;
    while (line.len > 0)
        columns += escape_terminal(&line).columns;
    return columns;
}

void page_pad(struct page *page, unsigned column)
{
    for (unsigned i = columns_of((struct str){page->line, page->len}); i < column; i++)
        add(page, " ", 1);
}

bool page_cell(struct page *page, struct str text, unsigned columns)
{
    size_t begin = page->len;
    unsigned used = 0;
    struct str rest = text;
    while (rest.len > 0 && used <= columns) {
        struct glyph glyph = escape_terminal(&rest);
        add(page, glyph.bytes, glyph.len);
        used += glyph.columns;
    }
    bool cut = used > columns;
    if (cut) {
        page->len = begin;
        for (used = 0; text.len > 0;) {
            struct glyph glyph = escape_terminal(&text);
            if (used + glyph.columns + 1 > columns)
                break;
            add(page, glyph.bytes, glyph.len);
            used += glyph.columns;
        }
        add(page, "~", 1);
        used++;
    }
    for (; used < columns; used++)
        add(page, " ", 1);
    return cut;
}

void page_right(struct page *page, uint64_t number, unsigned columns)
{
    static const char *const units[] = {"k", "M", "G", "T", "P", "E"};
    char text[NUMBER_TEXT];
    number_text(number, text);
    for (size_t i = 0; strlen(text) + 1 > columns && i < 6; i++) {
        number /= 1000;
        snprintf(text, sizeof text, "%" PRIu64 " %s", number, units[i]);
    }
    for (size_t used = strlen(text); used < columns; used++)
        add(page, " ", 1);
    page_text(page, text);
}

void page_mark(struct page *page, enum color color)
{
    page->mark = color;
    page->marked = page->len;
}

/* Bytes of text that fit into columns: up to the last blank, or all that fits of a word without
 * one. */
static size_t fitting(struct str text, unsigned columns)
{
    struct str rest = text;
    unsigned used = 0;
    size_t blank = 0, fits = 0;
    while (rest.len > 0) {
        if (rest.ptr[0] == ' ')
            blank = fits;
        used += escape_terminal(&rest).columns;
        if (used > columns)
            return blank && blank > fits / 3 ? blank : fits;
        fits = text.len - rest.len;
    }
    return fits;
}

static void write_line(struct page *page, struct str line)
{
    static const char *const codes[] = {
        [COLOR_NONE] = "",          [COLOR_RED] = "\033[31m", [COLOR_YELLOW] = "\033[33m",
        [COLOR_GREEN] = "\033[32m", [COLOR_BOLD] = "\033[1m",
    };
    size_t colored = page->marked < line.len ? page->marked : line.len;
    page->marked -= colored;
    if (page->color && page->mark != COLOR_NONE && colored > 0) {
        out_text(page->out, codes[page->mark]);
        out_str(page->out, str_head(line, colored));
        out_text(page->out, "\033[0m");
        line = str_skip(line, colored);
    }
    out_str(page->out, line);
    out_char(page->out, '\n');
}

static struct str trim_end(struct str line)
{
    while (line.len > 0 && line.ptr[line.len - 1] == ' ')
        line.len--;
    return line;
}

static void reset(struct page *page)
{
    page->len = 0;
    page->marked = 0;
    page->mark = COLOR_NONE;
}

void page_end(struct page *page, unsigned hang)
{
    if (page->sink) {
        page->sink(page->user, trim_end((struct str){page->line, page->len}));
        reset(page);
        return;
    }
    if (page->len == 0) {
        out_char(page->out, '\n');
        return;
    }
    struct str rest = trim_end((struct str){page->line, page->len});
    unsigned indent = 0;
    for (bool more = true; more;) {
        size_t n = fitting(rest, page->columns - indent);
        for (unsigned i = 0; i < indent; i++)
            out_char(page->out, ' ');
        write_line(page, trim_end(str_head(rest, n)));
        rest = str_skip(rest, n);
        while (rest.len > 0 && rest.ptr[0] == ' ')
            rest = str_skip(rest, 1);
        indent = hang;
        more = rest.len > 0;
    }
    reset(page);
}

void page_line(struct page *page, const char *text)
{
    page_text(page, text);
    page_end(page, 0);
}
