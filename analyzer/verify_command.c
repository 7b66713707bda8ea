#include "verify_command.h"

#include <stdio.h>

#include "complain.h"
#include "progress.h"
#include "sandbox.h"
#include "verify_logs.h"

static void say(void *user, const char *file, const char *what)
{
    size_t *count = user;
    ++*count;
    complain_path(NULL, file, what);
}

static void print_result(const struct settings *settings, size_t files, size_t differences)
{
    if (settings->quiet)
        return;
    printf("%zu file%s as SHA256SUMS has them", files, files == 1 ? "" : "s");
    if (settings->paths.count > 1 && differences == 0)
        printf("; the logs give every quoted line and every figure again");
    printf("; %zu difference%s\n", differences, differences == 1 ? "" : "s");
}

enum status verify_command(const struct settings *settings, const volatile sig_atomic_t *stop,
                           struct err *err)
{
    struct settings logs = *settings;
    size_t differences = 0, files = 0;
    const char *dir = settings->paths.items[0];
    logs.paths.items++;
    logs.paths.count--;
    char sandbox[SANDBOX_TEXT];
    if (logs.paths.count == 0)
        sandbox_enter(settings, NULL, sandbox);
    if (!case_check(dir, say, &differences, &files, err))
        return err->status;
    if (logs.paths.count && !verify_logs(dir, &logs, stop, say, &differences, err))
        return err->status;
    if (*stop)
        return STATUS_OK;
    print_result(settings, files, differences);
    return differences ? STATUS_DIFFERS : STATUS_OK;
}
