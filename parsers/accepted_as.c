#include "accepted_as.h"

static struct str id_at(struct str text)
{
    size_t len = 0;
    while (len < text.len && (char_is_alnum(text.ptr[len]) || text.ptr[len] == '-'))
        len++;
    return str_head(text, len);
}

static struct str last_word(struct str text)
{
    ptrdiff_t blank = str_find_last_char(text, ' ');
    return str_skip(text, (size_t)(blank + 1));
}

struct str accepted_as(struct str reply)
{
    static const char *const before[] = {"queued as ", " id="};
    for (unsigned i = 0; i < sizeof before / sizeof *before; i++) {
        struct str word = str_of(before[i]);
        ptrdiff_t at = str_find_last(reply, word);
        if (at >= 0)
            return id_at(str_skip(reply, (size_t)at + word.len));
    }
    ptrdiff_t at = str_find(reply, STR(" Message accepted for delivery"));
    if (at > 0) {
        struct str id = last_word(str_head(reply, (size_t)at));
        (void)str_take_end(&id, STR(":"));
        return id_at(id).len == id.len ? id : STR("");
    }
    return STR("");
}
