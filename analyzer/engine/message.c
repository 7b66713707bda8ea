#include <stdlib.h>

#include "message_internal.h"
#include "message_shape.h"

#define END_SLACK_USEC ((int64_t)5 * USEC_PER_SEC)
#define SILENCE_USEC ((int64_t)30 * SEC_PER_DAY * USEC_PER_SEC)

/* Looks at two neighbouring lines of one queue ID and nothing else, so that it may be asked at any
 * seam. */
bool generation_is_new(uint8_t before, uint8_t after, int64_t delta)
{
    if (after == GENERATION_START || delta > SILENCE_USEC)
        return true;
    if (after == GENERATION_SELF_ID && (before == GENERATION_BODY || before == GENERATION_END))
        return true;
    return before == GENERATION_END && delta > END_SLACK_USEC;
}

uint32_t fragment_find(const struct store *store, uint32_t host, uint32_t instance,
                       uint32_t queue_id)
{
    if (!store->latest[queue_id])
        return NO_FRAGMENT;
    uint32_t at = store->latest[queue_id] - 1;
    while (at != NO_FRAGMENT &&
           (store->fragments[at].host != host || store->fragments[at].instance != instance))
        at = store->fragments[at].older;
    return at;
}

uint32_t fragment_add(struct store *store, const struct fragment *model, bool first_of_key)
{
    struct fragment *fragment = STORE_ADD(store, fragments, fragment);
    uint32_t index = store->fragment_count - 1;
    *fragment = *model;
    fragment->older =
        store->latest[model->queue_id] ? store->latest[model->queue_id] - 1 : NO_FRAGMENT;
    fragment->flags = (uint16_t)(first_of_key ? fragment->flags | FRAGMENT_FIRST_OF_KEY
                                              : fragment->flags & ~FRAGMENT_FIRST_OF_KEY);
    store->latest[model->queue_id] = index + 1;
    return index;
}

/* The place of an event in the life of its queue ID. What smtpd and milters say between client= and
 * message-id is head, not body. */
static uint8_t generation_of(const struct line_event *line)
{
    if (line->generation == GENERATION_BODY &&
        (line->kind == EVENT_REJECT || line->kind == EVENT_HEADER || line->kind == EVENT_NOTE))
        return GENERATION_HEAD;
    return line->generation;
}

static struct fragment *fragment_of(struct fold *fold, const struct folded *event)
{
    struct store *store = fold->store;
    if (!folded_get(event, FIELD_QUEUE_ID).len)
        return NULL;
    uint32_t queue_id = folded_id(fold, event, FIELD_QUEUE_ID);
    store_fit_ids(store);
    uint32_t at = fragment_find(store, event->host, event->instance, queue_id);
    uint8_t class = generation_of(event->line);
    if (at != NO_FRAGMENT && store->fragments[at].epoch == store->epoch &&
        !generation_is_new(store->fragments[at].last_class, class,
                           moment_delta(store, store->fragments[at].last, event->when)))
        return &store->fragments[at];
    struct fragment fresh = {.host = event->host,
                             .instance = event->instance,
                             .queue_id = queue_id,
                             .first = event->when,
                             .queued = {0, NO_RUN},
                             .submitted = {0, NO_RUN},
                             .place = event->place,
                             .epoch = store->epoch,
                             .first_offset = event->place.offset,
                             .first_class = class};
    at = fragment_add(store, &fresh, at == NO_FRAGMENT); /* first: the array may move */
    return &store->fragments[at];
}

void fragment_set_once(uint32_t *slot, uint32_t value)
{
    if (!*slot)
        *slot = value;
}

static void start(struct fold *fold, const struct folded *event, struct fragment *fragment)
{
    fragment->flags |= FRAGMENT_STARTED;
    fragment->place = event->place;
    fragment->submitted = event->when;
    fragment->program = event->program;
    fragment->pid = event->line->pid;
    fragment->ip = folded_id(fold, event, FIELD_CLIENT_IP);
    fragment->client_name = folded_id(fold, event, FIELD_CLIENT_NAME);
    fragment->user = folded_id(fold, event, FIELD_SASL_USERNAME);
    fragment->orig_queue_id = folded_id(fold, event, FIELD_ORIG_QUEUE_ID);
    fragment->orig_ip = folded_id(fold, event, FIELD_ORIG_CLIENT_IP);
    fragment->orig_client_name = folded_id(fold, event, FIELD_ORIG_CLIENT_NAME);
    fragment->uid = folded_id(fold, event, FIELD_UID);
    fragment->orig_id = folded_id(fold, event, FIELD_ORIG_ID);
    bool local =
        event->line->kind == EVENT_PICKUP || (event->line->kind == EVENT_ACCEPTED && fragment->uid);
    if (!local)
        fragment->flags |= FRAGMENT_SUBMITTED;
    else
        fragment_set_once(&fragment->sender, folded_id(fold, event, FIELD_SENDER));
}

/* No message is accepted without a recipient, whether the line names any or not. */
static void asked(const struct folded *event, struct fragment *fragment)
{
    uint32_t count = recipients_count(folded_get(event, FIELD_RECIPIENTS));
    fragment->nrcpt = count ? count : 1;
}

static void queued(struct fold *fold, const struct folded *event, struct fragment *fragment)
{
    uint64_t number;
    fragment_set_once(&fragment->sender, folded_id(fold, event, FIELD_SENDER));
    if (fragment->flags & FRAGMENT_QUEUED)
        return;
    fragment->flags |= FRAGMENT_QUEUED;
    if (event->line->kind == EVENT_ACCEPTED)
        fragment->flags |= FRAGMENT_ASKED;
    fragment->queued = event->when;
    if (str_to_u64(folded_get(event, FIELD_SIZE), &number))
        fragment->size = number;
    if (str_to_u64(folded_get(event, FIELD_NRCPT), &number))
        fragment->nrcpt = number < UINT32_MAX ? (uint32_t)number : UINT32_MAX;
    else if (event->line->kind == EVENT_ACCEPTED)
        asked(event, fragment);
}

void edge_append(struct store *store, const struct edge *edge)
{
    const struct edge *last = store->edge_count ? &store->edges[store->edge_count - 1] : NULL;
    if (last && last->host == edge->host && last->parent_fragment == edge->parent_fragment &&
        last->parent_id == edge->parent_id && last->child_id == edge->child_id &&
        last->kind == edge->kind)
        return;
    *STORE_ADD(store, edges, edge) = *edge;
}

/* child: the field that names it. */
void edge_add(struct fold *fold, const struct folded *event, const struct fragment *parent,
              enum edge_kind kind, enum field_id child)
{
    struct store *store = fold->store;
    struct edge edge = {.parent_fragment =
                            parent ? (uint32_t)(parent - store->fragments) : NO_FRAGMENT,
                        .parent_id = folded_id(fold, event, FIELD_QUEUE_ID),
                        .child_id = folded_id(fold, event, child),
                        .host = event->host,
                        .relay_ip = folded_id(fold, event, FIELD_RELAY_IP),
                        .relay_name = folded_id(fold, event, FIELD_RELAY_NAME),
                        .kind = (uint8_t)kind,
                        .relay = relay_kind_of(fold, event),
                        .reason = event->line->reason,
                        .when = event->when};
    store_fit_ids(store);
    edge_append(store, &edge);
}

/* Addresses and domains of a try. An empty original recipient is none. */
static void header(struct fold *fold, const struct folded *event, struct fragment *fragment)
{
    if (!str_eq_nocase(folded_get(event, FIELD_HEADER_NAME), STR("From")) ||
        fragment->header_domain)
        return;
    struct str value = folded_get(event, FIELD_HEADER_VALUE), domain = address_domain(value);
    size_t len = 0;
    while (len < domain.len && (char_is_alnum(domain.ptr[len]) || domain.ptr[len] == '.' ||
                                domain.ptr[len] == '-' || (domain.ptr[len] & 0x80)))
        len++;
    if (len)
        fragment->header_domain = intern_lower_id(&fold->store->intern, str_head(domain, len));
}

static void set_message_id(const struct folded *event, struct fragment *fragment)
{
    struct str id = folded_get(event, FIELD_MESSAGE_ID);
    if (!id.len || fragment->message_id)
        return;
    fragment->message_id = folded_hash(event, FIELD_MESSAGE_ID) | 1;
    fragment->message_shape = message_shape(id);
}

/* A bounce or warning of this server's own: no submission. */
static void notification(struct fold *fold, const struct folded *event, struct fragment *fragment)
{
    struct edge edge = {.parent_fragment = NO_FRAGMENT,
                        .parent_id = folded_id(fold, event, FIELD_ORIG_QUEUE_ID),
                        .child_id = fragment->queue_id,
                        .host = event->host,
                        .kind = EDGE_NOTIFICATION,
                        .when = event->when};
    fragment->flags |= FRAGMENT_SELF_ID;
    fragment_set_once(&fragment->sender, folded_id(fold, event, FIELD_SENDER));
    store_fit_ids(fold->store);
    edge_append(fold->store, &edge);
}

static void apply(struct fold *fold, const struct folded *event, struct fragment *fragment)
{
    switch (event->line->kind) {
    case EVENT_SUBMIT:
    case EVENT_PICKUP:
        start(fold, event, fragment);
        break;
    case EVENT_ACCEPTED:
        start(fold, event, fragment);
        queued(fold, event, fragment);
        set_message_id(event, fragment);
        header(fold, event, fragment);
        recipients_name(fold, event, fragment);
        break;
    case EVENT_MESSAGE_ID:
        set_message_id(event, fragment);
        if (event->line->generation == GENERATION_SELF_ID && !(fragment->flags & FRAGMENT_STARTED))
            fragment->flags |= FRAGMENT_SELF_ID;
        break;
    case EVENT_IDENTIFIED:
        fragment_set_once(&fragment->identified, folded_id(fold, event, FIELD_UID));
        break;
    case EVENT_HEADER:
        header(fold, event, fragment);
        break;
    case EVENT_QUEUED:
        queued(fold, event, fragment);
        break;
    case EVENT_EXPANDED:
        fragment->flags |= FRAGMENT_EXPANDED;
        recipients_name(fold, event, fragment);
        break;
    case EVENT_DELIVERY:
        recipients_deliver(fold, event, fragment);
        turn_fold(fold, event, fragment);
        break;
    case EVENT_EXPIRED:
        fragment->flags |= FRAGMENT_EXPIRED;
        if (folded_get(event, FIELD_CHILD).len) /* the notice about it */
            edge_add(fold, event, fragment, EDGE_NOTIFICATION, FIELD_CHILD);
        break;
    case EVENT_REMOVED:
        fragment->flags |= FRAGMENT_REMOVED;
        break;
    case EVENT_DELETED:
        fragment->flags |= FRAGMENT_DELETED;
        break;
    case EVENT_HELD:
        fragment->hold = HOLD_HELD;
        if (!(fragment->flags & FRAGMENT_QUEUED))
            fragment->flags |= FRAGMENT_HELD_ON_ENTRY;
        recipients_hold(fold, event, fragment);
        turn_fold(fold, event, fragment);
        break;
    case EVENT_RELEASED:
        fragment->hold = HOLD_RELEASED;
        turn_fold(fold, event, fragment);
        break;
    case EVENT_REQUEUED:
        fragment->flags |= FRAGMENT_REQUEUED;
        break;
    case EVENT_DISCARDED:
        fragment->flags |= FRAGMENT_DISCARDED;
        break;
    case EVENT_DSN:
        edge_add(fold, event, fragment, EDGE_NOTIFICATION, FIELD_CHILD);
        break;
    case EVENT_NOTIFICATION:
        notification(fold, event, fragment);
        break;
    case EVENT_REJECT:
        if (event->line->generation == GENERATION_END)
            fragment->flags |= FRAGMENT_REFUSED;
        break;
    default:
        break;
    }
}

void message_fold(struct fold *fold, const struct folded *event)
{
    if (event->line->kind == EVENT_FILTERED) {
        struct str child = folded_get(event, FIELD_QUEUED_AS);
        if (folded_get(event, FIELD_QUEUE_ID).len && (child.len || event->line->reason))
            edge_add(fold, event, NULL, EDGE_FILTER, FIELD_QUEUED_AS);
        return;
    }
    struct fragment *fragment = fragment_of(fold, event);
    if (!fragment)
        return;
    apply(fold, event, fragment);
    fragment->last = event->when;
    fragment->last_place = event->place;
    fragment->last_class = generation_of(event->line);
}
