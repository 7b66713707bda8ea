#include "envelope_exim.h"

#include "envelope_time.h"
#include "exim.h"

/* "[1234] " */
static void take_pid(struct str *text, uint32_t *pid)
{
    struct str rest = *text;
    uint64_t number;
    if (!str_take(&rest, STR("[")) || !str_take_u64(&rest, &number) ||
        !str_take(&rest, STR("] ")) || number > UINT32_MAX)
        return;
    *text = rest;
    if (pid && *pid == 0)
        *pid = (uint32_t)number;
}

void exim_text_clean(struct str *text, struct stamp *stamp, uint32_t *pid)
{
    struct stamp own;
    if (text->len && char_is_digit(text->ptr[0]) && envelope_time_exim(text, &own) && stamp &&
        stamp->kind == STAMP_NONE)
        *stamp = own;
    take_pid(text, pid);
}

/* What stands in a file of its own is the continuation of a rejected message's line. */
bool envelope_exim(struct str line, struct envelope *ret)
{
    struct str text = line;
    struct event event;
    if (!envelope_time_exim(&text, &ret->stamp))
        return false;
    take_pid(&text, &ret->pid);
    struct str behind_id = text, id;
    if (!exim_id_take(&behind_id, &id) && !exim_line(text, &event))
        return false;
    ret->format = ENVELOPE_EXIM;
    ret->program = STR("exim");
    ret->text = text;
    return true;
}
