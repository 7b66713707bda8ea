#include <stdlib.h>

#include "store_internal.h"

/* Most write the parts of a line at once; qmail's try at a delivery may last. */
#define TOGETHER_USEC ((int64_t)2 * 3600 * USEC_PER_SEC)
enum { ENVELOPE_BYTES = 512 };

/* What makes one line of a text that came in parts. */
struct stitcher {
    struct batch_worker *worker;
    struct block block;
};

static struct stitcher *stitcher_of(struct store *store)
{
    if (!store->stitcher && store->matcher) {
        struct stitcher *fresh = xcalloc(1, sizeof *fresh);
        fresh->worker = batch_worker_new(store->matcher, store->intern.seed);
        fresh->block.capacity = ENVELOPE_BYTES + PIECES_MAX * sizeof(struct piece);
        fresh->block.data = xmalloc(fresh->block.capacity);
        store->stitcher = fresh;
    }
    return store->stitcher;
}

void continued_free(struct store *store)
{
    if (!store->stitcher)
        return;
    batch_worker_free(store->stitcher->worker);
    batch_free(store->stitcher->block.result);
    free(store->stitcher->block.data);
    free(store->stitcher);
    store->stitcher = NULL;
}

static bool same_line(const struct store *store, const struct piece *a, const struct piece *b)
{
    int64_t delta = moment_delta(store, a->when, b->when);
    return a->host == b->host && a->program == b->program && a->pid == b->pid &&
           a->parts == b->parts && a->epoch == b->epoch && delta >= -TOGETHER_USEC &&
           delta <= TOGETHER_USEC;
}

static void append(struct block *block, struct str text)
{
    if (text.len == 0 || block->capacity - block->bytes < text.len)
        return;
    memcpy(block->data + block->bytes, text.ptr, text.len);
    block->bytes += text.len;
}

static void append_name(struct block *block, const struct store *store, const char *before,
                        uint32_t id)
{
    append(block, str_of(before));
    append(block, str_head(intern_get(&store->intern, id), ENVELOPE_BYTES / 4));
}

/* The client's connection lasts to the line's last part. */
static void reach(struct fold *fold, const struct folded *event, struct place last)
{
    struct line_event line = *event->line;
    struct folded again = *event;
    line.kind = EVENT_NOTE;
    again.line = &line;
    again.place = last;
    if (event->line->kind == EVENT_ACCEPTED && folded_get(event, FIELD_CLIENT_IP).ptr)
        connection_fold(fold, &again);
}

/* The line as syslog would have had it, had it been short. Place and time are the first part's. */
static void fold_whole(struct store *store, const struct piece *first, struct place last)
{
    struct stitcher *stitcher = stitcher_of(store);
    if (!stitcher)
        return;
    batch_fill_line(stitcher->worker, &stitcher->block);
    const struct batch *batch = stitcher->block.result;
    uint32_t host = first->host, program = first->program;
    uint32_t instance = store_instance(store, program);
    struct fold fold = {.store = store,
                        .batch = batch,
                        .block = &stitcher->block,
                        .hosts = &host,
                        .programs = &program,
                        .instances = &instance};
    for (uint32_t i = 0; i < batch->event_count; i++) {
        struct line_event line = batch->events[i];
        struct folded event = {.line = &line,
                               .fields = batch->fields + line.first_field,
                               .host = host,
                               .program = program,
                               .instance = instance,
                               .when = first->when,
                               .place = first->place};
        line.pid = first->pid;
        if (line.kind == EVENT_REPEAT || line.kind == EVENT_PART)
            continue;
        store_fold_event(&fold, &event);
        reach(&fold, &event, last);
    }
}

/* Takes the pieces of the line that begins with that one out of the store, and folds it. */
static void end_line(struct store *store, uint32_t index)
{
    struct stitcher *stitcher = stitcher_of(store);
    struct piece first = store->pieces[index];
    struct place last = first.place;
    uint32_t kept = index;
    if (stitcher) {
        stitcher->block.bytes = 0;
        append(&stitcher->block, STR("2000-01-01T00:00:00+00:00 host "));
        append_name(&stitcher->block, store, "", first.program);
        append(&stitcher->block, STR("[1]: "));
    }
    for (uint32_t i = index; i < store->piece_count; i++) {
        const struct piece *piece = &store->pieces[i];
        if (!same_line(store, &first, piece)) {
            store->pieces[kept++] = *piece;
            continue;
        }
        last = piece->place;
        if (stitcher) {
            append(&stitcher->block, (struct str){piece->text, piece->bytes});
            append(&stitcher->block, piece->line_end ? STR("\n") : STR(""));
        }
    }
    store->piece_count = kept;
    fold_whole(store, &first, last);
}

/* The oldest line has what it has; parts without their first say nothing. */
static void let_go(struct store *store)
{
    if (store->pieces[0].part == 1)
        end_line(store, 0);
    else
        memmove(store->pieces, store->pieces + 1, --store->piece_count * sizeof *store->pieces);
}

/* The newest piece of a line that goes on with this one or with another of the same process. */
static uint32_t find_open(const struct store *store, const struct piece *piece, uint32_t *ret_last)
{
    uint32_t i = store->piece_count;
    while (i > 0 && !same_line(store, &store->pieces[i - 1], piece))
        i--;
    *ret_last = i;
    while (i > 0 && !(store->pieces[i - 1].part == 1 && store->pieces[i - 1].opens &&
                      same_line(store, &store->pieces[i - 1], piece)))
        i--;
    return i;
}

/* One piece more, in the order of the log. */
static void take_piece(struct store *store, const struct piece *piece)
{
    uint32_t last, open = find_open(store, piece, &last);
    bool goes_on = last && (store->pieces[last - 1].part + piece->opens == piece->part);
    if (open && !goes_on) {
        end_line(store, open - 1);
        open = 0;
    }
    if (store->piece_count == PIECES_MAX)
        let_go(store);
    *STORE_ADD(store, pieces, piece) = *piece;
    if (open && piece->part == piece->parts && piece->closes)
        end_line(store, open - 1);
}

void continued_fold(struct fold *fold, const struct folded *event)
{
    struct str part = folded_get(event, FIELD_PART), text = folded_get(event, FIELD_TEXT);
    uint64_t number, parts;
    if (!str_take_u64(&part, &number) || part.len == 0)
        return;
    bool line_end = part.ptr[0] == '\\';
    part = str_skip(part, 1);
    if (!str_take_u64(&part, &parts) || parts > UINT16_MAX)
        return;
    struct piece piece = {.when = event->when,
                          .place = event->place,
                          .host = event->host,
                          .program = event->program,
                          .pid = event->line->pid,
                          .epoch = fold->store->epoch,
                          .part = (uint16_t)number,
                          .parts = (uint16_t)parts,
                          .opens = true};
    do {
        struct str some = str_head(text, sizeof piece.text);
        text = str_skip(text, some.len);
        piece.closes = text.len == 0;
        piece.line_end = piece.closes && line_end;
        piece.bytes = (uint16_t)some.len;
        if (some.len)
            memcpy(piece.text, some.ptr, some.len);
        take_piece(fold->store, &piece);
        piece.opens = false;
    } while (text.len);
}

void continued_join(struct store *a, const struct store *b, const uint32_t *ids, uint32_t run_base,
                    uint32_t input_base)
{
    for (uint32_t i = 0; i < b->piece_count; i++) {
        struct piece piece = b->pieces[i];
        piece.host = ids[piece.host];
        piece.program = ids[piece.program];
        piece.place.input += input_base;
        piece.when.run += piece.when.run == NO_RUN ? 0 : run_base;
        piece.epoch += a->epoch;
        take_piece(a, &piece);
    }
}

void store_end(struct store *store)
{
    while (store->piece_count)
        let_go(store);
}
