#include <stdlib.h>

#include "message_shape.h"
#include "store_internal.h"

#define END_SLACK_USEC ((int64_t)5 * USEC_PER_SEC)
#define SILENCE_USEC ((int64_t)30 * SEC_PER_DAY * USEC_PER_SEC)

/* Looks at two neighbouring lines of one queue ID and nothing else, so that it may be asked at any
 * seam. */
static bool new_generation(uint8_t before, uint8_t after, int64_t delta)
{
    if (after == GENERATION_START || delta > SILENCE_USEC)
        return true;
    if (after == GENERATION_SELF_ID && (before == GENERATION_BODY || before == GENERATION_END))
        return true;
    return before == GENERATION_END && delta > END_SLACK_USEC;
}

static uint32_t find_fragment(const struct store *store, uint32_t host, uint32_t instance,
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

static uint32_t add_fragment(struct store *store, const struct fragment *model, bool first_of_key)
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
    uint32_t at = find_fragment(store, event->host, event->instance, queue_id);
    uint8_t class = generation_of(event->line);
    if (at != NO_FRAGMENT && store->fragments[at].epoch == store->epoch &&
        !new_generation(store->fragments[at].last_class, class,
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
    at = add_fragment(store, &fresh, at == NO_FRAGMENT); /* first: the array may move */
    return &store->fragments[at];
}

static void set_once(uint32_t *slot, uint32_t value)
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
        set_once(&fragment->sender, folded_id(fold, event, FIELD_SENDER));
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
    set_once(&fragment->sender, folded_id(fold, event, FIELD_SENDER));
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

/* The recipient with that address, from where the last one was found on: tries come in the same
 * order each time. */
static struct recipient *find_recipient(struct store *store, struct fragment *fragment, uint64_t to,
                                        uint64_t original)
{
    uint32_t start_at =
                 fragment->recipient_cursor ? fragment->recipient_cursor : fragment->recipients,
             at = start_at;
    for (uint32_t n = 0; n < fragment->recipient_count; n++) {
        struct recipient *recipient = &store->recipients[at - 1];
        if (recipient->to == to && recipient->original == original) {
            fragment->recipient_cursor = recipient->next ? recipient->next : fragment->recipients;
            return recipient;
        }
        at = recipient->next ? recipient->next : fragment->recipients;
    }
    return NULL;
}

/* One that stands for another, of a log that names only itself at its delivery. */
static struct recipient *find_expanded(struct store *store, const struct fragment *fragment,
                                       uint64_t to)
{
    for (uint32_t at = fragment->recipients; at; at = store->recipients[at - 1].next)
        if (store->recipients[at - 1].to == to && store->recipients[at - 1].renamed)
            return &store->recipients[at - 1];
    return NULL;
}

static struct recipient *add_recipient(struct store *store, struct fragment *fragment)
{
    struct recipient *recipient = STORE_ADD(store, recipients, recipient);
    uint32_t index = store->recipient_count;
    if (fragment->recipients_last)
        store->recipients[fragment->recipients_last - 1].next = index;
    else
        fragment->recipients = index;
    fragment->recipients_last = index;
    fragment->recipient_count++;
    return recipient;
}

static void settle_recipient(struct recipient *recipient, const struct recipient *try)
{
    recipient->outcome = try->outcome;
    recipient->relay = try->relay;
    recipient->mailbox |= try->mailbox;
    recipient->child = try->child;
    recipient->relay_text = try->relay_text;
    recipient->to_domain = try->to_domain;
    if (try->reason != REASON_NONE)
        recipient->reason = try->reason;
}

static void upsert_recipient(struct store *store, struct fragment *fragment,
                             const struct recipient *try)
{
    struct recipient *recipient = find_recipient(store, fragment, try->to, try->original);
    if (!recipient && !try->renamed && (fragment->flags & FRAGMENT_EXPANDED))
        recipient = find_expanded(store, fragment, try->to);
    if (!recipient) {
        recipient = add_recipient(store, fragment);
        recipient->to = try->to;
        recipient->original = try->original;
        recipient->domain = try->domain;
        recipient->renamed = try->renamed;
    } else if (try->outcome == OUTCOME_NONE) {
        return; /* named by a hold alone: tells nothing of a recipient already tried */
    }
    settle_recipient(recipient, try);
}

/* lmtp delivers locally unless the reply names a new queue ID, as content filters do. */
static uint8_t relay_of(const struct fold *fold, const struct folded *event)
{
    struct str relay = folded_get(event, FIELD_RELAY),
               program = intern_get(&fold->store->intern, event->program);
    struct ip ip;
    bool queued_as = folded_get(event, FIELD_QUEUED_AS).len > 0;
    if (str_eq(relay, STR("none")) || !relay.ptr)
        return RELAY_NONE;
    if (!ip_parse(folded_get(event, FIELD_RELAY_IP), &ip) ||
        (str_ends(program, STR("lmtp")) && !queued_as))
        return RELAY_LOCAL;
    return ip_is_loopback(&ip) ? RELAY_LOOPBACK : ip_is_private(&ip) ? RELAY_PRIVATE : RELAY_REMOTE;
}

/* Pipes lead to mailboxes and to filters alike; these are the names of those that deliver. */
static bool is_mailbox(const struct fold *fold, const struct folded *event, uint8_t relay)
{
    static const char *const agents[] = {"dovecot", "maildrop", "cyrus", "procmail",
                                         "mailman", "sympa",    "vmail", "deliver"};
    struct str program = intern_get(&fold->store->intern, event->program),
               name = folded_get(event, FIELD_RELAY);
    if (relay != RELAY_LOCAL)
        return false;
    if (!str_ends(program, STR("/pipe")))
        return true;
    for (size_t i = 0; i < sizeof agents / sizeof *agents; i++)
        if (str_starts(name, str_of(agents[i])))
            return true;
    return false;
}

/* Every recipient of a message names the same next hop: one edge is enough. */
static void append_edge(struct store *store, const struct edge *edge)
{
    const struct edge *last = store->edge_count ? &store->edges[store->edge_count - 1] : NULL;
    if (last && last->host == edge->host && last->parent_fragment == edge->parent_fragment &&
        last->parent_id == edge->parent_id && last->child_id == edge->child_id &&
        last->kind == edge->kind)
        return;
    *STORE_ADD(store, edges, edge) = *edge;
}

/* child: the field that names it. */
static void add_edge(struct fold *fold, const struct folded *event, const struct fragment *parent,
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
                        .relay = relay_of(fold, event),
                        .reason = event->line->reason,
                        .when = event->when};
    store_fit_ids(store);
    append_edge(store, &edge);
}

/* Addresses and domains of a try. An empty original recipient is none. */
static struct recipient recipient_of(struct fold *fold, const struct folded *event)
{
    bool renamed = folded_get(event, FIELD_ORIG_RECIPIENT).len > 0;
    struct recipient try = {.to = folded_hash(event, FIELD_RECIPIENT),
                            .to_domain = folded_id(fold, event, BATCH_TO_DOMAIN)};
    try.original = renamed ? folded_hash(event, FIELD_ORIG_RECIPIENT) : try.to;
    try.domain = renamed ? folded_id(fold, event, BATCH_ORIGINAL_DOMAIN) : try.to_domain;
    try.renamed = try.to != try.original;
    return try;
}

static void deliver_to(struct fold *fold, const struct folded *event, struct fragment *fragment,
                       struct recipient try)
{
    struct store *store = fold->store;
    struct str queued_as = folded_get(event, FIELD_QUEUED_AS),
               forwarded = folded_get(event, FIELD_CHILD);
    uint8_t outcome = event->line->outcome;
    if (outcome == OUTCOME_DELIVERABLE || outcome == OUTCOME_UNDELIVERABLE ||
        outcome == OUTCOME_NONE)
        return;
    try.outcome = outcome;
    try.reason = event->line->reason;
    try.relay = relay_of(fold, event);
    try.mailbox = is_mailbox(fold, event, try.relay);
    enum field_id child = queued_as.len ? FIELD_QUEUED_AS : FIELD_CHILD;
    bool remote = try.relay == RELAY_REMOTE && queued_as.len;
    if (outcome == OUTCOME_SENT && (queued_as.len || forwarded.len))
        try.child = remote ? queue_id_hash(queued_as) : folded_id(fold, event, child);
    if (try.child && remote)
        try.relay_text = folded_id(fold, event, FIELD_RELAY);
    if (try.relay == RELAY_LOCAL)
        fragment->flags |= FRAGMENT_LOCAL;
    upsert_recipient(store, fragment, &try);
    if (try.child && !remote)
        add_edge(fold, event, fragment, queued_as.len ? EDGE_QUEUED_AS : EDGE_FORWARDED, child);
    store_fit_ids(store);
}

/* Takes the first address off a list divided by semicolons or commas. */
static bool next_address(struct str *list, struct str *ret)
{
    if (!list->len)
        return false;
    size_t at = 0;
    while (at < list->len && list->ptr[at] != ';' && list->ptr[at] != ',')
        at++;
    *ret = str_trim(str_head(*list, at));
    *list = str_skip(*list, at < list->len ? at + 1 : at);
    return true;
}

/* An address of a list, in the place of the one asked for if there is one. */
static struct recipient listed(struct fold *fold, const struct folded *event, struct str to)
{
    bool renamed = folded_get(event, FIELD_ORIG_RECIPIENT).len > 0;
    struct recipient try = {.to = address_hash(to)};
    try.to_domain = intern_lower_id(&fold->store->intern, address_domain(to));
    try.original = renamed ? folded_hash(event, FIELD_ORIG_RECIPIENT) : try.to;
    try.domain = renamed ? folded_id(fold, event, BATCH_ORIGINAL_DOMAIN) : try.to_domain;
    try.renamed = try.to != try.original;
    store_fit_ids(fold->store);
    return try;
}

static void delivery(struct fold *fold, const struct folded *event, struct fragment *fragment)
{
    struct str list = folded_get(event, FIELD_RECIPIENT_LIST), to;
    if (folded_get(event, FIELD_RECIPIENT).ptr)
        deliver_to(fold, event, fragment, recipient_of(fold, event));
    while (next_address(&list, &to))
        if (to.len)
            deliver_to(fold, event, fragment, listed(fold, event, to));
    list = folded_get(event, FIELD_RECIPIENTS);
    while (recipients_next(&list, &to))
        deliver_to(fold, event, fragment, listed(fold, event, to));
}

/* Recipients named before any try. */
static void name_recipients(struct fold *fold, const struct folded *event,
                            struct fragment *fragment)
{
    struct str list = folded_get(event, FIELD_RECIPIENT_LIST), to;
    while (next_address(&list, &to)) {
        struct recipient named = listed(fold, event, to);
        if (to.len && !find_recipient(fold->store, fragment, named.to, named.original))
            upsert_recipient(fold->store, fragment, &named);
    }
}

/* A rule that holds a message names a recipient, the only one logged until the message is released.
 */
static void held_recipient(struct fold *fold, const struct folded *event, struct fragment *fragment)
{
    uint64_t to = folded_hash(event, FIELD_RECIPIENT);
    if (!folded_get(event, FIELD_RECIPIENT).len || find_recipient(fold->store, fragment, to, to))
        return;
    struct recipient held = {.to = to, .original = to, .outcome = OUTCOME_NONE};
    held.domain = held.to_domain = folded_id(fold, event, BATCH_TO_DOMAIN);
    store_fit_ids(fold->store);
    upsert_recipient(fold->store, fragment, &held);
}

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
    set_once(&fragment->sender, folded_id(fold, event, FIELD_SENDER));
    store_fit_ids(fold->store);
    append_edge(fold->store, &edge);
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
        name_recipients(fold, event, fragment);
        break;
    case EVENT_MESSAGE_ID:
        set_message_id(event, fragment);
        if (event->line->generation == GENERATION_SELF_ID && !(fragment->flags & FRAGMENT_STARTED))
            fragment->flags |= FRAGMENT_SELF_ID;
        break;
    case EVENT_IDENTIFIED:
        set_once(&fragment->identified, folded_id(fold, event, FIELD_UID));
        break;
    case EVENT_HEADER:
        header(fold, event, fragment);
        break;
    case EVENT_QUEUED:
        queued(fold, event, fragment);
        break;
    case EVENT_EXPANDED:
        fragment->flags |= FRAGMENT_EXPANDED;
        name_recipients(fold, event, fragment);
        break;
    case EVENT_DELIVERY:
        delivery(fold, event, fragment);
        turn_fold(fold, event, fragment);
        break;
    case EVENT_EXPIRED:
        fragment->flags |= FRAGMENT_EXPIRED;
        if (folded_get(event, FIELD_CHILD).len) /* the notice about it */
            add_edge(fold, event, fragment, EDGE_NOTIFICATION, FIELD_CHILD);
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
        held_recipient(fold, event, fragment);
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
        add_edge(fold, event, fragment, EDGE_NOTIFICATION, FIELD_CHILD);
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
            add_edge(fold, event, NULL, EDGE_FILTER, FIELD_QUEUED_AS);
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
    set_once(&a->sender, b->sender);
    set_once(&a->header_domain, b->header_domain);
    set_once(&a->identified, b->identified);
    a->message_shape = a->message_id ? a->message_shape : b->message_shape;
    a->message_id = a->message_id ? a->message_id : b->message_id;
    for (uint32_t at = b->recipients; at;) {
        struct recipient try = store->recipients[at - 1];
        at = try.next;
        upsert_recipient(store, a, &try);
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
        append_edge(a, &edge);
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
        uint32_t at = first ? find_fragment(a, fragment.host, fragment.instance, fragment.queue_id)
                            : NO_FRAGMENT;
        struct fragment *open = at != NO_FRAGMENT ? &a->fragments[at] : NULL;
        if (open && no_gap && open->epoch == a->epoch &&
            !new_generation(open->last_class, fragment.first_class,
                            moment_delta(a, open->last, fragment.first))) {
            merge_fragment(a, open, &fragment);
            map[i] = at;
        } else {
            map[i] = add_fragment(a, &fragment, first && at == NO_FRAGMENT);
        }
    }
    append_edges(a, b, ids, map, run_base);
    turn_join(a, b, map, run_base);
    free(map);
}
