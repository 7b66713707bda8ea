#include "segment_entry.h"

#include <stdlib.h>
#include <string.h>

#include "segment_check.h"
#include "segment_columns.h"

enum { HAS_NAME = 1, HAS_DAMAGE = 2, IS_NAMED = 4, HAS_DIGEST = 8, FLAGS_ALL = 15 };
/* A record of an array that is not nearly empty takes a byte at least. */
enum { RECORDS_FREE = 16 };

static void write_strings(struct wire_out *out, const struct intern *intern)
{
    wire_put(out, intern->count);
    for (uint32_t id = 1; id < intern->count; id++)
        wire_put(out, intern_get(intern, id).len);
    for (uint32_t id = 1; id < intern->count; id++) {
        struct str text = intern_get(intern, id);
        wire_put_bytes(out, text.ptr, text.len);
    }
}

static bool read_strings(struct wire_in *in, struct intern *intern)
{
    uint64_t count = wire_take(in);
    if (count < 1 || count > UINT32_MAX || count > (uint64_t)(in->end - in->at) + 1)
        return false;
    struct wire_in lengths = *in;
    for (uint64_t id = 1; id < count; id++)
        wire_take(in);
    for (uint32_t id = 1; id < count && !in->bad; id++) {
        struct str text = wire_take_bytes(in, wire_take(&lengths));
        if (intern_id(intern, text) != id) /* none stands there twice */
            return false;
    }
    return !in->bad;
}

static void write_arrays(struct wire_out *out, const struct store *store)
{
    for (const struct segment_array *array = segment_arrays; array->name; array++) {
        const char *at = (const char *)store;
        const void *records = *(void *const *)(const void *)(at + array->items_at);
        uint32_t count = *(const uint32_t *)(const void *)(at + array->count_at);
        wire_put(out, count);
        columns_write(out, array, records, count);
    }
}

static bool read_arrays(struct wire_in *in, struct store *store)
{
    for (const struct segment_array *array = segment_arrays; array->name; array++) {
        void **records = (void **)(void *)((char *)store + array->items_at);
        uint64_t count = wire_take(in);
        if (count > UINT32_MAX / 2 || count > (uint64_t)(in->end - in->at) + RECORDS_FREE)
            return false;
        free(*records);
        *records = count ? xcalloc(count, array->size) : NULL;
        *(uint32_t *)(void *)((char *)store + array->count_at) = (uint32_t)count;
        *(uint32_t *)(void *)((char *)store + array->capacity_at) = (uint32_t)count;
        if (!columns_read(in, array, *records, (uint32_t)count))
            return false;
    }
    return true;
}

static void write_optional(struct wire_out *out, const char *text)
{
    if (text)
        wire_put_text(out, str_of(text));
}

void entry_write(struct wire_out *out, const struct segment_entry *entry)
{
    unsigned flags = (entry->name ? HAS_NAME : 0) | (entry->damage ? HAS_DAMAGE : 0) |
                     (entry->named ? IS_NAMED : 0) | (entry->has_digest ? HAS_DIGEST : 0);
    wire_put(out, flags);
    wire_put_text(out, str_of(entry->path));
    write_optional(out, entry->name);
    write_optional(out, entry->damage);
    wire_put(out, entry->index);
    wire_put_fixed(out, (uint64_t)entry->modified_usec, sizeof entry->modified_usec);
    wire_put(out, entry->bytes);
    wire_put(out, entry->duplicates);
    wire_put(out, entry->path_bytes);
    wire_put_bytes(out, entry->sha256, sizeof entry->sha256);
    wire_put(out, entry->store.epoch);
    wire_put(out, entry->store.line_base);
    write_strings(out, &entry->store.intern);
    write_arrays(out, &entry->store);
}

static const char *read_optional(struct wire_in *in, struct arena *arena, bool there)
{
    return there ? arena_cstr(arena, wire_take_text(in)) : NULL;
}

static bool read_head(struct wire_in *in, struct segment_entry *entry)
{
    uint64_t flags = wire_take(in);
    entry->named = flags & IS_NAMED;
    entry->has_digest = flags & HAS_DIGEST;
    entry->path = read_optional(in, &entry->texts, true);
    entry->name = read_optional(in, &entry->texts, flags & HAS_NAME);
    entry->damage = read_optional(in, &entry->texts, flags & HAS_DAMAGE);
    uint64_t index = wire_take(in);
    entry->index = (unsigned)index;
    entry->modified_usec = (int64_t)wire_take_fixed(in, sizeof entry->modified_usec);
    entry->bytes = wire_take(in);
    entry->duplicates = wire_take(in);
    entry->path_bytes = wire_take(in);
    struct str digest = wire_take_bytes(in, sizeof entry->sha256);
    uint64_t epoch = wire_take(in);
    entry->store.epoch = (uint32_t)epoch;
    entry->store.line_base = wire_take(in);
    if (in->bad || flags > FLAGS_ALL || index > UINT32_MAX || epoch > UINT32_MAX)
        return false;
    memcpy(entry->sha256, digest.ptr, digest.len);
    return true;
}

bool entry_read(struct wire_in *in, uint64_t seed, struct segment_entry *ret)
{
    *ret = (struct segment_entry){0};
    store_init(&ret->store, seed);
    return read_head(in, ret) && read_strings(in, &ret->store.intern) &&
           read_arrays(in, &ret->store) && in->at == in->end && segment_check(&ret->store) &&
           segment_derive(&ret->store);
}

void entry_free(struct segment_entry *entry)
{
    store_free(&entry->store);
    arena_free(&entry->texts);
}
