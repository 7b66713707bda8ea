#define _GNU_SOURCE /* memrchr */
#include "str.h"

/* Needles are short fixed words: their first two bytes tell nearly all. */
ptrdiff_t str_find(struct str text, struct str needle)
{
    if (needle.len < 2)
        return needle.len ? str_find_char(text, needle.ptr[0]) : 0;
    const char *at = text.ptr;
    for (size_t left = text.len; left >= needle.len;
         at++, left = (size_t)(text.ptr + text.len - at)) {
        at = memchr(at, needle.ptr[0], left - needle.len + 1);
        if (!at)
            return STR_NOT_FOUND;
        if (at[1] == needle.ptr[1] && memcmp(at + 2, needle.ptr + 2, needle.len - 2) == 0)
            return at - text.ptr;
    }
    return STR_NOT_FOUND;
}

ptrdiff_t str_find_last(struct str text, struct str needle)
{
    if (needle.len == 0 || text.len < needle.len)
        return STR_NOT_FOUND;
    struct str rest = {text.ptr, text.len - needle.len + 1};
    while (rest.len > 0) {
        const char *hit = memrchr(rest.ptr, needle.ptr[0], rest.len);
        if (!hit)
            return STR_NOT_FOUND;
        if (memcmp(hit, needle.ptr, needle.len) == 0)
            return hit - text.ptr;
        rest.len = (size_t)(hit - rest.ptr);
    }
    return STR_NOT_FOUND;
}

ptrdiff_t str_find_last_char(struct str text, char c)
{
    const char *hit = text.len ? memrchr(text.ptr, c, text.len) : NULL;
    return hit ? hit - text.ptr : STR_NOT_FOUND;
}

bool str_take_end(struct str *text, struct str suffix)
{
    if (!str_ends(*text, suffix))
        return false;
    text->len -= suffix.len;
    return true;
}

bool str_cut(struct str *text, struct str separator, struct str *ret_head)
{
    ptrdiff_t at = str_find(*text, separator);
    if (at < 0)
        return false;
    *ret_head = str_head(*text, (size_t)at);
    *text = str_skip(*text, (size_t)at + separator.len);
    return true;
}

struct str str_trim(struct str text)
{
    while (text.len && (text.ptr[0] == ' ' || text.ptr[0] == '\t'))
        text = str_skip(text, 1);
    while (text.len && (text.ptr[text.len - 1] == ' ' || text.ptr[text.len - 1] == '\t'))
        text.len--;
    return text;
}

int str_compare(struct str a, struct str b)
{
    size_t shorter = a.len < b.len ? a.len : b.len;
    int order = shorter ? memcmp(a.ptr, b.ptr, shorter) : 0;
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

int str_compare_elements(const void *a, const void *b)
{
    return str_compare(*(const struct str *)a, *(const struct str *)b);
}

bool str_eq_nocase(struct str a, struct str b)
{
    return a.len == b.len && str_starts_nocase(a, b);
}

bool str_starts_nocase(struct str text, struct str prefix)
{
    if (text.len < prefix.len)
        return false;
    for (size_t i = 0; i < prefix.len; i++)
        if (char_lower(text.ptr[i]) != char_lower(prefix.ptr[i]))
            return false;
    return true;
}

bool str_take_u64(struct str *text, uint64_t *ret)
{
    uint64_t value = 0;
    size_t i = 0;
    for (; i < text->len && char_is_digit(text->ptr[i]); i++) {
        uint64_t digit = (uint64_t)(text->ptr[i] - '0');
        if (value > (UINT64_MAX - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    if (i == 0)
        return false;
    *text = str_skip(*text, i);
    *ret = value;
    return true;
}

bool str_to_u64(struct str text, uint64_t *ret)
{
    uint64_t value = 0;
    if (!str_take_u64(&text, &value) || text.len)
        return false;
    *ret = value;
    return true;
}
