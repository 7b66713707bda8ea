/* One line taken apart: envelope, program, parser, event. Per-thread caches inside; the result is a
 * pure function of the line. */
#ifndef POSTMORTEM_SCAN_H
#define POSTMORTEM_SCAN_H

#include "envelope.h"
#include "event.h"
#include "parser.h"

enum line_class {
    LINE_EVENT,         /* recognised: parser and event are set */
    LINE_SEPARATOR,     /* recognised: of the log writer itself, a repetition, no event */
    LINE_OTHER_PROGRAM, /* software that is no mail software */
    LINE_UNRECOGNISED,
};

enum { SCAN_SLOTS = 512 };

struct scanned {
    struct envelope envelope;
    uint8_t class;               /* enum line_class */
    const struct parser *parser; /* NULL unless LINE_EVENT, or unrecognised with a known program */
    uint16_t
        slot; /* of the program in the scan's cache, below SCAN_SLOTS: equal names, equal slot */
    const char *why; /* LINE_UNRECOGNISED: why; static */
    struct event event;
};

struct scan;

struct scan *scan_new(void);
void scan_free(struct scan *scan);
/* Before the lines of a block: its header, if its file is a table. */
void scan_begin(struct scan *scan, const struct columns *columns);
/* The header that holds for the line scanned last. */
const struct columns *scan_columns(const struct scan *scan);
/* Slices in *ret point into line and into the scan's scratch, which lives until scan_forget. */
void scan_line(struct scan *scan, struct str line, struct scanned *ret);
void scan_forget(struct scan *scan);

#endif
