#include "kept.h"

#include <stdlib.h>

void kept_add(struct kept *kept, const struct kept_line *line)
{
    if (kept->count == kept->capacity) {
        kept->capacity = kept->capacity * 2 + 64;
        kept->items = xrealloc(kept->items, kept->capacity, sizeof *kept->items);
    }
    kept->items[kept->count++] = *line;
}

bool kept_copy(struct kept *kept, const struct kept *from, uint64_t base, size_t limit)
{
    for (size_t i = 0; i < from->count; i++) {
        struct kept_line line = from->items[i];
        line.data = arena_str(&kept->text, (struct str){line.data, line.bytes}).ptr;
        line.number += base;
        kept_add(kept, &line);
    }
    return kept->text.bytes + kept->capacity * sizeof *kept->items <= limit;
}

/* Damage stands in front of its line; of two copies the one that was asked for comes first. */
static int in_order(const void *a, const void *b)
{
    const struct kept_line *x = a, *y = b;
    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    if (!x->bytes != !y->bytes)
        return x->bytes ? 1 : -1;
    return x->witness - y->witness;
}

void kept_sort(struct kept *kept)
{
    size_t count = 0;
    if (!kept->count)
        return;
    qsort(kept->items, kept->count, sizeof *kept->items, in_order);
    for (size_t i = 0; i < kept->count; i++) {
        const struct kept_line *line = &kept->items[i], *last = &kept->items[count - 1];
        if (count == 0 || line->number != last->number || !line->bytes != !last->bytes)
            kept->items[count++] = *line;
    }
    kept->count = count;
}

void kept_free(struct kept *kept)
{
    arena_free(&kept->text);
    free(kept->items);
    *kept = (struct kept){.items = NULL};
}

struct block kept_block(const struct kept_line *line)
{
    return (struct block){.data = (char *)(uintptr_t)line->data, /* nothing writes to a block */
                          .bytes = line->bytes,
                          .capacity = line->bytes,
                          .offset = line->offset,
                          .skipped = line->skipped,
                          .skipped_end = line->skipped_end,
                          .encoding = line->encoding,
                          .gap = line->bytes == 0};
}
