#include "amavis.h"

#include "parser.h"

/* "(30412-08) ", "(30412-08-2) ", "(rel-vhqMIrwVkzpY) ": which task of which process, across
 * continuation lines. */
static bool take_task(struct str *text, struct str *ret)
{
    struct str rest = *text, task;
    if (!str_take(&rest, STR("(")) || !str_cut(&rest, STR(") "), &task))
        return false;
    bool released = str_take(&task, STR("rel-"));
    if (task.len == 0 || (!released && !char_is_digit(task.ptr[0])))
        return false;
    unsigned dashes = 0;
    for (size_t i = 0; i < task.len; i++) {
        dashes += task.ptr[i] == '-';
        bool digit = char_is_digit(task.ptr[i]) || task.ptr[i] == '-';
        if (!digit && !released)
            return false;
    }
    if (!released && dashes == 0)
        return false;
    *ret = task;
    *text = rest;
    return true;
}

static enum ownership owns(struct str program, uint16_t *ret_daemon)
{
    static const char *const names[] = {"amavis",    "amavisd",         "amavisd-new", "amavis-new",
                                        "amavis-mc", "amavis-services", NULL};
    ptrdiff_t slash = str_find_last_char(program, '/'); /* "/usr/sbin/amavisd-new" */
    program = str_skip(program, (size_t)(slash + 1));
    ptrdiff_t bracket = str_find_char(program, '[');
    if (bracket > 0)
        program = str_head(program, (size_t)bracket);
    *ret_daemon = 0;
    for (const char *const *name = names; *name; name++)
        if (str_eq(program, str_of(*name)))
            return OWNS;
    return OWNS_NOT;
}

/* "(!)" and "(!!)" stand in front of what amavis calls a warning or an error. */
static bool note(struct str text, bool open_end, struct event *out)
{
    if (!str_take(&text, STR("(!!)")))
        (void)str_take(&text, STR("(!)"));
    return template_event(amavis_kinds, str_trim(text), open_end, out);
}

static bool parse(struct str text, const struct context *context, struct event *out)
{
    (void)context;
    struct str task = {NULL, 0};
    bool has_task = take_task(&text, &task);
    bool open_end = has_task && str_take_end(&text, STR("..."));
    if (has_task && amavis_verdict(text, task, open_end, out)) {
        out->cut |= open_end;
        return true;
    }
    if (has_task && str_take(&text, STR("...")))
        event_begin(out, EVENT_NOTE, "continued");
    else if (!note(text, open_end, out))
        return false;
    out->cut |= open_end;
    if (has_task)
        event_add(out, FIELD_SESSION, task);
    return true;
}

extern const struct parser amavis_parser;
const struct parser amavis_parser = {.name = "amavis", .owns = owns, .parse = parse};
