#include "report.h"

extern const struct report_format text_format, json_format, jsonl_format, csv_format;

const struct report_format *const report_formats[] = {
    &text_format, &json_format, &jsonl_format, &csv_format, NULL,
};

const struct report_format *report_format_find(const char *name)
{
    for (const struct report_format *const *format = report_formats; *format; format++)
        if (strcmp((*format)->name, name) == 0)
            return *format;
    return NULL;
}
