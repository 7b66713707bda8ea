/* A traced message for people, for programs, or as the lines of its logs. */
#ifndef POSTMORTEM_TRACE_PRINT_H
#define POSTMORTEM_TRACE_PRINT_H

#include "out.h"
#include "trace.h"

enum trace_form { TRACE_TEXT, TRACE_JSONL, TRACE_RAW };

struct trace_printer;

/* out is borrowed and outlives it. */
struct trace_printer *trace_printer_new(enum trace_form form, struct out *out);
void trace_printer_free(struct trace_printer *printer);
void trace_print(struct trace_printer *printer, const struct traced *traced);

#endif
