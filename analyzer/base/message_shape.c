#include "message_shape.h"

static const uint32_t start = 2166136261u, prime = 16777619u; /* FNV-1a */

/* Letters and digits that stand together: what they have in common. */
static char kind_of_run(struct str run)
{
    bool hex = true, upper = true, lower = true, digits = true;
    for (size_t i = 0; i < run.len; i++) {
        char c = run.ptr[i], low = char_lower(c);
        digits = digits && char_is_digit(c);
        hex = hex && (char_is_digit(c) || (low >= 'a' && low <= 'f'));
        lower = lower && (char_is_digit(c) || c >= 'a');
        upper = upper && (char_is_digit(c) || c < 'a');
    }
    if (digits)
        return '9';
    return hex && lower ? 'f' : hex && upper ? 'F' : lower ? 'a' : upper ? 'A' : 'x';
}

uint32_t message_shape(struct str id)
{
    uint32_t hash = start;
    ptrdiff_t at = str_find_last_char(id, '@');
    size_t len = at < 0 ? id.len : (size_t)at;
    for (size_t i = 0, end; i < len; i = end) {
        char kind = id.ptr[i];
        for (end = i; end < len && char_is_alnum(id.ptr[end]);)
            end++;
        if (end > i)
            kind = kind_of_run((struct str){id.ptr + i, end - i});
        else
            end++;
        hash = (hash ^ (unsigned char)kind) * prime;
    }
    return hash | 1;
}
