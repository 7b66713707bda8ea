#include "segment_check.h"

#include <stdlib.h>

#include "segment_columns.h"
#include "store_internal.h"

#define TIME_MOST (INT64_C(1) << 60)
#define MINUTE_MOST (TIME_MOST / ((int64_t)60 * USEC_PER_SEC))

static bool within(uint64_t value, int64_t most)
{
    int64_t usec = (int64_t)value;
    return usec == TIME_NONE || (usec >= -most && usec <= most);
}

static bool may_be(const struct store *store, const struct segment_field *field, uint64_t value,
                   uint32_t index, uint32_t count)
{
    switch (field->check) {
    case CHECK_MOST:
        return value <= field->most;
    case CHECK_NAME:
        return value < store->intern.count;
    case CHECK_TIME:
        return within(value, TIME_MOST);
    case CHECK_MINUTE:
        return within(value, MINUTE_MOST) && (int64_t)value != TIME_NONE;
    case CHECK_RUN:
        return value < store->run_count || value == NO_RUN;
    case CHECK_RUN_ALWAYS:
        return value < store->run_count;
    case CHECK_RUN_1:
        return value <= store->run_count;
    case CHECK_OLDER:
        return value <= index;
    case CHECK_FRAGMENT:
        return value < store->fragment_count || value == NO_FRAGMENT;
    case CHECK_FRAGMENT_ALWAYS:
        return value < store->fragment_count;
    case CHECK_RECIPIENT:
        return value <= store->recipient_count;
    case CHECK_NEXT:
        return value == 0 || (value > index + 1 && value <= count);
    default:
        return true;
    }
}

static bool check_column(const struct store *store, const struct segment_array *array,
                         const struct segment_field *field, const char *records, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (!may_be(store, field, column_value(records + i * array->size, field->at, field->size),
                    i, count))
            return false;
    return true;
}

/* What one field may be depends on another one. */
static bool check_pairs(const struct store *store)
{
    for (uint32_t i = 0; i < store->recipient_count; i++)
        if (!store->recipients[i].relay_text && store->recipients[i].child >= store->intern.count)
            return false;
    for (uint32_t i = 0; i < store->host_count; i++) {
        const struct host_fact *host = &store->hosts[i];
        if ((host->kind == EVENT_AUTH_FAILED && host->index > store->failure_count) ||
            (host->kind == EVENT_REJECT && host->index > store->refused_count))
            return false;
    }
    return store->input_count == 1 && store->piece_count <= PIECES_MAX;
}

bool segment_check(struct store *store)
{
    for (const struct segment_array *array = segment_arrays; array->name; array++) {
        const char *records = *(char *const *)(void *)((char *)store + array->items_at);
        uint32_t count = *(const uint32_t *)(void *)((char *)store + array->count_at);
        for (uint32_t i = 0; i < array->field_count; i++)
            if (array->fields[i].check != CHECK_ANY && array->fields[i].form != FORM_DERIVED &&
                !check_column(store, array, &array->fields[i], records, count))
                return false;
    }
    return check_pairs(store);
}

static void derive_names(struct store *store)
{
    store_fit_ids(store);
    for (uint32_t i = 0; i < store->program_count; i++)
        store->program_of[store->programs[i].name] = i + 1;
    for (uint32_t i = 0; i < store->host_count; i++)
        store->host_of[store->hosts[i].name] = i + 1;
}

/* Recipients of a fragment, each of one fragment alone. */
static bool derive_chain(struct store *store, struct fragment *fragment, bool *taken)
{
    for (uint32_t at = fragment->recipients; at; at = store->recipients[at - 1].next) {
        if (taken[at - 1])
            return false;
        taken[at - 1] = true;
        fragment->recipients_last = at;
        fragment->recipient_count++;
    }
    return true;
}

static bool derive_fragments(struct store *store)
{
    bool *taken = xcalloc(store->recipient_count + 1, sizeof *taken), ok = true;
    for (uint32_t i = 0; i < store->fragment_count && ok; i++) {
        struct fragment *fragment = &store->fragments[i];
        uint32_t *latest = &store->latest[fragment->queue_id];
        fragment->older = *latest ? *latest - 1 : NO_FRAGMENT;
        *latest = i + 1;
        ok = derive_chain(store, fragment, taken);
    }
    free(taken);
    return ok;
}

static void derive_connections(struct store *store)
{
    uint64_t slots = store->connection_mask + (uint64_t)1;
    while (slots < 2 * (uint64_t)store->connection_count)
        slots *= 2;
    free(store->connection_slots);
    store->connection_mask = (uint32_t)(slots - 1);
    store->connection_slots = xcalloc(slots, sizeof *store->connection_slots);
    connection_rehash(store);
    for (uint64_t i = 0; i < slots; i++)
        store->connection_used += store->connection_slots[i] != 0;
}

bool segment_derive(struct store *store)
{
    derive_names(store);
    derive_connections(store);
    return derive_fragments(store);
}
