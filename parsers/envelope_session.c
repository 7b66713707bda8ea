#include "envelope_session.h"

enum { SESSION_LEN = 16 };

/* Never 0. Ids of one server differ in all digits. */
static uint32_t fold_id(struct str id)
{
    uint32_t value = 2166136261U; /* FNV-1a */
    for (size_t i = 0; i < id.len; i++)
        value = (value ^ (unsigned char)id.ptr[i]) * 16777619U;
    return value ? value : 1;
}

static size_t hex_len(struct str text)
{
    size_t len = 0;
    while (len < text.len &&
           (char_is_digit(text.ptr[len]) || (text.ptr[len] >= 'a' && text.ptr[len] <= 'f')))
        len++;
    return len;
}

/* Before 6.4 the id stands behind these words. */
static bool find_old(struct str text, struct str *ret)
{
    static const char *const words[] = {"New session ", " on session ", "Closing session ",
                                        "Received disconnect from session ",
                                        "Disconnecting session "};
    if (!str_take(&text, STR("smtp-in: ")))
        return false;
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++) {
        ptrdiff_t at = str_find(text, str_of(words[i]));
        if (at < 0)
            continue;
        struct str id = str_skip(text, (size_t)at + strlen(words[i]));
        *ret = str_head(id, hex_len(id));
        return ret->len == SESSION_LEN;
    }
    return false;
}

void envelope_session(struct envelope *ret)
{
    struct str id = str_head(ret->text, SESSION_LEN);
    bool front = hex_len(ret->text) == SESSION_LEN && ret->text.len > SESSION_LEN &&
                 ret->text.ptr[SESSION_LEN] == ' ';
    if (front || find_old(ret->text, &id))
        ret->pid = fold_id(id);
}

bool envelope_session_bare(struct str line, struct envelope *ret)
{
    struct str rest = str_skip(line, hex_len(line));
    if (hex_len(line) != SESSION_LEN ||
        !(str_starts(rest, STR(" smtp ")) || str_starts(rest, STR(" mta ")) ||
          str_starts(rest, STR(" mda "))))
        return false;
    ret->format = ENVELOPE_BARE;
    ret->program = STR("smtpd");
    ret->text = line;
    envelope_session(ret);
    return true;
}
