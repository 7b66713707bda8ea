/* A report on standard output. */
#ifndef POSTMORTEM_REPORT_PRINT_H
#define POSTMORTEM_REPORT_PRINT_H

#include "err.h"
#include "report.h"
#include "settings.h"

/* Colour, width and rows that the settings and the terminal allow. */
struct style report_style(const struct settings *settings);

/* In the format of the settings. A reader that has closed its end is no error: all else is done. */
bool report_print(const struct settings *settings, const struct report *report, struct err *err);

#endif
