#include "batch.h"

#include "hash.h"
#include <stdlib.h>

#include "intern.h"
#include "reader.h"

enum { ADDRESS_MAX = 1024 };

struct batch_worker {
    uint64_t seed; /* of the stores' tables */
    struct scan *scan;
    struct matcher_worker *matcher;
    struct str *texts; /* free text of events, gathered for one scan */
    uint32_t *text_events;
    uint8_t *reasons;
    size_t text_count, text_capacity;
};

/* A step back of about an hour is a change to winter time; half a year either way is a new year. */
#define HOUR_BACK_MIN ((int64_t)50 * 60 * USEC_PER_SEC)
#define HOUR_BACK_MAX ((int64_t)70 * 60 * USEC_PER_SEC)
#define HALF_YEAR ((int64_t)180 * SEC_PER_DAY * USEC_PER_SEC)
#define USEC_PER_MINUTE ((int64_t)60 * USEC_PER_SEC)

struct batch_worker *batch_worker_new(const struct matcher *matcher, uint64_t seed)
{
    struct batch_worker *worker = xcalloc(1, sizeof *worker);
    worker->seed = seed;
    worker->scan = scan_new();
    worker->matcher = matcher_worker_new(matcher);
    return worker;
}

void batch_worker_free(struct batch_worker *worker)
{
    if (!worker)
        return;
    scan_free(worker->scan);
    matcher_worker_free(worker->matcher);
    free(worker->texts);
    free(worker->text_events);
    free(worker->reasons);
    free(worker);
}

void batch_free(void *user)
{
    struct batch *batch = user;
    if (!batch)
        return;
    free(batch->events);
    free(batch->fields);
    free(batch->segments);
    free(batch->digests);
    free(batch->hosts);
    free(batch->programs);
    arena_free(&batch->scratch);
    free(batch);
}

uint64_t line_hash(struct str body)
{
    return XXH3_64bits(body.ptr, body.len);
}

/* Room for one more; returns the index of it. */
#define GROW(batch, array, name)                                                                   \
    do {                                                                                           \
        if ((batch)->name##_count == (batch)->name##_capacity) {                                   \
            (batch)->name##_capacity = (batch)->name##_capacity * 2 + 64;                          \
            (batch)->array =                                                                       \
                xrealloc((batch)->array, (batch)->name##_capacity, sizeof *(batch)->array);        \
        }                                                                                          \
    } while (0)

static struct batch_host *find_host(struct batch *batch, struct str name, uint32_t *ret)
{
    for (uint32_t i = 0; i < batch->host_count; i++) {
        if (str_eq(batch->hosts[i].name, name)) {
            *ret = i;
            return &batch->hosts[i];
        }
    }
    GROW(batch, hosts, host);
    *ret = batch->host_count;
    batch->hosts[batch->host_count] =
        (struct batch_host){.name = name, .segment = NO_SEGMENT, .last_event = REPEATS_EDGE};
    return &batch->hosts[batch->host_count++];
}

/* slot is a hint: equal names come with equal slots, different names now and then too. */
static uint32_t count_program(struct batch *batch, struct str name, uint16_t slot)
{
    uint32_t i = batch->program_of_slot[slot];
    if (i >= batch->program_count || !str_eq(batch->programs[i].name, name))
        for (i = 0; i < batch->program_count && !str_eq(batch->programs[i].name, name);)
            i++;
    if (i == batch->program_count) {
        GROW(batch, programs, program);
        batch->programs[batch->program_count++] = (struct batch_program){.name = name};
    }
    batch->program_of_slot[slot] = i;
    batch->programs[i].lines++;
    return i;
}

static bool same_segment(const struct clock_segment *segment, const struct stamp *stamp)
{
    if (segment->kind != stamp->kind || segment->digits != stamp->digits)
        return false;
    if (stamp->kind == STAMP_UTC)
        return true;
    int64_t step = stamp->usec - segment->last;
    if (step <= -HALF_YEAR || step >= HALF_YEAR)
        return false;
    return step > -HOUR_BACK_MIN || step < -HOUR_BACK_MAX;
}

static uint32_t clock_tick(struct batch *batch, uint32_t host_index, const struct stamp *stamp)
{
    struct batch_host *host = &batch->hosts[host_index];
    if (stamp->kind == STAMP_NONE)
        return NO_SEGMENT;
    if (host->segment == NO_SEGMENT || !same_segment(&batch->segments[host->segment], stamp)) {
        GROW(batch, segments, segment);
        host->segment = batch->segment_count++;
        batch->segments[host->segment] =
            (struct clock_segment){host_index,  stamp->kind, stamp->digits, stamp->usec,
                                   stamp->usec, stamp->usec, stamp->usec};
    }
    struct clock_segment *segment = &batch->segments[host->segment];
    segment->last = stamp->usec;
    segment->min = stamp->usec < segment->min ? stamp->usec : segment->min;
    segment->max = stamp->usec > segment->max ? stamp->usec : segment->max;
    return host->segment;
}

static void add_digest(struct batch *batch, uint32_t segment, int64_t usec, uint64_t hash)
{
    int64_t minute = usec / USEC_PER_MINUTE;
    uint8_t second = (uint8_t)(usec / USEC_PER_SEC - minute * 60);
    struct digest *digest = batch->digest_count ? &batch->digests[batch->digest_count - 1] : NULL;
    if (!digest || digest->segment != segment || digest->minute != minute) {
        GROW(batch, digests, digest);
        digest = &batch->digests[batch->digest_count++];
        *digest =
            (struct digest){.segment = segment, .minute = minute, .first = second, .last = second};
    }
    digest->lines++;
    digest->sum += hash;
    digest->first = second < digest->first ? second : digest->first;
    digest->last = second > digest->last ? second : digest->last;
}

/* A slice that points into the scan's scratch, not into the block, moves to the batch's. */
static struct str keep(struct batch *batch, const struct block *block, struct str text)
{
    if ((size_t)(text.ptr - block->data) < block->bytes)
        return text;
    if (text.len == 0)
        return text.ptr ? STR("") : text;
    return arena_str(&batch->scratch, text);
}

static const uint8_t roles[BATCH_FIELD_COUNT] = {
    [FIELD_QUEUE_ID] = ROLE_NAME,
    [FIELD_CLIENT_NAME] = ROLE_NAME,
    [FIELD_CLIENT_IP] = ROLE_NAME,
    [FIELD_SASL_USERNAME] = ROLE_NAME,
    [FIELD_ORIG_QUEUE_ID] = ROLE_NAME,
    [FIELD_ORIG_CLIENT_NAME] = ROLE_NAME,
    [FIELD_ORIG_CLIENT_IP] = ROLE_NAME,
    [FIELD_ORIG_ID] = ROLE_NAME,
    [FIELD_UID] = ROLE_NAME,
    [FIELD_FOLDER] = ROLE_NAME,
    [FIELD_SENDER] = ROLE_NAME,
    [FIELD_RELAY] = ROLE_NAME,
    [FIELD_RELAY_NAME] = ROLE_NAME,
    [FIELD_RELAY_IP] = ROLE_NAME,
    [FIELD_QUEUED_AS] = ROLE_NAME,
    [FIELD_CHILD] = ROLE_NAME,
    [FIELD_SESSION] = ROLE_NAME,
    [FIELD_SERVER_IP] = ROLE_NAME,
    [FIELD_RECIPIENT] = ROLE_ADDRESS,
    [FIELD_ORIG_RECIPIENT] = ROLE_ADDRESS,
    [FIELD_RECIPIENT_LIST] = ROLE_TEXT,
    [FIELD_MESSAGE_ID] = ROLE_DIGEST,
    [FIELD_SIZE] = ROLE_TEXT,
    [FIELD_NRCPT] = ROLE_TEXT,
    [FIELD_RECIPIENTS] = ROLE_TEXT,
    [FIELD_DELAY] = ROLE_TEXT,
    [FIELD_HEADER_NAME] = ROLE_TEXT,
    [FIELD_HEADER_VALUE] = ROLE_TEXT,
    [FIELD_TEXT] = ROLE_TEXT,
    [FIELD_PART] = ROLE_TEXT,
    [FIELD_STAGE] = ROLE_TEXT,
    [FIELD_ACTION] = ROLE_TEXT,
    [FIELD_COUNT_OF] = ROLE_TEXT,
    [FIELD_SERVICE] = ROLE_TEXT,
    [FIELD_BYTES_OUT] = ROLE_TEXT,
    [FIELD_ATTEMPTS] = ROLE_TEXT,
    [FIELD_STAT_AUTH] = ROLE_TEXT,
    [FIELD_STAT_MAIL] = ROLE_TEXT,
    [FIELD_STAT_COMMANDS] = ROLE_TEXT,
    [BATCH_TO_DOMAIN] = ROLE_NAME,
    [BATCH_ORIGINAL_DOMAIN] = ROLE_NAME,
    [BATCH_SENDER_DOMAIN] = ROLE_NAME,
};

enum batch_role batch_role(unsigned id)
{
    return (enum batch_role)roles[id];
}

struct str address_domain(struct str address)
{
    ptrdiff_t at = str_find_last_char(address, '@');
    return at < 0 ? STR("") : str_skip(address, (size_t)at + 1);
}

uint64_t address_hash(struct str address)
{
    char lower[ADDRESS_MAX];
    address = str_head(address, sizeof lower);
    for (size_t i = 0; i < address.len; i++)
        lower[i] = char_lower(address.ptr[i]);
    return XXH3_64bits(lower, address.len);
}

static uint64_t role_hash(const struct batch_worker *worker, unsigned id, struct str value)
{
    switch (roles[id]) {
    case ROLE_NAME:
        return intern_hash(worker->seed, value);
    case ROLE_ADDRESS:
        return address_hash(value);
    case ROLE_DIGEST:
        return XXH3_64bits(value.ptr, value.len);
    default:
        return 0;
    }
}

static bool matters(const struct event *event)
{
    return event->kind != EVENT_NOTE || event_get(event, FIELD_QUEUE_ID).len > 0;
}

static void reserve_fields(struct batch *batch, uint32_t more)
{
    if (batch->field_capacity - batch->field_count >= more)
        return;
    batch->field_capacity = batch->field_capacity * 2 + more;
    batch->fields = xrealloc(batch->fields, batch->field_capacity, sizeof *batch->fields);
}

/* The names of a session come with its connect, not with its end, and next hops matter to the few
 * messages that came back from one: those names are hashed if they are asked for at all. */
static bool is_sought(const struct line_event *event, unsigned id)
{
    return roles[id] == ROLE_NAME && event->kind != EVENT_DISCONNECT && id != FIELD_RELAY_NAME &&
           id != FIELD_RELAY_IP;
}

/* There is room. */
static void add_field(const struct batch_worker *worker, struct batch *batch,
                      struct line_event *event, unsigned id, struct str value)
{
    bool sought = is_sought(event, id);
    uint64_t hash = sought || roles[id] != ROLE_NAME ? role_hash(worker, id, value) : 0;
    batch->fields[batch->field_count++] =
        (struct batch_field){value.ptr, hash, (uint32_t)value.len, (uint16_t)id, sought};
    event->has |= batch_field_bit(id);
}

/* text has room in the block or the batch; so has its answer. */
static struct str lower(struct batch *batch, struct str text)
{
    size_t at = 0;
    text = str_head(text, ADDRESS_MAX);
    while (at < text.len && !char_is_upper(text.ptr[at]))
        at++;
    if (at == text.len)
        return text;
    char copy[ADDRESS_MAX];
    for (size_t i = 0; i < text.len; i++)
        copy[i] = char_lower(text.ptr[i]);
    return arena_str(&batch->scratch, (struct str){copy, text.len});
}

static unsigned domain_of(const struct line_event *event, unsigned id)
{
    if (id == FIELD_SENDER)
        return event->kind == EVENT_REJECT ? BATCH_SENDER_DOMAIN : 0;
    return id == FIELD_RECIPIENT        ? BATCH_TO_DOMAIN
           : id == FIELD_ORIG_RECIPIENT ? BATCH_ORIGINAL_DOMAIN
                                        : 0;
}

/* Of a line that only belongs to its message, the queue ID says all. */
static void add_fields(const struct batch_worker *worker, struct batch *batch,
                       const struct block *block, const struct event *from,
                       struct line_event *event)
{
    bool only_id = from->kind == EVENT_NOTE;
    reserve_fields(batch, 2 * (uint32_t)from->field_count);
    for (unsigned i = 0; i < from->field_count; i++) {
        const struct field *field = &from->fields[i];
        if (only_id ? field->id != FIELD_QUEUE_ID : roles[field->id] == ROLE_NONE)
            continue;
        struct str value = keep(batch, block, (struct str){field->ptr, field->len});
        add_field(worker, batch, event, field->id, value);
        unsigned domain = domain_of(event, field->id);
        if (domain)
            add_field(worker, batch, event, domain, lower(batch, address_domain(value)));
    }
    event->field_count = batch->field_count - event->first_field;
}

static struct line_event *add_event(struct batch *batch, const struct line_cursor *cursor)
{
    GROW(batch, events, event);
    struct line_event *event = &batch->events[batch->event_count++];
    *event = (struct line_event){.line = cursor->number,
                                 .offset = cursor->offset,
                                 .length = cursor->length,
                                 .first_field = batch->field_count,
                                 .count = 1};
    return event;
}

static void gather_text(struct batch_worker *worker, struct str text, uint32_t event)
{
    if (worker->text_count == worker->text_capacity) {
        worker->text_capacity = worker->text_capacity * 2 + 64;
        worker->texts = xrealloc(worker->texts, worker->text_capacity, sizeof *worker->texts);
        worker->text_events =
            xrealloc(worker->text_events, worker->text_capacity, sizeof *worker->text_events);
        worker->reasons = xrealloc(worker->reasons, worker->text_capacity, sizeof *worker->reasons);
    }
    worker->texts[worker->text_count] = text;
    worker->text_events[worker->text_count++] = event;
}

static unsigned parser_index(const struct parser *parser)
{
    unsigned i = 0;
    while (parsers[i] != parser)
        i++;
    return i;
}

static void take_event(struct batch_worker *worker, struct batch *batch, const struct block *block,
                       const struct line_cursor *cursor, const struct scanned *line,
                       struct line_event place)
{
    batch->parsers |= 1u << parser_index(line->parser);
    if (!matters(&line->event))
        return;
    struct line_event *event = add_event(batch, cursor);
    event->usec = line->envelope.stamp.usec;
    event->segment = place.segment;
    event->host = place.host;
    event->program = place.program;
    event->pid = line->envelope.pid;
    event->kind = line->event.kind;
    event->generation = line->event.generation;
    event->outcome = line->event.outcome;
    event->reason = line->event.reason;
    event->count =
        line->envelope.repeated >= UINT32_MAX ? UINT32_MAX : 1 + (uint32_t)line->envelope.repeated;
    add_fields(worker, batch, block, &line->event, event);
    if (line->event.free_text.len && event->reason == REASON_NONE)
        gather_text(worker, keep(batch, block, line->event.free_text), batch->event_count - 1);
    batch->hosts[place.host].last_event = batch->event_count;
}

static void take_repeat(struct batch *batch, const struct line_cursor *cursor,
                        const struct envelope *envelope, struct line_event place)
{
    struct line_event *event = add_event(batch, cursor);
    event->kind = EVENT_REPEAT;
    event->host = place.host;
    event->segment = place.segment;
    event->usec = envelope->stamp.usec;
    event->repeats = batch->hosts[place.host].last_event;
    event->count = envelope->repeated > UINT32_MAX ? UINT32_MAX : (uint32_t)envelope->repeated;
}

static void take_line(struct batch_worker *worker, struct batch *batch, const struct block *block,
                      const struct line_cursor *cursor, const struct scanned *line)
{
    const struct envelope *envelope = &line->envelope;
    struct line_event place = {.segment = NO_SEGMENT};
    if (envelope->format)
        batch->formats |= 1u << envelope->format;
    if (line->class == LINE_UNRECOGNISED && envelope->format == ENVELOPE_NONE) {
        batch->unrecognised++;
        return;
    }
    find_host(batch, keep(batch, block, envelope->host), &place.host);
    place.segment = clock_tick(batch, place.host, &envelope->stamp);
    if (envelope->stamp.kind != STAMP_NONE)
        add_digest(batch, place.segment, envelope->stamp.usec, line_hash(envelope->body));
    if (line->class == LINE_SEPARATOR) {
        batch->recognised++;
        if (envelope->repeats_last)
            take_repeat(batch, cursor, envelope, place);
        return;
    }
    place.program = count_program(batch, keep(batch, block, envelope->program), line->slot);
    batch->hosts[place.host].last_event = 0;
    if (line->class == LINE_EVENT) {
        batch->recognised++;
        take_event(worker, batch, block, cursor, line, place);
    } else if (line->class == LINE_OTHER_PROGRAM) {
        batch->other_program++;
    } else {
        batch->unrecognised++;
    }
}

static void classify(struct batch_worker *worker, struct batch *batch)
{
    matcher_classify(worker->matcher, worker->texts, worker->text_count, worker->reasons);
    for (size_t i = 0; i < worker->text_count; i++)
        batch->events[worker->text_events[i]].reason = worker->reasons[i];
    worker->text_count = 0;
}

static struct batch *begin(struct block *block)
{
    if (!block->result)
        block->result = xcalloc(1, sizeof(struct batch));
    struct batch *batch = block->result;
    batch->event_count = batch->field_count = batch->segment_count = batch->digest_count = 0;
    batch->host_count = batch->program_count = 0;
    batch->lines = batch->recognised = batch->other_program = batch->unrecognised = batch->dropped =
        0;
    batch->formats = batch->parsers = 0;
    arena_reset(&batch->scratch);
    return batch;
}

void batch_fill(struct batch_worker *worker, struct block *block, batch_filter *filter, void *user)
{
    struct batch *batch = begin(block);
    struct line_cursor cursor;
    struct scanned line;
    struct str text;
    line_cursor_begin(&cursor, block);
    scan_begin(worker->scan, &block->columns);
    while (line_cursor_next(&cursor, block, &text)) {
        scan_line(worker->scan, text, &line);
        if (filter && line.envelope.stamp.kind != STAMP_NONE &&
            !filter(user, line.envelope.host, &line.envelope.stamp, line_hash(line.envelope.body)))
            batch->dropped++;
        else
            take_line(worker, batch, block, &cursor, &line);
    }
    batch->lines = cursor.next_number;
    classify(worker, batch);
    scan_forget(worker->scan);
}

void batch_fill_line(struct batch_worker *worker, struct block *block)
{
    struct batch *batch = begin(block);
    struct line_cursor whole = {.next_number = 1};
    struct scanned line;
    scan_begin(worker->scan, &block->columns);
    scan_line(worker->scan, (struct str){block->data, block->bytes}, &line);
    take_line(worker, batch, block, &whole, &line);
    classify(worker, batch);
    scan_forget(worker->scan);
}
