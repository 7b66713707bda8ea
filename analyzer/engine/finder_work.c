#include "finder_internal.h"

#include <stdlib.h>

#include "envelope_again.h"
#include "told.h"
#include "watch.h"

/* Lines like these tell which instances have a queue manager, and, by queue IDs that hold a time,
 * of clocks: one of each will do, of those that a block begins with. */
static const struct str witnesses[] = {
    {"(queue active)", 14}, {": client=", 9}, {": uid=", 6}, {" <= ", 4}};

enum {
    WITNESSES = sizeof witnesses / sizeof *witnesses,
    WITNESS_LINES = 200,
    PROGRAMS_KNOWN = 64,
    KEPT_MAX = 128 << 20
};

struct hit {
    uint32_t text, end;
};

struct finder_worker {
    struct finder *finder;
    struct literals_worker *literals;
    struct scan *scan;
    struct envelope_again again;
    struct arena scratch; /* what envelopes had to decode, of this block */
    struct watch watch;
    struct intern seen; /* programs, addresses and logins that need no second look */
    struct hit *hits;
    size_t hit_count, hit_capacity;
    bool witnessed[WITNESSES]; /* in this block */
    struct program {
        char name[48];
        uint8_t len;            /* 0: free */
    } programs[PROGRAMS_KNOWN]; /* need no second look; where they stand, their letters tell */
};

/* What was found in a block. */
struct result {
    struct kept kept;
    uint64_t lines;
};

/* The line at hand. */
struct look {
    struct finder_worker *worker;
    struct found_log *log;
    struct kept *kept;
    struct str text;       /* without its end */
    struct kept_line line; /* with it */
    bool scanned, keep;
    struct scanned parts;
};

void *finder_worker_new(void *user)
{
    struct finder_worker *worker = xcalloc(1, sizeof *worker);
    worker->finder = user;
    worker->literals = literals_worker_new(worker->finder->literals);
    worker->scan = scan_new();
    intern_init(&worker->seen);
    return worker;
}

void finder_worker_free(void *user)
{
    struct finder_worker *worker = user;
    literals_worker_free(worker->literals);
    scan_free(worker->scan);
    arena_free(&worker->scratch);
    intern_free(&worker->seen);
    free(worker->hits);
    free(worker);
}

void finder_result_free(void *user)
{
    struct result *result = user;
    kept_free(&result->kept);
    free(result);
}

static void on_hit(void *user, size_t text, size_t end)
{
    struct finder_worker *worker = user;
    if (worker->hit_count == worker->hit_capacity) {
        worker->hit_capacity = worker->hit_capacity * 2 + 256;
        worker->hits = xrealloc(worker->hits, worker->hit_capacity, sizeof *worker->hits);
    }
    worker->hits[worker->hit_count++] = (struct hit){(uint32_t)text, (uint32_t)end};
}

/* True the first time. */
static bool is_new(struct intern *seen, struct str text)
{
    if (intern_find(seen, text))
        return false;
    intern_id(seen, text);
    return true;
}

static const struct scanned *parts_of(struct look *look)
{
    if (!look->scanned)
        scan_line(look->worker->scan, look->text, &look->parts);
    look->scanned = true;
    return &look->parts;
}

static void keep_witness(struct look *look)
{
    look->line.witness = true;
    kept_add(look->kept, &look->line);
}

static bool has_id(struct look *look)
{
    const struct scanned *parts = parts_of(look);
    return parts->class == LINE_EVENT && event_get(&parts->event, FIELD_QUEUE_ID).len;
}

/* Not a part of a longer name. */
static bool is_word(struct str line, size_t end, size_t len)
{
    size_t begin = end - len;
    char before = begin ? line.ptr[begin - 1] : ' ', after = end < line.len ? line.ptr[end] : ' ';
    return !char_is_alnum(before) && before != '.' && before != '-' && !char_is_alnum(after) &&
           after != '-';
}

/* YYYYMMDDhhmmss. behind its first digit. */
static bool is_own_id(struct str rest)
{
    enum { DIGITS = 13 };
    size_t digits = 0;
    while (digits < rest.len && char_is_digit(rest.ptr[digits]))
        digits++;
    return digits == DIGITS && digits < rest.len && rest.ptr[digits] == '.';
}

static struct str word_at(struct str rest)
{
    size_t len = 0;
    while (len < rest.len && (char_is_alnum(rest.ptr[len]) || memchr(".:", rest.ptr[len], 2)))
        len++;
    return str_head(rest, len);
}

/* A login of that user, one of each spelling, host and kind. */
static bool is_login(struct look *look, struct str user)
{
    char key[512];
    const struct scanned *parts = parts_of(look);
    struct str name = event_get(&parts->event, FIELD_SASL_USERNAME), host = parts->envelope.host;
    if (parts->class != LINE_EVENT || parts->event.kind == EVENT_AUTH_FAILED ||
        !str_starts_nocase(name, user) || (name.len > user.len && name.ptr[user.len] != '@') ||
        name.len + host.len + 2 > sizeof key)
        return false;
    memcpy(key, name.ptr, name.len);
    key[name.len] = (char)parts->event.kind;
    if (host.len)
        memcpy(key + name.len + 1, host.ptr, host.len);
    return is_new(&look->worker->seen, (struct str){key, name.len + 1 + host.len});
}

static void take_hit(struct look *look, uint32_t index, size_t end)
{
    struct finder_worker *worker = look->worker;
    const struct text *text = &worker->finder->texts[index];
    struct str rest = str_skip(look->text, end < look->text.len ? end : look->text.len);
    switch ((enum text_kind)text->kind) {
    case TEXT_OPERATOR:
        keep_witness(look);
        break;
    case TEXT_OWN_ID:
        if (is_own_id(rest))
            keep_witness(look);
        break;
    case TEXT_OWN_IP:
        if (is_new(&worker->seen, word_at(rest)))
            keep_witness(look);
        break;
    case TEXT_NEVER:
        finder_give_up(worker->finder, "a submission server in front of the queue");
        break;
    case TEXT_ANCHOR:
        look->keep = look->keep || has_id(look);
        break;
    case TEXT_WORD:
        look->keep = look->keep || (is_word(look->text, end, text->text.len) && has_id(look));
        break;
    case TEXT_ID:
        look->keep = look->keep || (parts_of(look)->class == LINE_EVENT &&
                                    finder_names_id(worker->finder, &look->parts.event));
        break;
    case TEXT_LOGIN:
        if (is_word(look->text, end, text->text.len) && is_login(look, text->text))
            keep_witness(look);
        break;
    }
}

/* True the first time, and now and then again. */
static bool is_new_program(struct finder_worker *worker, struct str name)
{
    if (!name.len)
        return false;
    unsigned char last = (unsigned char)name.ptr[name.len - 1],
                  other = (unsigned char)name.ptr[name.len < 4 ? 0 : name.len - 4];
    size_t slot = (name.len * 7 + last * 5u + other) % PROGRAMS_KNOWN;
    struct program *known = &worker->programs[slot];
    if (known->len == name.len && bytes_eq(known->name, name.ptr, name.len))
        return false;
    known->len = name.len <= sizeof known->name ? (uint8_t)name.len : 0;
    memcpy(known->name, name.ptr, known->len);
    return true;
}

static void look_for_witness(struct look *look)
{
    for (size_t i = 0; i < WITNESSES; i++) {
        if (look->worker->witnessed[i] || str_find(look->text, witnesses[i]) < 0)
            continue;
        look->worker->witnessed[i] = true;
        keep_witness(look);
    }
}

/* What the first reading learns of every line. */
static void look_at_front(struct look *look)
{
    struct finder_worker *worker = look->worker;
    struct envelope envelope;
    if (!look->log->recognised &&
        (parts_of(look)->class == LINE_EVENT || look->parts.class == LINE_SEPARATOR)) {
        look->log->recognised = true;
        keep_witness(look);
    }
    if (!envelope_parse_again(&worker->again, look->text, &worker->scratch, &envelope))
        return;
    watch_line(&worker->watch, envelope.host, &envelope.stamp, &look->line);
    if (look->line.number < WITNESS_LINES)
        look_for_witness(look);
    if (!is_new_program(worker, envelope.program))
        return;
    if (told_is_front(envelope.program))
        finder_give_up(worker->finder, "webmail or a mailbox server tells who sent what");
    if (parts_of(look)->parser && envelope.format != ENVELOPE_EXIM &&
        strcmp(look->parts.parser->name, "exim") == 0)
        finder_give_up(worker->finder, "Exim through syslog, which cuts lines into parts");
    if (!worker->finder->by_id && finder_is_apart(parts_of(look)->parser))
        finder_give_up(worker->finder, "a server that tells of a message in lines without its ID");
}

static void read_block(struct finder_worker *worker, struct block *block, struct result *result)
{
    bool first = worker->finder->readings == 1;
    struct look look = {.worker = worker, .log = block->member, .kept = &result->kept};
    struct line_cursor cursor;
    size_t hit = 0;
    line_cursor_begin(&cursor, block);
    for (const char *start = cursor.at; line_cursor_next(&cursor, block, &look.text);
         start = cursor.at) {
        size_t begin = (size_t)(start - block->data), end = (size_t)(cursor.at - block->data);
        bool hits = hit < worker->hit_count && worker->hits[hit].end <= end;
        if (!first && !hits)
            continue;
        bool cut = end == block->bytes && block->skipped;
        look.line = (struct kept_line){.data = start,
                                       .bytes = (uint32_t)(end - begin),
                                       .offset = cursor.offset,
                                       .number = cursor.number,
                                       .skipped = cut ? block->skipped : 0,
                                       .skipped_end = cut ? block->skipped_end : 0,
                                       .encoding = block->encoding};
        look.scanned = look.keep = false;
        if (first)
            look_at_front(&look);
        for (; hit < worker->hit_count && worker->hits[hit].end <= end; hit++)
            take_hit(&look, worker->hits[hit].text, worker->hits[hit].end - begin);
        look.line.witness = false;
        if (look.keep)
            kept_add(look.kept, &look.line);
    }
    result->lines = cursor.next_number;
}

void finder_work(void *user, struct block *block)
{
    struct finder_worker *worker = user;
    struct result *result =
        block->result ? block->result : (block->result = xcalloc(1, sizeof *result));
    result->kept.count = 0;
    result->lines = 0;
    if (block->columns.table > TABLE_NONE)
        finder_give_up(worker->finder, "a log that is a table");
    if (atomic_load(&worker->finder->why))
        return;
    if (block->gap && worker->finder->readings == 1)
        kept_add(&result->kept, &(struct kept_line){.number = 0});
    worker->hit_count = 0;
    memset(worker->witnessed, 0, sizeof worker->witnessed);
    literals_find(worker->literals, block->data, block->bytes, on_hit, worker);
    watch_begin(&worker->watch);
    scan_begin(worker->scan, &block->columns);
    read_block(worker, block, result);
    watch_end(&worker->watch, &result->kept);
    if (worker->watch.full)
        finder_give_up(worker->finder, "too many hosts in turn");
    scan_forget(worker->scan);
    arena_reset(&worker->scratch);
}

void finder_fold(void *user, struct block *block)
{
    struct found_log *log = user;
    const struct result *result = block->result;
    if (!kept_copy(&log->kept, &result->kept, log->lines, KEPT_MAX))
        log->too_much = true;
    log->lines += result->lines;
}
