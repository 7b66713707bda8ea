#include <stdlib.h>

#include "scan.h"
#include "trace_internal.h"

/* Recipients by the hash of their address, to find what the lines call them. */
struct hashed {
    uint64_t address;
    struct trace_recipient *recipient;
};

struct hashes {
    struct hashed *items;
    size_t count;
};

static int by_address(const void *a, const void *b)
{
    uint64_t x = ((const struct hashed *)a)->address, y = ((const struct hashed *)b)->address;
    return (x > y) - (x < y);
}

static void name_recipient(const struct hashes *hashes, struct str address, struct arena *arena)
{
    struct hashed key = {.address = address_hash(address)};
    const struct hashed *hit =
        hashes->count && address.len
            ? bsearch(&key, hashes->items, hashes->count, sizeof *hashes->items, by_address)
            : NULL;
    if (hit && !hit->recipient->address.ptr)
        hit->recipient->address = arena_str(arena, address);
}

static void name_list(const struct hashes *hashes, struct str list, struct arena *arena)
{
    for (size_t at; list.len; list = str_skip(list, at < list.len ? at + 1 : at)) {
        for (at = 0; at < list.len && list.ptr[at] != ';' && list.ptr[at] != ','; at++)
            ;
        name_recipient(hashes, str_trim(str_head(list, at)), arena);
    }
}

/* What only the lines hold in clear: addresses of recipients, the Message-ID. */
static void read_lines(struct tracing *t, const struct trail *trail, const struct hashes *hashes,
                       struct traced *ret)
{
    struct scan *scan = scan_new();
    struct scanned line;
    for (uint32_t i = 0; i < trail->line_count; i++) {
        scan_begin(scan, &trail->lines[i].columns);
        scan_line(scan, trail->lines[i].line, &line);
        struct str id = event_get(&line.event, FIELD_MESSAGE_ID);
        if (id.ptr && !ret->message_id.ptr &&
            (line.event.kind == EVENT_MESSAGE_ID || line.event.kind == EVENT_ACCEPTED))
            ret->message_id = arena_str(&t->run->arena, id);
        for (unsigned k = 0; k < line.event.field_count; k++) {
            const struct field *field = &line.event.fields[k];
            if (field->id == FIELD_RECIPIENT || field->id == FIELD_ORIG_RECIPIENT)
                name_recipient(hashes, (struct str){field->ptr, field->len}, &t->run->arena);
            if (field->id == FIELD_RECIPIENT_LIST)
                name_list(hashes, (struct str){field->ptr, field->len}, &t->run->arena);
        }
        scan_forget(scan);
    }
    scan_free(scan);
}

static int by_domain_and_address(const void *a, const void *b)
{
    const struct trace_recipient *x = a, *y = b;
    if (!x->address.ptr || !y->address.ptr)
        return (x->address.ptr == NULL) - (y->address.ptr == NULL);
    return str_compare(x->address, y->address);
}

static void list_recipients(struct tracing *t, const struct trail *trail,
                            const struct gathered *gathered, struct traced *ret)
{
    struct trace_recipient *recipients =
        arena_alloc(&t->run->arena, (gathered->count + 1) * sizeof *recipients);
    struct hashes hashes = {xcalloc(gathered->count + 1, sizeof *hashes.items), gathered->count};
    for (uint32_t i = 0; i < gathered->count; i++) {
        const struct recipient_fact *fact = &gathered->recipients[i];
        recipients[i] =
            (struct trace_recipient){.domain = facts_str(&t->run->settlement.facts, fact->domain),
                                     .settled = fact->settled,
                                     .reason = fact->reason};
        hashes.items[i] = (struct hashed){fact->address, &recipients[i]};
    }
    qsort(hashes.items, hashes.count, sizeof *hashes.items, by_address);
    read_lines(t, trail, &hashes, ret);
    free(hashes.items);
    qsort(recipients, gathered->count, sizeof *recipients, by_domain_and_address);
    ret->recipients = recipients;
    ret->recipient_count = gathered->count;
    ret->unnamed = gathered->unnamed;
    ret->unnamed_settled = gathered->unnamed_settled;
}

static void describe(const struct tracing *t, uint32_t head, struct traced *ret)
{
    const struct settlement *settlement = &t->run->settlement;
    const struct fragment *f = &t->run->store.fragments[head];
    const struct intern *strings = &t->run->store.intern;
    bool forwarded = f->orig_ip != 0;
    uint32_t principal = settlement->principal_of[head];
    if (principal != PRINCIPAL_UNKNOWN && settlement->parents[head] == NO_FRAGMENT)
        ret->account = settlement->facts.principals[principal].name;
    ret->ip = intern_get(strings, forwarded ? f->orig_ip : f->ip);
    ret->client_name = intern_get(strings, forwarded ? f->orig_client_name : f->client_name);
    ret->sender = intern_get(strings, f->sender);
    ret->size = f->size;
}

static int by_time_and_place(const void *a, const void *b)
{
    const struct trace_line *x = a, *y = b;
    if (x->when.usec != y->when.usec)
        return x->when.usec < y->when.usec ? -1 : 1;
    if (x->place.input != y->place.input)
        return x->place.input < y->place.input ? -1 : 1;
    return (x->place.offset > y->place.offset) - (x->place.offset < y->place.offset);
}

void trace_tell(struct tracing *t, struct trail *trail, const struct gathered *gathered,
                struct traced *ret)
{
    const struct when never = {TIME_NONE, 0};
    if (trail->line_count)
        qsort(trail->lines, trail->line_count, sizeof *trail->lines, by_time_and_place);
    describe(t, trail->head, ret);
    list_recipients(t, trail, gathered, ret);
    ret->hops = trail->hops;
    ret->hop_count = trail->hop_count;
    ret->lines = trail->lines;
    ret->line_count = trail->line_count;
    ret->first = trail->line_count ? trail->lines[0].when : never;
    ret->last = trail->line_count ? trail->lines[trail->line_count - 1].when : never;
}
