/* Every byte of every record survives a segment; every text, number and string of an entry does. */
#include "segment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "segment_columns.h"
#include "segment_entry.h"

enum { RECORDS = 5, TEST_SEED = 1 };

static int failed;

static void expect(bool ok, const char *what)
{
    if (!ok) {
        printf("%s\n", what);
        failed++;
    }
}

/* Bytes that look like nothing, of records whose columns rise, fall and stay. */
static void fill(unsigned char *bytes, size_t len, unsigned round)
{
    uint32_t state = 12345 + round;
    for (size_t i = 0; i < len; i++) {
        state = state * 1664525 + 1013904223;
        bytes[i] = round == 0 ? 0xff : round == 1 ? (unsigned char)i : (unsigned char)(state >> 24);
    }
}

static void clear_derived(const struct segment_array *array, unsigned char *records)
{
    for (uint32_t i = 0; i < array->field_count; i++)
        for (unsigned r = 0; array->fields[i].form == FORM_DERIVED && r < RECORDS; r++)
            memset(records + r * array->size + array->fields[i].at, 0, array->fields[i].size);
}

/* A compiler that can tells padding from fields that were forgotten. */
#if defined(__has_builtin)
#if __has_builtin(__builtin_clear_padding)
#define CLEAR(type, records)                                                                       \
    for (unsigned r = 0; r < RECORDS; r++)                                                         \
    __builtin_clear_padding(&((struct type *)(void *)(records))[r])
#endif
#endif
#ifndef CLEAR
#define CLEAR(type, records) memset(records, 0, RECORDS * sizeof(struct type))
#endif

static void clear_padding(size_t number, unsigned char *records)
{
    size_t at = 0;
#define X(type, array, item)                                                                       \
    if (at++ == number)                                                                            \
        CLEAR(type, records);
    STORE_ARRAYS(X)
#undef X
}

static void check_records(size_t number, unsigned round)
{
    const struct segment_array *array = &segment_arrays[number];
    unsigned char *records = xcalloc(RECORDS, array->size), *back = xcalloc(RECORDS, array->size);
    struct wire_out out = {0};
    fill(records, RECORDS * array->size, round);
    clear_padding(number, records);
    clear_derived(array, records);
    columns_write(&out, array, records, RECORDS);
    struct wire_in in = wire_in(out.data, out.len);
    bool ok = columns_read(&in, array, back, RECORDS) && in.at == in.end;
    if (!ok || memcmp(records, back, RECORDS * array->size) != 0) {
        printf("%s: a field is not in segment_fields.c, or does not come back (round %u)\n",
               array->name, round);
        failed++;
    }
    wire_free(&out);
    free(records);
    free(back);
}

static void check_columns(void)
{
    for (size_t number = 0; segment_arrays[number].name; number++)
        for (unsigned round = 0; round < 8; round++)
            check_records(number, round);
}

/* A store with one of what points somewhere. */
static void make_store(struct store *store)
{
    store_init(store, TEST_SEED);
    uint32_t host = intern_id(&store->intern, STR("mx1")),
             id = intern_id(&store->intern, STR("A1"));
    store->runs = xcalloc(1, sizeof *store->runs);
    store->runs[0] = (struct clock_run){.host = host, .kind = STAMP_UTC, .first = 1, .last = 2};
    store->run_count = store->run_capacity = 1;
    store->recipients = xcalloc(2, sizeof *store->recipients);
    store->recipients[0] = (struct recipient){.to = 77, .original = 78, .next = 2};
    store->recipients[1] = (struct recipient){.to = 79, .child = id};
    store->recipient_count = store->recipient_capacity = 2;
    store->fragments = xcalloc(1, sizeof *store->fragments);
    store->fragments[0] = (struct fragment){.host = host,
                                            .queue_id = id,
                                            .recipients = 1,
                                            .submitted = {0, NO_RUN},
                                            .queued = {0, NO_RUN},
                                            .last = {5, 0}};
    store->fragment_count = store->fragment_capacity = 1;
}

static bool comes_back(const struct segment_entry *entry, struct segment_entry *ret)
{
    struct wire_out out = {0};
    entry_write(&out, entry);
    struct wire_in in = wire_in(out.data, out.len);
    bool ok = entry_read(&in, TEST_SEED, ret);
    wire_free(&out);
    return ok;
}

static void check_entry(void)
{
    struct segment_entry entry = {.path = "/var/log/mail.log",
                                  .name = "a/b",
                                  .index = 3,
                                  .has_digest = true,
                                  .modified_usec = -5,
                                  .bytes = 1000,
                                  .duplicates = 7,
                                  .path_bytes = 300,
                                  .sha256 = {1, 2, 3}},
                         back;
    make_store(&entry.store);
    expect(comes_back(&entry, &back), "an entry does not come back");
    expect(strcmp(back.path, entry.path) == 0 && strcmp(back.name, entry.name) == 0 &&
               !back.damage && back.index == 3 && back.has_digest && !back.named &&
               back.modified_usec == -5 && back.bytes == 1000 && back.duplicates == 7 &&
               back.path_bytes == 300 && memcmp(back.sha256, entry.sha256, 32) == 0,
           "an input's facts differ");
    expect(str_eq(intern_get(&back.store.intern, 2), STR("A1")), "strings differ");
    expect(back.store.latest[2] == 1 && back.store.fragments[0].older == NO_FRAGMENT,
           "the fragment is not found by its queue ID");
    expect(back.store.fragments[0].recipient_count == 2 &&
               back.store.fragments[0].recipients_last == 2,
           "the chain of recipients differs");
    entry_free(&back);
    store_free(&entry.store);
}

/* What no log makes, and a forged segment may hold. */
static void check_refused(void)
{
    struct segment_entry entry = {.path = "x"}, back;
    static const char *const what[] = {"a string that is not there", "a clock that is not there",
                                       "a chain that ends outside",  "a chain that goes round",
                                       "a time out of reach",        "a reason without a name"};
    for (unsigned i = 0; i < sizeof what / sizeof *what; i++) {
        make_store(&entry.store);
        struct store *store = &entry.store;
        uint32_t *const wrong[] = {&store->fragments[0].sender, &store->fragments[0].first.run,
                                   &store->recipients[1].next};
        if (i < 3)
            *wrong[i] = 99;
        store->recipients[1].next = i == 3 ? 1 : store->recipients[1].next;
        store->fragments[0].first.usec = i == 4 ? INT64_MAX : 0;
        store->recipients[1].reason = i == 5 ? 200 : 0;
        expect(!comes_back(&entry, &back), what[i]);
        entry_free(&back);
        store_free(store);
    }
}

int main(void)
{
    check_columns();
    check_entry();
    check_refused();
    printf("%d failures\n", failed);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
