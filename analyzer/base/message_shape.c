#include "message_shape.h"

static const uint32_t start = 2166136261u, prime = 16777619u; /* FNV-1a */

enum { UPPER = 1, LOWER = 2, BEYOND_F = 4 };

/* Letters and digits that stand together, by what is among their letters. */
static const char kinds[] = {[0] = '9',
                             [UPPER] = 'F',
                             [LOWER] = 'f',
                             [UPPER | LOWER] = 'x',
                             [BEYOND_F | UPPER] = 'A',
                             [BEYOND_F | LOWER] = 'a',
                             [BEYOND_F | UPPER | LOWER] = 'x'};

static unsigned traits_of(char c)
{
    if (char_is_digit(c))
        return 0;
    return (char_is_upper(c) ? UPPER : LOWER) | (char_lower(c) > 'f' ? BEYOND_F : 0);
}

uint32_t message_shape(struct str id)
{
    uint32_t hash = start;
    ptrdiff_t at = str_find_last_char(id, '@');
    size_t len = at < 0 ? id.len : (size_t)at;
    for (size_t i = 0; i < len; i++) {
        char kind = id.ptr[i];
        if (char_is_alnum(kind)) {
            unsigned traits = traits_of(kind);
            while (i + 1 < len && char_is_alnum(id.ptr[i + 1]))
                traits |= traits_of(id.ptr[++i]);
            kind = kinds[traits];
        }
        hash = (hash ^ (unsigned char)kind) * prime;
    }
    return hash | 1;
}
