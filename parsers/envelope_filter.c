#include "envelope_filter.h"

#include "envelope_time.h"

/* "#3001(rspamd_proxy) <abc123>; " */
static bool rspamd(struct str rest, struct envelope *ret)
{
    struct str text = rest, worker;
    uint64_t pid;
    if (!str_take(&text, STR("#")) || !str_take_u64(&text, &pid) || pid > UINT32_MAX ||
        !str_take(&text, STR("(")) || !str_cut(&text, STR(") "), &worker) ||
        !str_starts(text, STR("<")))
        return false;
    ret->program = STR("rspamd");
    ret->pid = (uint32_t)pid;
    ret->text = text;
    return true;
}

/* Many programs log like this: its words have to be there. */
static bool netfilter(struct str rest, struct envelope *ret)
{
    static const char *const levels[] = {"CRIT: ", "WARN: ", "INFO: ", NULL};
    static const char *const words[] = {"anning ",
                                        " host/network ",
                                        " more attempts in the next ",
                                        " matched rule id ",
                                        " is not banned, skipping ",
                                        "listed by rule ",
                                        NULL};
    bool known = false;
    for (const char *const *word = words; !known && *word; word++)
        known = str_find(rest, str_of(*word)) >= 0;
    for (const char *const *level = levels; known && *level; level++)
        if (str_take(&rest, str_of(*level))) {
            ret->program = STR("mailcow-netfilter");
            ret->text = rest;
            return true;
        }
    return false;
}

static bool iredapd(struct str rest, struct envelope *ret)
{
    static const char *const levels[] = {"INFO ", "DEBUG ", "WARNING ", "ERROR ", NULL};
    static const char *const starts[] = {"[", "Starting iRedAPD", "Loading plugin ", NULL};
    for (const char *const *level = levels; *level; level++) {
        if (!str_take(&rest, str_of(*level)))
            continue;
        for (const char *const *start = starts; *start; start++)
            if (str_starts(rest, str_of(*start))) {
                ret->program = STR("iredapd");
                ret->text = rest;
                return true;
            }
    }
    return false;
}

bool envelope_filter_line(struct str rest, struct envelope *ret)
{
    if (!rspamd(rest, ret) && !netfilter(rest, ret) && !iredapd(rest, ret))
        return false;
    ret->format = ENVELOPE_FILTER;
    return true;
}

/* "2026/11/22-16:22:34 - 32562] " */
static bool cbpolicyd(struct str rest, struct arena *scratch, struct envelope *ret)
{
    enum { STAMP_LEN = 19, DATE_LEN = 10 };
    if (rest.len < STAMP_LEN || rest.ptr[4] != '/' || rest.ptr[7] != '/' ||
        rest.ptr[DATE_LEN] != '-')
        return false;
    char *text = arena_chars(scratch, STAMP_LEN);
    memcpy(text, rest.ptr, STAMP_LEN);
    text[4] = text[7] = '-';
    text[DATE_LEN] = ' ';
    struct str stamp = {text, STAMP_LEN};
    uint64_t pid;
    rest = str_skip(rest, STAMP_LEN);
    if (!envelope_time_iso(&stamp, &ret->stamp) || !str_take(&rest, STR(" - ")) ||
        !str_take_u64(&rest, &pid) || pid > UINT32_MAX || !str_take(&rest, STR("] ")))
        return false;
    ret->program = STR("cbpolicyd");
    ret->pid = (uint32_t)pid;
    ret->text = rest;
    return true;
}

/* "2026-11-22 16:22:34,112] WARNING in limiter: " */
static bool mailu(struct str rest, struct envelope *ret)
{
    if (!envelope_time_iso(&rest, &ret->stamp) || !str_take(&rest, STR("] WARNING in ")) ||
        !str_starts(rest, STR("limiter: Authentication attempt ")))
        return false;
    ret->program = STR("mailu-admin");
    ret->text = rest;
    return true;
}

bool envelope_filter_bracket(struct str line, struct arena *scratch, struct envelope *ret)
{
    struct str rest = line;
    if (!str_take(&rest, STR("[")) || (!cbpolicyd(rest, scratch, ret) && !mailu(rest, ret)))
        return false;
    ret->format = ENVELOPE_FILTER;
    return true;
}
