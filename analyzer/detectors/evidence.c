#include "evidence.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void refs_add(struct refs *refs, struct place place)
{
    if (refs->count < REFS_MAX && place.line)
        refs->items[refs->count++] = (struct ref){.place = place};
}

void evidence_add(struct subject *subject, enum signal signal, const struct refs *refs,
                  const char *format, ...)
{
    char text[EVIDENCE_TEXT_MAX];
    va_list args;
    if (subject->item_count == ITEMS_MAX)
        return;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    struct item *item = &subject->items[subject->item_count++];
    *item = (struct item){.signal = signal, .text = arena_cstr(subject->arena, str_of(text))};
    if (refs) {
        memcpy(item->refs, refs->items, sizeof item->refs);
        item->ref_count = refs->count;
    }
}

void evidence_clear(struct subject *subject)
{
    subject->item_count = 0;
    subject->evidence_tenths = 0;
}

static int magnitude(const struct item *item)
{
    return abs(weights[item->signal].tenths);
}

static int compare_items(const void *a, const void *b)
{
    const struct item *x = a, *y = b;
    const char *family_x = strchr(family_order, weights[x->signal].family);
    const char *family_y = strchr(family_order, weights[y->signal].family);
    if (family_x != family_y)
        return family_x < family_y ? -1 : 1;
    if (magnitude(x) != magnitude(y))
        return magnitude(x) > magnitude(y) ? -1 : 1;
    return x->signal < y->signal ? -1 : x->signal > y->signal;
}

static int compare_counted(const void *a, const void *b)
{
    const struct item *x = a, *y = b;
    if ((x->tenths < 0) != (y->tenths < 0))
        return x->tenths < 0 ? 1 : -1;
    if (abs(x->tenths) != abs(y->tenths))
        return abs(x->tenths) > abs(y->tenths) ? -1 : 1;
    return x->signal < y->signal ? -1 : x->signal > y->signal;
}

void evidence_sum(struct subject *subject)
{
    char family = 0;
    int sum = 0, divisor = 1, total = 0;
    qsort(subject->items, subject->item_count, sizeof *subject->items, compare_items);
    for (uint32_t i = 0; i < subject->item_count; i++) {
        struct item *item = &subject->items[i];
        const struct weight *weight = &weights[item->signal];
        if (weight->family != family) {
            family = weight->family;
            sum = 0;
            divisor = 1;
        }
        int left = abs(family_cap(family)) - sum, tenths = magnitude(item) / divisor;
        if (tenths > left)
            tenths = left;
        sum += tenths;
        divisor *= 2;
        item->tenths = weight->tenths < 0 ? -tenths : tenths;
        total += item->tenths;
    }
    qsort(subject->items, subject->item_count, sizeof *subject->items, compare_counted);
    subject->evidence_tenths = total;
}

bool evidence_has(const struct subject *subject, const char *id)
{
    for (uint32_t i = 0; i < subject->item_count; i++)
        if (strcmp(weights[subject->items[i].signal].id, id) == 0)
            return true;
    return false;
}

const char *evidence_domains(const struct subject *subject, const uint32_t *domains, uint32_t count)
{
    char text[EVIDENCE_TEXT_MAX / 2] = "";
    size_t len = 0;
    for (uint32_t i = 0; i < count && i < 3 && len < sizeof text; i++) {
        struct str name = str_head(facts_str(subject->world->facts, domains[i]), 50);
        int n = snprintf(text + len, sizeof text - len, "%s%.*s", i ? ", " : "", (int)name.len,
                         name.ptr);
        len += n > 0 ? (size_t)n : 0;
    }
    if (count > 3 && len < sizeof text)
        snprintf(text + len, sizeof text - len, ", ...");
    return arena_cstr(subject->arena, str_of(text));
}

struct evidence *evidence_copy(const struct subject *subject, struct arena *arena)
{
    struct evidence *copies = arena_alloc(arena, (subject->item_count + 1) * sizeof *copies);
    for (uint32_t i = 0; i < subject->item_count; i++) {
        const struct item *item = &subject->items[i];
        const struct weight *weight = &weights[item->signal];
        copies[i] = (struct evidence){.id = weight->id,
                                      .family = weight->family,
                                      .against = weight->tenths < 0,
                                      .weight_tenths = item->tenths,
                                      .ref_count = item->ref_count,
                                      .text = arena_cstr(arena, str_of(item->text))};
        memcpy(copies[i].refs, item->refs, sizeof item->refs);
    }
    return copies;
}
