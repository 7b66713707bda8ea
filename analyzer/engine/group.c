#include <stdlib.h>

#include "settle_internal.h"

static uint32_t key_of(const char *record, size_t key_at, uint32_t principals)
{
    uint32_t key;
    memcpy(&key, record + key_at, sizeof key);
    return key == PRINCIPAL_UNKNOWN ? principals : key;
}

static bool in_order(const char *records, uint32_t count, size_t size,
                     int (*order)(const void *, const void *))
{
    for (uint32_t i = 1; i < count; i++)
        if (order(records + (i - 1) * size, records + i * size) > 0)
            return false;
    return true;
}

/* Records come in the order of the log, so that counting them into their groups leaves little to
 * sort. */
void settle_group(void *user, uint32_t count, size_t size, size_t key_at, uint32_t principals,
                  int (*order)(const void *, const void *))
{
    char *records = user, *grouped = xmalloc((size_t)count * size + 1);
    uint32_t *starts = xcalloc((size_t)principals + 2, sizeof *starts);
    for (uint32_t i = 0; i < count; i++)
        starts[key_of(records + i * size, key_at, principals) + 1]++;
    for (uint32_t k = 0; k <= principals; k++)
        starts[k + 1] += starts[k];
    for (uint32_t i = 0; i < count; i++) {
        uint32_t *at = &starts[key_of(records + i * size, key_at, principals)];
        memcpy(grouped + (size_t)(*at)++ * size, records + i * size, size);
    }
    for (uint32_t k = 0, from = 0; k <= principals; from = starts[k++])
        if (!in_order(grouped + (size_t)from * size, starts[k] - from, size, order))
            qsort(grouped + (size_t)from * size, starts[k] - from, size, order);
    if (count)
        memcpy(records, grouped, (size_t)count * size);
    free(starts);
    free(grouped);
}
