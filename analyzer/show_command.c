#include "show_command.h"

#include <unistd.h>

#include "complain.h"
#include "escape.h"
#include "out.h"
#include "progress.h"
#include "secrets.h"
#include "show.h"

static bool print_line(struct str line, struct arena *arena, struct err *err)
{
    struct out *out = out_new(STDOUT_FILENO, "standard output");
    struct str masked = mask_secrets(line, arena);
    if (isatty(STDOUT_FILENO))
        escape_terminal_str(out, masked);
    else
        out_str(out, masked);
    out_char(out, '\n');
    bool ok = out_finish(out, NULL, err);
    out_free(out);
    return ok;
}

static enum status say(const struct shown *shown, const struct locator *locator, const char *text,
                       struct err *err)
{
    switch (shown->result) {
    case SHOW_LINE:
        if (!locator->has_digest)
            progress_say(NULL, "the locator holds no digest: nothing was checked but the place");
        return STATUS_OK;
    case SHOW_DIFFERS:
        err_set(err, STATUS_DIFFERS, "%.200s: %s", shown->path, shown->why);
        break;
    case SHOW_NO_LINE:
        err_set(err, STATUS_DIFFERS, "%.200s: no line begins at byte %llu", shown->path,
                (unsigned long long)locator->offset);
        break;
    case SHOW_NO_INPUT:
        err_set(err, STATUS_USAGE, "%.300s: no PATH is this input", text);
        break;
    }
    return err->status;
}

enum status show_command(const struct settings *settings, const volatile sig_atomic_t *stop,
                         struct err *err)
{
    struct settings rest = *settings;
    struct arena arena = {0};
    struct locator locator;
    struct shown shown;
    const char *text = rest.paths.items[0];
    if (!locator_parse(str_of(text), &locator)) {
        err_set(
            err, STATUS_USAGE,
            "%.200s: no locator; wanted is INPUT!L<line>@<offset>+<length>, as in lines.jsonl of "
            "a case folder",
            text);
        return STATUS_USAGE;
    }
    rest.paths.items++;
    rest.paths.count--;
    show(&rest, stop, &locator, complain_plainly, &arena, &shown);
    bool has_line = shown.result == SHOW_LINE || shown.result == SHOW_DIFFERS;
    enum status status = STATUS_OK;
    if (has_line && !print_line(shown.line, &arena, err))
        status = err->status;
    else if (!*stop)
        status = say(&shown, &locator, text, err);
    arena_free(&arena);
    return status;
}
