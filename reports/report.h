/* Every report is a pure function over `struct report`: a format is one file, one registry line,
 * one word in meson.build. */
#ifndef POSTMORTEM_REPORT_H
#define POSTMORTEM_REPORT_H

#include <stdbool.h>

#include "finding.h"
#include "out.h"

enum { STYLE_COLUMNS = 80, STYLE_TOP = 8 };

/* How a report for people looks; those for machines do not ask. */
struct style {
    bool color;
    int columns; /* of the terminal; never more than STYLE_COLUMNS are used */
    int top;     /* rows per table, 0: all */
};

struct report_format {
    const char *name; /* of --format */
    void (*write)(const struct report *report, const struct style *style, struct out *out);
};

/* Ends with NULL; the first is the default. */
extern const struct report_format *const report_formats[];

/* NULL if there is none of that name. */
const struct report_format *report_format_find(const char *name);

#endif
