#include <stdlib.h>

#include "numbers.h"
#include "store_internal.h"

/* How much of text is one address. */
static size_t address_len(struct str text, bool angle)
{
    bool quoted = false;
    size_t at = 0;
    for (; at < text.len; at++) {
        char c = text.ptr[at];
        if (quoted && c == '\\')
            at++;
        else if (c == '"')
            quoted = !quoted;
        else if (!quoted && (angle ? c == '>' : c == ' ' || c == ','))
            break;
    }
    return at < text.len ? at : text.len;
}

bool recipients_next(struct str *list, struct str *ret)
{
    struct str rest = *list;
    while (str_take(&rest, STR(" ")) || str_take(&rest, STR(",")))
        ;
    bool angle = str_take(&rest, STR("<"));
    *ret = str_head(rest, address_len(rest, angle));
    rest = str_skip(rest, ret->len);
    if (angle)
        str_take(&rest, STR(">"));
    *list = rest;
    return ret->len > 0;
}

uint32_t recipients_count(struct str list)
{
    uint32_t count = 0, distinct = 0;
    struct str address;
    if (!list.len)
        return 0;
    uint64_t *hashes = xcalloc(list.len / 2 + 1, sizeof *hashes);
    while (recipients_next(&list, &address))
        hashes[count++] = address_hash(address);
    qsort(hashes, count, sizeof *hashes, compare_u64);
    for (uint32_t i = 0; i < count; i++)
        distinct += i == 0 || hashes[i] != hashes[i - 1];
    free(hashes);
    return distinct;
}
