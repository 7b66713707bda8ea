#include "reading.h"

#include <unistd.h>

#include "complain.h"

enum progress_style reading_progress_style(const struct settings *settings)
{
    bool terminal = isatty(STDERR_FILENO);
    if (settings->quiet || settings->progress == SHOW_NEVER)
        return PROGRESS_OFF;
    if (terminal)
        return PROGRESS_BAR;
    return settings->progress == SHOW_ALWAYS ? PROGRESS_LINES : PROGRESS_OFF;
}

static void complain(void *user, const char *path, const char *why)
{
    const struct reading *reading = user;
    complain_path(reading->progress, path, why);
}

void reading_begin(struct reading *reading, const struct settings *settings,
                   const volatile sig_atomic_t *stop)
{
    *reading = (struct reading){0};
    reading->progress = progress_start(reading_progress_style(settings), &reading->counts);
    struct run_calls calls = {
        .user = reading,
        .complain = complain,
        .received = &reading->counts.bytes_done,
        .expected = &reading->counts.bytes_total,
    };
    reading->run = run_new(settings, stop, &calls);
}

void reading_stop_progress(struct reading *reading)
{
    progress_stop(reading->progress);
    reading->progress = NULL;
}

void reading_end(struct reading *reading)
{
    reading_stop_progress(reading);
    run_free(reading->run);
}

enum status reading_status(enum run_state state, struct err *err)
{
    switch (state) {
    case RUN_NO_LOG:
        err_set(err, STATUS_NO_LOG, "no mail log line in any input");
        return STATUS_NO_LOG;
    case RUN_FAILED:
        return err->status;
    case RUN_DAMAGED:
        return STATUS_DAMAGED;
    case RUN_STOPPED:
    case RUN_SHARED:
    case RUN_DONE:
        break;
    }
    return STATUS_OK;
}
