#include <stdlib.h>

#include "store_internal.h"

static struct str take_address(struct str *list)
{
    bool quoted = false;
    size_t at = 0;
    for (; at < list->len && (quoted || list->ptr[at] != ' '); at++) {
        if (quoted && list->ptr[at] == '\\')
            at++;
        else if (list->ptr[at] == '"')
            quoted = !quoted;
    }
    struct str address = str_head(*list, at);
    *list = str_skip(*list, address.len < list->len ? address.len + 1 : address.len);
    return address;
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

uint32_t recipients_count(struct str list)
{
    uint32_t count = 0, distinct = 0;
    if (!list.len)
        return 0;
    uint64_t *hashes = xcalloc(list.len / 2 + 1, sizeof *hashes);
    while (list.len) {
        struct str address = take_address(&list);
        if (address.len)
            hashes[count++] = address_hash(address);
    }
    qsort(hashes, count, sizeof *hashes, by_value);
    for (uint32_t i = 0; i < count; i++)
        distinct += i == 0 || hashes[i] != hashes[i - 1];
    free(hashes);
    return distinct;
}
