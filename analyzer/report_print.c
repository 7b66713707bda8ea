#define _GNU_SOURCE /* TIOCGWINSZ */
#include "report_print.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* What COLUMNS says, else what the terminal has; where neither is known, what a ticket has. */
static int columns_wanted(void)
{
    const char *text = getenv("COLUMNS");
    long columns = text ? strtol(text, NULL, 10) : 0;
    struct winsize size;
    if (columns <= 0 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
        columns = size.ws_col;
    return columns > 0 && columns < STYLE_COLUMNS ? (int)columns : STYLE_COLUMNS;
}

struct style report_style(const struct settings *settings)
{
    return (struct style){
        .color = settings->color == SHOW_ALWAYS, .columns = columns_wanted(), .top = settings->top};
}

bool report_print(const struct settings *settings, const struct report *report, struct err *err)
{
    static const char *const names[] = {"text", "json", "jsonl", "csv"};
    if (settings->silent)
        return true;
    struct style style = report_style(settings);
    struct out *out = out_new(STDOUT_FILENO, "standard output");
    report_format_find(names[settings->format])->write(report, &style, out);
    bool ok = out_finish(out, NULL, err);
    out_free(out);
    return ok;
}
