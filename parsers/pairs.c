#include "pairs.h"

static const struct pair *find(const struct pair *known, struct str text)
{
    for (; known->key; known++)
        if (str_starts(text, str_of(known->key)))
            return known;
    return NULL;
}

/* "word=" */
static bool is_key(struct str text)
{
    size_t len = 0;
    while (len < text.len &&
           (char_is_lower(text.ptr[len]) || text.ptr[len] == '_' || text.ptr[len] == '-'))
        len++;
    return len > 0 && len < text.len && text.ptr[len] == '=';
}

/* Cuts text where the separator and a key follow; the head is the value. */
static struct str take_value(struct str *text, struct str separator)
{
    size_t from = 0;
    for (;;) {
        ptrdiff_t at = str_find(str_skip(*text, from), separator);
        size_t end = at < 0 ? text->len : from + (size_t)at;
        struct str behind = str_skip(*text, at < 0 ? end : end + separator.len);
        while (str_take(&behind, STR(" "))) {
        }
        if (at < 0 || !behind.len || is_key(behind)) {
            struct str value = str_head(*text, end);
            *text = behind;
            return value;
        }
        from = end + 1;
    }
}

bool pairs_take(struct str text, struct str separator, const struct pair *known, struct event *out)
{
    if (!text.len)
        return false;
    while (text.len) {
        const struct pair *pair = find(known, text);
        if (!pair)
            return false;
        text = str_skip(text, strlen(pair->key));
        struct str value = take_value(&text, separator);
        if (pair->end[0] && !str_take_end(&value, str_of(pair->end)))
            return false;
        if (pair->field != PAIRS_DROP)
            event_add(out, (enum field_id)pair->field, value);
    }
    return true;
}
