/* How far the reading is, on standard error: a bar on a terminal, elsewhere a plain line now and
 * then. */
#ifndef POSTMORTEM_PROGRESS_H
#define POSTMORTEM_PROGRESS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Written by whoever reads, polled here. Bytes as received (compressed). */
struct progress_counts {
    atomic_uint_fast64_t bytes_done, bytes_total; /* total 0: not known yet, or never (a pipe) */
};

enum progress_style { PROGRESS_OFF, PROGRESS_BAR, PROGRESS_LINES };

struct progress;

/* Starts a thread of its own that draws; counts must outlive it. NULL if style is PROGRESS_OFF. */
struct progress *progress_start(enum progress_style style, const struct progress_counts *counts);
/* Wipes the bar. Takes NULL. */
void progress_stop(struct progress *progress);
/* A line of text on standard error, not into the middle of the bar; control characters as "?". Any
 * thread; takes NULL for progress. */
void progress_say(struct progress *progress, const char *text);

struct progress_view {
    uint64_t done, total, elapsed_usec, peak_bytes;
};
enum { PROGRESS_TEXT = 256 };
/* One picture of it, without line end, into text[PROGRESS_TEXT]: a bar of at most columns, or a
 * plain line. */
void progress_bar(char *text, const struct progress_view *view, unsigned columns);
void progress_line(char *text, const struct progress_view *view);
/* "2.4 MB"; unit is "B" or "", as in "21.4 M". Into text[16]; returns text. */
const char *progress_amount(char *text, uint64_t amount, const char *unit);

#endif
