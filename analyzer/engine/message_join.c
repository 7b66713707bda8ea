/* Messages of two adjacent stores become those of one. */
#include <stdlib.h>

#include "message_internal.h"

/* Not every server's first line of a message says who began it. */
static void take_start(struct fragment *a, const struct fragment *b)
{
    a->place = b->place;
    a->submitted = b->submitted;
    a->program = b->program;
    a->pid = b->pid;
    a->ip = b->ip;
    a->client_name = b->client_name;
    a->user = b->user;
    a->uid = b->uid;
    a->orig_queue_id = b->orig_queue_id;
    a->orig_ip = b->orig_ip;
    a->orig_client_name = b->orig_client_name;
    a->orig_id = b->orig_id;
}

/* b's lines follow a's. */
static void merge_fragment(struct store *store, struct fragment *a, const struct fragment *b)
{
    if (!(a->flags & FRAGMENT_STARTED) && (b->flags & FRAGMENT_STARTED))
        take_start(a, b);
    if (!(a->flags & FRAGMENT_QUEUED)) {
        a->queued = b->queued;
        a->nrcpt = b->nrcpt;
        a->size = b->size;
    }
    /* A hold on entry is one before the queue manager took the message up, in whichever part that
     * stands. */
    uint16_t b_flags =
        a->flags & FRAGMENT_QUEUED ? b->flags & (uint16_t)~FRAGMENT_HELD_ON_ENTRY : b->flags;
    a->flags |= b_flags & (uint16_t)~FRAGMENT_FIRST_OF_KEY;
    a->hold = b->hold ? b->hold : a->hold;
    a->last = b->last;
    a->last_place = b->last_place;
    a->last_class = b->last_class;
    a->tried |= b->tried;
    a->waited |= b->waited;
    fragment_set_once(&a->sender, b->sender);
    fragment_set_once(&a->header_domain, b->header_domain);
    fragment_set_once(&a->identified, b->identified);
    a->message_shape = a->message_id ? a->message_shape : b->message_shape;
    a->message_id = a->message_id ? a->message_id : b->message_id;
    for (uint32_t at = b->recipients; at;) {
        struct recipient try = store->recipients[at - 1];
        at = try.next;
        recipient_upsert(store, a, &try);
    }
}

static void remap_moment(struct moment *when, uint32_t run_base)
{
    if (when->run != NO_RUN)
        when->run += run_base;
}

static void remap(struct fragment *fragment, const uint32_t *ids, uint32_t run_base,
                  uint32_t input_base, uint32_t epoch_base, uint32_t recipient_base)
{
    uint32_t *const strings[] = {&fragment->host,
                                 &fragment->instance,
                                 &fragment->queue_id,
                                 &fragment->program,
                                 &fragment->ip,
                                 &fragment->client_name,
                                 &fragment->user,
                                 &fragment->sender,
                                 &fragment->header_domain,
                                 &fragment->uid,
                                 &fragment->identified,
                                 &fragment->orig_queue_id,
                                 &fragment->orig_ip,
                                 &fragment->orig_client_name,
                                 &fragment->orig_id};
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++)
        *strings[i] = ids[*strings[i]];
    remap_moment(&fragment->first, run_base);
    remap_moment(&fragment->last, run_base);
    remap_moment(&fragment->queued, run_base);
    remap_moment(&fragment->submitted, run_base);
    fragment->place.input += input_base;
    fragment->last_place.input += input_base;
    fragment->first_input += input_base;
    fragment->epoch += epoch_base;
    fragment->recipients += fragment->recipients ? recipient_base : 0;
    fragment->recipients_last += fragment->recipients_last ? recipient_base : 0;
    fragment->recipient_cursor += fragment->recipient_cursor ? recipient_base : 0;
}

static void append_recipients(struct store *a, const struct store *b, const uint32_t *ids,
                              uint32_t base)
{
    for (uint32_t i = 0; i < b->recipient_count; i++) {
        struct recipient *recipient = STORE_ADD(a, recipients, recipient);
        *recipient = b->recipients[i];
        recipient->domain = ids[recipient->domain];
        recipient->to_domain = ids[recipient->to_domain];
        recipient->relay_text = ids[recipient->relay_text];
        if (!recipient->relay_text)
            recipient->child = ids[recipient->child];
        recipient->next += recipient->next ? base : 0;
    }
}

static void append_edges(struct store *a, const struct store *b, const uint32_t *ids,
                         const uint32_t *fragment_map, uint32_t run_base)
{
    for (uint32_t i = 0; i < b->edge_count; i++) {
        struct edge edge = b->edges[i];
        edge.parent_id = ids[edge.parent_id];
        edge.child_id = ids[edge.child_id];
        edge.host = ids[edge.host];
        edge.relay_ip = ids[edge.relay_ip];
        edge.relay_name = ids[edge.relay_name];
        remap_moment(&edge.when, run_base);
        if (edge.parent_fragment != NO_FRAGMENT)
            edge.parent_fragment = fragment_map[edge.parent_fragment];
        edge_append(a, &edge);
    }
}

void message_join(struct store *a, struct store *b, const uint32_t *ids, uint32_t run_base,
                  uint32_t input_base)
{
    uint32_t *map = xcalloc(b->fragment_count, sizeof *map), recipient_base = a->recipient_count;
    append_recipients(a, b, ids, recipient_base);
    for (uint32_t i = 0; i < b->fragment_count; i++) {
        struct fragment fragment = b->fragments[i];
        bool first = fragment.flags & FRAGMENT_FIRST_OF_KEY, no_gap = fragment.epoch == 0;
        remap(&fragment, ids, run_base, input_base, a->epoch, recipient_base);
        uint32_t at = first ? fragment_find(a, fragment.host, fragment.instance, fragment.queue_id)
                            : NO_FRAGMENT;
        struct fragment *open = at != NO_FRAGMENT ? &a->fragments[at] : NULL;
        if (open && no_gap && open->epoch == a->epoch &&
            !generation_is_new(open->last_class, fragment.first_class,
                               moment_delta(a, open->last, fragment.first))) {
            merge_fragment(a, open, &fragment);
            map[i] = at;
        } else {
            map[i] = fragment_add(a, &fragment, first && at == NO_FRAGMENT);
        }
    }
    append_edges(a, b, ids, map, run_base);
    turn_join(a, b, map, run_base);
    free(map);
}
