#include "store.h"

#include "hash.h"
#include <stdlib.h>

#include "store_internal.h"

enum { FIRST_CONNECTION_SLOTS = 64 };

void *store_grow(void *array, uint32_t *capacity, size_t size)
{
    if (*capacity > UINT32_MAX / 2)
        abort(); /* four thousand million of anything: --memory would have had to spill long before
                  */
    *capacity = *capacity ? *capacity * 2 : 16;
    return xrealloc_large(array, *capacity, size);
}

void store_init(struct store *store, uint64_t seed)
{
    *store = (struct store){0};
    intern_init_seeded(&store->intern, seed);
    STORE_ADD(store, inputs, input);
    store_fit_ids(store);
    store->connection_mask = FIRST_CONNECTION_SLOTS - 1;
    store->connection_slots = xcalloc(FIRST_CONNECTION_SLOTS, sizeof *store->connection_slots);
}

void store_free(struct store *store)
{
    continued_free(store);
    intern_free(&store->intern);
    free(store->latest);
    free(store->program_of);
    free(store->host_of);
    free(store->connection_slots);
#define X(type, array, name) free(store->array);
    STORE_ARRAYS(X)
#undef X
    *store = (struct store){0};
}

static uint32_t *fit(uint32_t *old, uint32_t old_capacity, uint32_t capacity)
{
    uint32_t *fresh = xrealloc_large(old, capacity, sizeof *fresh);
    memset(fresh + old_capacity, 0, (capacity - old_capacity) * sizeof *fresh);
    return fresh;
}

void store_fit_ids(struct store *store)
{
    uint32_t old = store->by_id_capacity, capacity = store->intern.capacity;
    if (old >= capacity)
        return;
    store->latest = fit(store->latest, old, capacity);
    store->program_of = fit(store->program_of, old, capacity);
    store->host_of = fit(store->host_of, old, capacity);
    store->by_id_capacity = capacity;
}

struct host_fact *store_host(struct store *store, uint32_t name)
{
    store_fit_ids(store);
    if (!store->host_of[name]) {
        STORE_ADD(store, hosts, host)->name = name;
        store->host_of[name] = store->host_count;
    }
    return &store->hosts[store->host_of[name] - 1];
}

static void count_program(struct store *store, uint32_t name, uint64_t lines)
{
    store_fit_ids(store);
    if (!store->program_of[name]) {
        STORE_ADD(store, programs, program)->name = name;
        store->program_of[name] = store->program_count;
    }
    store->programs[store->program_of[name] - 1].lines += lines;
}

uint32_t queue_id_hash(struct str queue_id)
{
    return (uint32_t)XXH3_64bits(queue_id.ptr, queue_id.len) | 1;
}

/* The instance of a tag such as "postfix/submission/smtpd" is its first part. */
static struct str instance_of(struct str program)
{
    ptrdiff_t slash = str_find_char(program, '/');
    if (str_starts(program, STR("sm-"))) /* sm-mta, sm-msp-queue: one Sendmail, one set of IDs */
        return STR("sendmail");
    return slash < 0 ? program : str_head(program, (size_t)slash);
}

uint32_t store_instance(struct store *store, uint32_t program)
{
    return intern_id(&store->intern, instance_of(intern_get(&store->intern, program)));
}

static void count_lines(struct store *store, const struct batch *batch)
{
    struct input_fact *input = &store->inputs[0];
    input->lines += batch->lines;
    input->recognised += batch->recognised;
    input->other_program += batch->other_program;
    input->unrecognised += batch->unrecognised;
    input->duplicates += batch->dropped;
    input->formats |= batch->formats;
    input->parsers |= batch->parsers;
}

static void fold_digests(struct fold *fold)
{
    struct store *store = fold->store;
    for (uint32_t i = 0; i < fold->batch->digest_count; i++) {
        struct digest digest = fold->batch->digests[i];
        digest.minute += fold->shifts[digest.segment] / ((int64_t)60 * USEC_PER_SEC);
        digest.segment = fold->runs[digest.segment];
        struct digest *last = store->digest_count ? &store->digests[store->digest_count - 1] : NULL;
        if (!last || last->segment != digest.segment || last->minute != digest.minute) {
            *STORE_ADD(store, digests, digest) = digest;
            continue;
        }
        last->lines += digest.lines;
        last->sum += digest.sum;
        last->first = digest.first < last->first ? digest.first : last->first;
        last->last = digest.last > last->last ? digest.last : last->last;
    }
}

/* Indexes of the failure or refusal each event of the batch became: what a repetition within the
 * block repeats. */
static void fold_event(struct fold *fold, const struct folded *event, uint32_t *became)
{
    struct store *store = fold->store;
    switch (event->line->kind) {
    case EVENT_CONNECT:
    case EVENT_DISCONNECT:
    case EVENT_AUTHENTICATED:
    case EVENT_FRONTED:
        connection_fold(fold, event);
        break;
    case EVENT_AUTH_FAILED:
        connection_fold(fold, event);
        login_fold(fold, event);
        *became = store->failure_count;
        break;
    case EVENT_LOGIN:
    case EVENT_LOGOUT:
        login_fold(fold, event);
        break;
    case EVENT_REJECT:
        connection_fold(fold, event);
        message_fold(fold, event);
        refusal_fold(fold, event);
        *became = store->refused_count;
        break;
    case EVENT_SUBMIT:
    case EVENT_ACCEPTED:
        connection_fold(fold, event);
        message_fold(fold, event);
        break;
    case EVENT_DELIVERY:
        message_fold(fold, event);
        blocked_fold(fold, event);
        break;
    case EVENT_HANDED:
        webmail_fold(fold, event);
        break;
    case EVENT_PROXIED:
        proxied_fold(fold, event);
        break;
    case EVENT_LISTED:
        listed_fold(fold, event);
        break;
    case EVENT_INVOKED:
        invocation_fold(fold, event);
        break;
    case EVENT_PART:
        continued_fold(fold, event);
        break;
    case EVENT_OPERATOR:
        login_fold(fold, event);
        break;
    default:
        message_fold(fold, event);
    }
}

void store_fold_event(struct fold *fold, const struct folded *event)
{
    uint32_t became = 0;
    clock_read_ids(fold, event);
    fold_event(fold, event, &became);
}

static struct folded resolve(const struct fold *fold, const struct line_event *line)
{
    struct folded event = {
        .line = line,
        .fields = fold->batch->fields + line->first_field,
        .host = fold->hosts[line->host],
        .when = {line->usec, NO_RUN},
        .place = {fold->store->line_base + line->line + 1, line->offset, 0, line->length}};
    if (line->kind != EVENT_REPEAT) {
        event.program = fold->programs[line->program];
        event.instance = fold->instances[line->program];
    }
    if (line->segment != NO_SEGMENT) {
        event.when.run = fold->runs[line->segment];
        event.when.usec += fold->shifts[line->segment];
    }
    return event;
}

/* The table of names is far larger than any cache: its memory is asked for some events before it is
 * wanted, in three steps. */
enum { AHEAD_SLOT = 12, AHEAD_ITEM = 8, AHEAD_TEXT = 4 };

static void prefetch_fragment(const struct store *store, uint32_t queue_id)
{
    uint32_t index = queue_id < store->by_id_capacity ? store->latest[queue_id] : 0;
    if (!index)
        return;
    const char *memory = (const char *)&store->fragments[index - 1];
    for (size_t line = 0; line < sizeof(struct fragment); line += 64)
        __builtin_prefetch(memory + line, 1);
}

static void prefetch_item(const struct store *store, const struct batch_field *name)
{
    uint32_t id = intern_prefetch_item(&store->intern, name->hash);
    if (name->id == FIELD_QUEUE_ID && id && id < store->by_id_capacity)
        __builtin_prefetch(&store->latest[id]);
}

static void prefetch_text(const struct store *store, const struct batch_field *name)
{
    uint32_t id = intern_prefetch_item(&store->intern, name->hash);
    if (!id)
        return;
    intern_prefetch_text(&store->intern, id);
    if (name->id == FIELD_QUEUE_ID)
        prefetch_fragment(store, id);
}

/* How far each step has come in the batch's fields. */
struct ahead {
    uint32_t slot, item, text;
};

/* The first field behind those of the event `by` events ahead. */
static uint32_t fields_until(const struct batch *batch, uint32_t event, uint32_t by)
{
    return event + by + 1 < batch->event_count ? batch->events[event + by + 1].first_field
                                               : batch->field_count;
}

static void look_ahead(const struct fold *fold, struct ahead *ahead, uint32_t event)
{
    const struct batch *batch = fold->batch;
    const struct batch_field *fields = batch->fields;
    uint32_t slots = fields_until(batch, event, AHEAD_SLOT),
             items = fields_until(batch, event, AHEAD_ITEM),
             texts = fields_until(batch, event, AHEAD_TEXT);
    for (; ahead->slot < slots; ahead->slot++)
        if (fields[ahead->slot].sought)
            intern_prefetch_slot(&fold->store->intern, fields[ahead->slot].hash);
    for (; ahead->item < items; ahead->item++)
        if (fields[ahead->item].sought)
            prefetch_item(fold->store, &fields[ahead->item]);
    for (; ahead->text < texts; ahead->text++)
        if (fields[ahead->text].sought)
            prefetch_text(fold->store, &fields[ahead->text]);
}

static void fold_events(struct fold *fold)
{
    const struct batch *batch = fold->batch;
    struct ahead ahead = {0, 0, 0};
    uint32_t *became = xcalloc(batch->event_count, sizeof *became);
    for (uint32_t i = 0; i < batch->event_count; i++) {
        look_ahead(fold, &ahead, i);
        const struct line_event *line = &batch->events[i];
        struct folded event = resolve(fold, line);
        if (line->kind != EVENT_REPEAT) {
            clock_read_ids(fold, &event);
            fold_event(fold, &event, &became[i]);
        } else if (line->repeats == REPEATS_EDGE) {
            repeat_edge(fold, &event);
        } else if (line->repeats) {
            repeat_event(fold, &event, batch->events[line->repeats - 1].kind,
                         became[line->repeats - 1]);
        }
    }
    for (uint32_t i = 0; i < batch->host_count; i++)
        repeat_remember(fold, i, became);
    free(became);
}

/* Damage stands in front: what was open before stays open, and nothing behind joins it. */
static void fold_gap(struct store *store)
{
    store->epoch++;
}

void store_fold(struct store *store, const struct block *block)
{
    const struct batch *batch = block->result;
    uint32_t *names = xcalloc((size_t)batch->host_count + 2 * (size_t)batch->program_count +
                                  batch->segment_count + 1,
                              sizeof *names);
    int64_t *shifts = xcalloc(batch->segment_count, sizeof *shifts);
    uint32_t *programs = names + batch->host_count, *instances = programs + batch->program_count,
             *runs = instances + batch->program_count;
    struct fold fold = {store, batch, block, names, programs, instances, runs, shifts};
    if (block->gap)
        fold_gap(store);
    for (uint32_t i = 0; i < batch->host_count; i++)
        names[i] = intern_id(&store->intern, batch->hosts[i].name);
    for (uint32_t i = 0; i < batch->program_count; i++) {
        programs[i] = intern_id(&store->intern, batch->programs[i].name);
        instances[i] = store_instance(store, programs[i]);
        count_program(store, programs[i], batch->programs[i].lines);
    }
    clock_fold(&fold, runs, shifts);
    fold_digests(&fold);
    fold_events(&fold);
    count_lines(store, batch);
    store->line_base += batch->lines;
    free(names);
    free(shifts);
}

static void rename_id(uint32_t *slot, uint32_t from, uint32_t to)
{
    if (*slot == from)
        *slot = to;
}

void store_rename_host(struct store *store, struct str from_name, struct str to_name)
{
    uint32_t from = intern_find(&store->intern, from_name), to = intern_id(&store->intern, to_name);
    store_fit_ids(store);
    if (!from || from == to || !store->host_of[from])
        return;
#define X(type, array, name, member)                                                               \
    for (uint32_t i = 0; i < store->name##_count; i++)                                             \
        rename_id(&store->array[i].member, from, to);
    X(clock_run, runs, run, host)
    X(fragment, fragments, fragment, host)
    X(edge, edges, edge, host)
    X(connection, connections, connection, host)
    X(failure, failures, failure, host)
    X(access, accesses, access, host)
    X(logout, logouts, logout, host)
    X(refused, refusals, refused, host)
    X(blocked, blocks, blocked, host)
    X(operated, operations, operated, host)
    X(proxied, proxied_list, proxied, host)
    X(handed, handed_list, handed, host)
    X(piece, pieces, piece, host)
    X(invocation, invocations, invocation, host)
#undef X
    if (!store->host_of[to]) {
        store->host_of[to] = store->host_of[from];
        store->hosts[store->host_of[from] - 1].name = to;
    } else {
        store->hosts[store->host_of[from] - 1].name =
            to; /* its clock runs stay findable by their own host */
    }
    store->host_of[from] = 0;
    connection_rehash(store);
}

static void append_digests(struct store *a, const struct store *b, uint32_t run_base)
{
    for (uint32_t i = 0; i < b->digest_count; i++) {
        struct digest *digest = STORE_ADD(a, digests, digest);
        *digest = b->digests[i];
        digest->segment += run_base;
    }
}

static void append_inputs(struct store *a, const struct store *b)
{
    for (uint32_t i = 0; i < b->input_count; i++)
        *STORE_ADD(a, inputs, input) = b->inputs[i];
}

void store_join(struct store *a, struct store *b)
{
    uint32_t run_base = a->run_count, input_base = a->input_count;
    uint32_t *ids = intern_merge(&a->intern, &b->intern);
    store_fit_ids(a);
    clock_join(a, b, ids, input_base);
    append_digests(a, b, run_base);
    for (uint32_t i = 0; i < b->program_count; i++)
        count_program(a, ids[b->programs[i].name], b->programs[i].lines);
    continued_join(a, b, ids, run_base, input_base);
    message_join(a, b, ids, run_base, input_base);
    connection_join(a, b, ids, run_base, input_base);
    login_join(a, b, ids, run_base, input_base);
    proxied_join(a, b, ids, run_base, input_base);
    webmail_join(a, b, ids, run_base, input_base);
    invocation_join(a, b, ids, run_base, input_base);
    listed_join(a, b, ids, input_base);
    append_inputs(a, b);
    a->epoch += b->epoch;
    a->line_base += b->line_base;
    free(ids);
    store_free(b);
}
