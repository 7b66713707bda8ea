/* Recipients of a message: one of each address, whatever the number of tries. */
#include "message_internal.h"

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

void recipient_upsert(struct store *store, struct fragment *fragment, const struct recipient *try)
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
uint8_t relay_kind_of(const struct fold *fold, const struct folded *event)
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
    try.relay = relay_kind_of(fold, event);
    try.mailbox = is_mailbox(fold, event, try.relay);
    enum field_id child = queued_as.len ? FIELD_QUEUED_AS : FIELD_CHILD;
    bool remote = try.relay == RELAY_REMOTE && queued_as.len;
    if (outcome == OUTCOME_SENT && (queued_as.len || forwarded.len))
        try.child = remote ? queue_id_hash(queued_as) : folded_id(fold, event, child);
    if (try.child && remote)
        try.relay_text = folded_id(fold, event, FIELD_RELAY);
    if (try.relay == RELAY_LOCAL)
        fragment->flags |= FRAGMENT_LOCAL;
    recipient_upsert(store, fragment, &try);
    if (try.child && !remote)
        edge_add(fold, event, fragment, queued_as.len ? EDGE_QUEUED_AS : EDGE_FORWARDED, child);
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

void recipients_deliver(struct fold *fold, const struct folded *event, struct fragment *fragment)
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
void recipients_name(struct fold *fold, const struct folded *event, struct fragment *fragment)
{
    struct str list = folded_get(event, FIELD_RECIPIENT_LIST), to;
    while (next_address(&list, &to)) {
        struct recipient named = listed(fold, event, to);
        if (to.len && !find_recipient(fold->store, fragment, named.to, named.original))
            recipient_upsert(fold->store, fragment, &named);
    }
}

/* A rule that holds a message names a recipient, the only one logged until the message is released.
 */
void recipients_hold(struct fold *fold, const struct folded *event, struct fragment *fragment)
{
    uint64_t to = folded_hash(event, FIELD_RECIPIENT);
    if (!folded_get(event, FIELD_RECIPIENT).len || find_recipient(fold->store, fragment, to, to))
        return;
    struct recipient held = {.to = to, .original = to, .outcome = OUTCOME_NONE};
    held.domain = held.to_domain = folded_id(fold, event, BATCH_TO_DOMAIN);
    store_fit_ids(fold->store);
    recipient_upsert(fold->store, fragment, &held);
}
