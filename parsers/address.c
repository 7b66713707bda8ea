#include "address.h"

struct str address_take(struct str *text, char stop)
{
    bool quoted = false;
    size_t at = 0;
    for (; at < text->len; at++) {
        char c = text->ptr[at];
        if (quoted && c == '\\')
            at++;
        else if (c == '"')
            quoted = !quoted;
        else if (!quoted && (c == ' ' || c == stop))
            break;
    }
    struct str address = str_head(*text, at);
    *text = str_skip(*text, address.len);
    return address;
}
