#include "trace_command.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "reading.h"
#include "trace_print.h"

struct trace_output {
    struct trace_printer *printer;
    struct out *out;
};

static bool print(void *user, const struct traced *traced)
{
    const struct trace_output *output = user;
    trace_print(output->printer, traced);
    return !out_reader_closed(output->out);
}

static enum trace_form form_of(const struct settings *settings)
{
    if (settings->trace.raw)
        return TRACE_RAW;
    return settings->format == FORMAT_JSONL ? TRACE_JSONL : TRACE_TEXT;
}

static void say_count(const struct settings *settings, const struct trace_result *result)
{
    char text[PROGRESS_TEXT];
    if (settings->quiet)
        return;
    if (result->readings)
        snprintf(text, sizeof text, "%" PRIu64 " messages match", result->matched);
    else
        snprintf(text, sizeof text, "%" PRIu64 " of %" PRIu64 " messages match", result->matched,
                 result->messages);
    progress_say(NULL, text);
    if (!settings->verbose)
        return;
    if (result->readings)
        snprintf(text, sizeof text, "the short way: %u readings for lines that bear on them",
                 result->readings);
    else
        snprintf(text, sizeof text, "the whole was read: %s", result->why_whole);
    progress_say(NULL, text);
}

enum status trace_command(const struct settings *settings, const volatile sig_atomic_t *stop,
                          struct err *err)
{
    struct trace_output output = {.out = out_new(STDOUT_FILENO, "standard output")};
    struct trace_result result;
    struct reading reading;
    struct err lost = {0};
    output.printer = trace_printer_new(form_of(settings), output.out);
    reading_begin(&reading, settings, stop);
    enum run_state state = run_trace(reading.run, print, &output, &result, err);
    reading_stop_progress(&reading);
    trace_printer_free(output.printer);
    enum status status = reading_status(state, err);
    bool whole = state == RUN_DONE || state == RUN_DAMAGED, closed = out_reader_closed(output.out);
    if (!out_finish(output.out, NULL, &lost)) {
        *err = lost;
        status = lost.status;
    } else if (whole && !closed) {
        say_count(settings, &result);
    }
    out_free(output.out);
    reading_end(&reading);
    return closed ? STATUS_OK : status;
}
