#include "inputs_command.h"

#include <unistd.h>

#include "inputs_print.h"
#include "reading.h"

static bool print(const struct settings *settings, const struct inventory *inventory,
                  struct err *err)
{
    struct out *out = out_new(STDOUT_FILENO, "standard output");
    if (settings->format == FORMAT_JSON)
        inputs_print_json(inventory, out);
    else if (settings->format == FORMAT_JSONL)
        inputs_print_jsonl(inventory, out);
    else
        inputs_print_text(inventory, out);
    bool ok = out_finish(out, NULL, err);
    out_free(out);
    return ok;
}

enum status inputs_command(const struct settings *settings, const volatile sig_atomic_t *stop,
                           struct err *err)
{
    struct inventory inventory;
    struct reading reading;
    reading_begin(&reading, settings, stop);
    enum run_state state = run_inventory(reading.run, &inventory, err);
    reading_stop_progress(&reading);
    enum status status = reading_status(state, err);
    bool have = state == RUN_DONE || state == RUN_DAMAGED || state == RUN_NO_LOG;
    struct err lost = {0};
    if (have && !print(settings, &inventory, &lost)) {
        *err = lost;
        status = lost.status;
    }
    reading_end(&reading);
    return status;
}
