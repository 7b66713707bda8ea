#include "envelope_dovecot.h"

/* "imap-login: ", "lmtp(user@example.com)<123><session>: ": cuts *text behind it. The leftmost end
   is the right one, since the rest may hold anything. */
static bool take_process(struct str *text, struct str *ret_process)
{
    enum { PROCESS_MAX = 512 };
    struct str head = str_head(*text, PROCESS_MAX);
    size_t at = 0;
    while (at < head.len &&
           (char_is_alnum(head.ptr[at]) || head.ptr[at] == '-' || head.ptr[at] == '_'))
        at++;
    if (at == 0 || at == head.len)
        return false;
    if (head.ptr[at] == '(' || head.ptr[at] == '<') {
        while (at + 1 < head.len &&
               !(head.ptr[at + 1] == ':' && (head.ptr[at] == ')' || head.ptr[at] == '>')))
            at++;
        at++;
    }
    if (at + 1 >= head.len || head.ptr[at] != ':' || head.ptr[at + 1] != ' ')
        return false;
    *ret_process = str_head(*text, at);
    *text = str_skip(*text, at + 2);
    return true;
}

static bool starts_with_level(struct str text)
{
    static const char *const levels[] = {
        "Info: ", "Warning: ", "Error: ", "Debug: ", "Fatal: ", "Panic: "};
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
        if (str_starts(text, str_of(levels[i])))
            return true;
    return false;
}

/* Syslog shows every level but Info. */
static struct str without_info(struct str text, struct arena *scratch)
{
    struct str process, rest = text;
    if (!take_process(&rest, &process) || !str_take(&rest, STR("Info: ")))
        return text;
    size_t head = process.len + 2;
    char *joined = arena_chars(scratch, head + rest.len);
    memcpy(joined, process.ptr, head);
    memcpy(joined + head, rest.ptr, rest.len);
    return (struct str){joined, head + rest.len};
}

bool envelope_dovecot_line(struct str rest, struct arena *scratch, struct envelope *ret)
{
    str_take(&rest, STR("dovecot: "));
    struct str process, after = rest;
    if (!take_process(&after, &process) || !starts_with_level(after))
        return false;
    ret->format = ENVELOPE_DOVECOT;
    ret->program = STR("dovecot");
    ret->text = without_info(rest, scratch);
    return true;
}

void envelope_dovecot_text(struct arena *scratch, struct envelope *ret)
{
    str_take(&ret->text, STR("dovecot: "));
    ret->text = without_info(ret->text, scratch);
}
