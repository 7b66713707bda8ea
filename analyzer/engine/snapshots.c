#include <stdlib.h>

#include "envelope_json.h"
#include "run_internal.h"
#include "secrets.h"
#include "store_internal.h"

/* Listings of queues: folded line by line, a recipient to the message above it; told with the
 * account of each message, as far as the logs know it. */

enum { SAMPLE_BYTES = 200, SHARES_MAX = 50 };

static struct listed_queue *queue_of(struct store *store)
{
    return store->listed_queue_count ? &store->listed_queues[0]
                                     : STORE_ADD(store, listed_queues, listed_queue);
}

static struct str sample_of(struct str text)
{
    if (str_take(&text, STR("\"")))
        (void)str_take_end(&text, STR("\""));
    return str_head(text, SAMPLE_BYTES);
}

static void count_message(struct listed_queue *queue, struct str state, uint64_t count)
{
    uint64_t *counts[] = {&queue->active, &queue->deferred, &queue->held, &queue->incoming,
                          &queue->corrupt};
    static const char *const names[] = {"active", "deferred", "held", "incoming", "corrupt"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_eq(state, str_of(names[i])))
            *counts[i] += count;
}

static void add_recipient(struct store *store, uint8_t reason, uint32_t sample)
{
    if (!store->listed_message_count)
        return;
    store->listed_messages[store->listed_message_count - 1].recipients++;
    if (!sample)
        return;
    uint32_t at = 0;
    while (at < store->listed_reason_count && store->listed_reasons[at].reason != reason)
        at++;
    if (at == store->listed_reason_count)
        *STORE_ADD(store, listed_reasons, listed_reason) =
            (struct listed_reason){.sample = sample, .reason = reason};
    store->listed_reasons[at].recipients++;
}

/* "[{"address": "a@x", "delay_reason": "..."}, ...]" */
static void add_json_recipients(struct fold *fold, struct str list, uint8_t reason)
{
    struct json_member member;
    while (list.len) {
        ptrdiff_t open = str_find_char(list, '{');
        if (open < 0)
            return;
        uint32_t sample = 0;
        list = str_skip(list, (size_t)open + 1);
        while (json_next(&list, &member))
            if (str_eq(member.key, STR("delay_reason")))
                sample = intern_id(&fold->store->intern, sample_of(member.value));
        add_recipient(fold->store, reason, sample);
    }
}

static void add_message(struct fold *fold, const struct folded *event)
{
    struct store *store = fold->store;
    struct str state = folded_get(event, FIELD_ACTION), list = folded_get(event, FIELD_TEXT);
    *STORE_ADD(store, listed_messages, listed_message) =
        (struct listed_message){.queue_id = folded_id(fold, event, FIELD_QUEUE_ID),
                                .sender = folded_id(fold, event, FIELD_SENDER)};
    struct listed_queue *queue = queue_of(store);
    queue->messages++;
    count_message(queue, state, 1);
    queue->reason_above = 0;
    add_json_recipients(fold, list, event->line->reason);
}

void listed_fold(struct fold *fold, const struct folded *event)
{
    struct store *store = fold->store;
    struct str text = folded_get(event, FIELD_TEXT);
    uint64_t number;
    struct listed_queue *queue = queue_of(store);
    if (folded_get(event, FIELD_QUEUE_ID).len) {
        add_message(fold, event);
    } else if (str_to_u64(folded_get(event, FIELD_COUNT_OF), &number)) {
        queue->sizes_only = true;
        count_message(queue, folded_get(event, FIELD_ACTION), number);
    } else if (text.ptr) {
        queue->reason_above = intern_id(&store->intern, sample_of(text));
        queue->reason = event->line->reason;
    } else {
        add_recipient(store, queue->reason, queue->reason_above);
    }
    store_fit_ids(store);
}

void listed_join(struct store *a, const struct store *b, const uint32_t *ids, uint32_t input_base)
{
    for (uint32_t i = 0; i < b->listed_queue_count; i++) {
        struct listed_queue *queue = STORE_ADD(a, listed_queues, listed_queue);
        *queue = b->listed_queues[i];
        queue->input += input_base;
        queue->reason_above = 0;
    }
    for (uint32_t i = 0; i < b->listed_message_count; i++) {
        struct listed_message *message = STORE_ADD(a, listed_messages, listed_message);
        *message = b->listed_messages[i];
        message->input += input_base;
        message->queue_id = ids[message->queue_id];
        message->sender = ids[message->sender];
    }
    for (uint32_t i = 0; i < b->listed_reason_count; i++) {
        struct listed_reason *reason = STORE_ADD(a, listed_reasons, listed_reason);
        *reason = b->listed_reasons[i];
        reason->input += input_base;
        reason->sample = ids[reason->sample];
    }
}

static int share_by_name(const void *a, const void *b)
{
    const struct queue_part *x = a, *y = b;
    return str_compare(x->name, y->name);
}

static int share_by_size(const void *a, const void *b)
{
    const struct queue_part *x = a, *y = b;
    if (x->messages != y->messages)
        return x->messages > y->messages ? -1 : 1;
    if (x->recipients != y->recipients)
        return x->recipients > y->recipients ? -1 : 1;
    return str_compare(x->name, y->name);
}

/* Adds up what has one name; the largest first. */
static uint32_t add_up(struct queue_part *parts, uint32_t count)
{
    uint32_t kept = 0;
    if (!count)
        return 0;
    qsort(parts, count, sizeof *parts, share_by_name);
    for (uint32_t i = 1; i < count; i++) {
        if (!str_eq(parts[i].name, parts[kept].name)) {
            parts[++kept] = parts[i];
            continue;
        }
        parts[kept].messages += parts[i].messages;
        parts[kept].recipients += parts[i].recipients;
    }
    qsort(parts, ++kept, sizeof *parts, share_by_size);
    return kept < SHARES_MAX ? kept : SHARES_MAX;
}

/* Whose message it is: by its queue ID, else by a sender that is the name of an account. */
static struct str account_of(const struct run *run, const struct listed_message *message)
{
    const struct store *store = &run->store;
    const struct facts *facts = &run->settlement.facts;
    uint32_t at = store->latest[message->queue_id];
    uint32_t principal = at ? run->settlement.principal_of[at - 1] : PRINCIPAL_UNKNOWN;
    if (principal != PRINCIPAL_UNKNOWN)
        return facts->principals[principal].name;
    struct str sender = intern_get(&store->intern, message->sender);
    uint32_t low = 0, high = 0;
    while (high < facts->principal_count && facts->principals[high].kind == PRINCIPAL_ACCOUNT)
        high++;
    while (low < high && sender.len) {
        uint32_t middle = (low + high) / 2;
        if (str_eq_nocase(facts->principals[middle].name, sender))
            return facts->principals[middle].name;
        if (str_compare(facts->principals[middle].name, sender) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return STR("");
}

static void describe_queue(struct run *run, const struct listed_queue *queue,
                           struct queue_listing *ret)
{
    const struct store *store = &run->store;
    uint32_t room = store->listed_message_count + store->listed_reason_count + 1, accounts = 0,
             senders = 0, reasons = 0;
    struct queue_part *parts[3];
    for (size_t i = 0; i < 3; i++)
        parts[i] = arena_alloc(&run->arena, room * sizeof **parts);
    *ret = (struct queue_listing){.input = run->logs[queue->input].path_name,
                                  .member = run->logs[queue->input].name,
                                  .sizes_only = queue->sizes_only,
                                  .messages = queue->messages,
                                  .active = queue->active,
                                  .deferred = queue->deferred,
                                  .held = queue->held,
                                  .incoming = queue->incoming,
                                  .corrupt = queue->corrupt};
    for (uint32_t i = 0; i < store->listed_message_count; i++) {
        const struct listed_message *m = &store->listed_messages[i];
        if (m->input != queue->input)
            continue;
        struct str account = account_of(run, m), sender = intern_get(&store->intern, m->sender);
        ret->recipients += m->recipients;
        if (account.len)
            parts[0][accounts++] = (struct queue_part){account, {NULL, 0}, 1, m->recipients};
        parts[1][senders++] = (struct queue_part){sender, {NULL, 0}, 1, m->recipients};
    }
    for (uint32_t i = 0; i < store->listed_reason_count; i++) {
        const struct listed_reason *r = &store->listed_reasons[i];
        uint8_t reason = r->reason ? r->reason : (uint8_t)REASON_OTHER;
        if (r->input == queue->input)
            parts[2][reasons++] = (struct queue_part){
                str_of(reason_name((enum reason)reason)),
                mask_secrets(intern_get(&store->intern, r->sample), &run->arena), 0, r->recipients};
    }
    ret->accounts = parts[0], ret->account_count = add_up(parts[0], accounts);
    ret->senders = parts[1], ret->sender_count = add_up(parts[1], senders);
    ret->reasons = parts[2], ret->reason_count = add_up(parts[2], reasons);
}

void describe_snapshots(struct run *run, struct report *report)
{
    const struct store *store = &run->store;
    struct queue_listing *listings =
        arena_alloc(&run->arena, (store->listed_queue_count + 1) * sizeof *listings);
    for (uint32_t i = 0; i < store->listed_queue_count; i++)
        describe_queue(run, &store->listed_queues[i], &listings[i]);
    report->snapshots = listings;
    report->snapshot_count = store->listed_queue_count;
}
