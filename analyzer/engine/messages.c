#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "sender.h"
#include "settle_internal.h"

enum { NAME_MAX_LEN = 320 };

static const struct fragment *fragment_at(const struct settling *s, uint32_t index)
{
    return &s->store->fragments[index];
}

/* Sendmail logs what it was asked before it says no. */
static bool is_refused(const struct fragment *f)
{
    return (f->flags & FRAGMENT_REFUSED) && (f->flags & FRAGMENT_QUEUED) && !f->recipient_count;
}

/* The queue manager took it up (its line may be lost, what it led to not), or a rule held it at the
 * end of data. */
bool settle_is_queued(const struct fragment *f)
{
    bool held = (f->flags & FRAGMENT_HELD_ON_ENTRY) && f->message_id;
    return !is_refused(f) && ((f->flags & (FRAGMENT_QUEUED | FRAGMENT_EXPIRED)) || held ||
                              (f->recipient_count && !(f->flags & FRAGMENT_HELD_ON_ENTRY)));
}

/* A re-queued one goes on under another id. */
static bool is_accepted(const struct settling *s, uint32_t root)
{
    const struct fragment *f = fragment_at(s, root);
    if (is_refused(f) || settle_is_queued(f))
        return !is_refused(f);
    for (uint32_t c = s->first_child[root]; c != NO_FRAGMENT; c = s->next_sibling[c])
        if (s->out->parent_kinds[c] != EDGE_NOTIFICATION && is_accepted(s, c))
            return true;
    return false;
}

static bool is_inbound(const struct settling *s, const struct gathered *gathered, bool outside)
{
    for (uint32_t i = 0; i < gathered->count; i++)
        if (!settle_is_local(s, gathered->recipients[i].domain))
            return false;
    return gathered->count > 0 || outside;
}

static uint32_t named(struct settling *s, const char *prefix, struct str what,
                      const char *separator, struct str where)
{
    char text[NAME_MAX_LEN];
    snprintf(text, sizeof text, "%s%.*s%s%.*s", prefix, (int)str_head(what, 128).len,
             what.ptr ? what.ptr : "", separator, (int)str_head(where, 128).len,
             where.ptr ? where.ptr : "");
    return intern_id(s->names, str_of(text));
}

static bool is_trusted(const struct settling *s, const struct ip *ip)
{
    for (size_t i = 0; i < s->settings->trusted_net_count; i++)
        if (cidr_has(&s->settings->trusted_nets[i], ip))
            return true;
    return false;
}

static struct address look_at(const struct settling *s, uint32_t id)
{
    struct ip ip;
    char text[IP_TEXT];
    if (!ip_parse(intern_get(s->names, id), &ip))
        return (struct address){.id = 0, .asked = true};
    bool own = settle_is_own(s, &ip);
    return (struct address){.id = intern_id(s->names, ip_text(&ip, text)),
                            .asked = true,
                            .own = own,
                            .inside = own || ip_is_private(&ip) || is_trusted(s, &ip)};
}

/* Own addresses are known by now. */
const struct address *settle_address(const struct settling *s, uint32_t id)
{
    struct address *address = &s->addresses[id];
    if (!address->asked)
        *address = look_at(s, id);
    return address;
}

uint32_t settle_ip(const struct settling *s, uint32_t id)
{
    return settle_address(s, id)->id;
}

/* Who caused the submission, or PRINCIPAL_UNKNOWN for mail that merely came in. */
static uint32_t principal_of(struct settling *s, uint32_t root, const struct gathered *gathered)
{
    const struct fragment *f = fragment_at(s, root);
    const struct intern *strings = &s->store->intern;
    if (f->user)
        return settle_principal(s, settle_account(s, f->user, f->host), PRINCIPAL_ACCOUNT);
    if (f->uid || f->identified) {
        struct str host = intern_get(strings, f->host);
        uint32_t uid = f->uid ? f->uid : f->identified;
        return settle_principal(
            s, named(s, "uid:", intern_get(strings, uid), host.len ? "@" : "", host),
            PRINCIPAL_UID);
    }
    const struct address *source = settle_address(s, f->orig_ip ? f->orig_ip : f->ip);
    bool inside = source->inside;
    if (is_inbound(s, gathered, !inside))
        return PRINCIPAL_UNKNOWN;
    struct str address = source->id ? intern_get(s->names, source->id) : STR("unknown");
    return settle_principal(s, named(s, inside ? "net:" : "anon:", address, "", STR("")),
                            inside ? PRINCIPAL_NET : PRINCIPAL_ANON);
}

#define GROW(array, count, capacity)                                                               \
    do {                                                                                           \
        if ((count) == (capacity)) {                                                               \
            (capacity) = (capacity)*2 + 64;                                                        \
            (array) = xrealloc((array), (capacity), sizeof *(array));                              \
        }                                                                                          \
    } while (0)

static void add_recipients(struct settling *s, const struct gathered *gathered,
                           struct message *message)
{
    message->recipient_first = s->recipient_count;
    message->recipient_count = gathered->count;
    message->recipients = gathered->count + gathered->unnamed;
    message->unnamed_settled = gathered->unnamed_settled;
    for (uint32_t i = 0; i < gathered->count; i++) {
        GROW(s->recipients, s->recipient_count, s->recipient_capacity);
        s->recipients[s->recipient_count++] = gathered->recipients[i];
    }
}

static void describe(struct settling *s, const struct fragment *f, const struct gathered *gathered,
                     struct message *message)
{
    struct str client = intern_get(&s->store->intern, f->client_name);
    bool forwarded = f->orig_ip;
    const struct address *source = settle_address(s, forwarded ? f->orig_ip : f->ip);
    message->host = f->host;
    message->queue_id = f->queue_id;
    message->last_queue_id = gathered->last_queue_id ? gathered->last_queue_id : 0;
    message->ip = source->id;
    if (forwarded)
        client = intern_get(&s->store->intern, f->orig_client_name);
    message->client_name =
        client.len && !str_eq(client, STR("unknown")) ? intern_lower_id(s->names, client) : 0;
    if (f->user && source->own) {
        message->ip = 0;
        message->flags |= MESSAGE_SOURCE_HIDDEN;
    }
    message->sender = f->sender;
    message->sender_domain =
        f->sender ? sender_domain(s->names, intern_get(&s->store->intern, f->sender)) : 0;
    message->header_domain = f->header_domain;
    message->script = s->scripts ? s->scripts[f - s->store->fragments] : 0;
    message->size = f->size;
    message->message_id = f->message_id;
    message->message_shape = f->message_shape;
    message->first_usec = settle_utc(s, f->first);
    message->accepted_usec = f->flags & FRAGMENT_QUEUED ? settle_utc(s, f->queued) : TIME_NONE;
    message->last_usec = gathered->last_usec;
    message->place = f->place;
    message->flags |= (uint8_t)((gathered->expanded ? MESSAGE_EXPANDED : 0) |
                                (gathered->maybe_removed ? MESSAGE_MAYBE_REMOVED : 0) |
                                (gathered->open ? MESSAGE_OPEN : 0));
}

/* Looks re-injected: loopback handed it in without a login, and no parent was found. */
static bool is_unbound(const struct settling *s, const struct fragment *f)
{
    return (f->flags & FRAGMENT_SUBMITTED) && !f->user && settle_address(s, f->ip)->own;
}

/* Names a message it came out of, which is not in the log: who submitted that is not known. */
static bool has_lost_parent(const struct fragment *f)
{
    return !f->user && (f->orig_queue_id || f->orig_id);
}

static void add_message(struct settling *s, uint32_t root, struct gathered *gathered)
{
    const struct fragment *f = fragment_at(s, root);
    struct facts *facts = &s->out->facts;
    int64_t usec = settle_utc(s, f->first);
    if (usec < s->history_usec)
        return;
    settle_gather(s, root, gathered);
    bool counts = facts_covers(facts, usec);
    uint32_t recipients = gathered->count + gathered->unnamed;
    if (!(f->flags & FRAGMENT_STARTED) || (has_lost_parent(f) && !is_inbound(s, gathered, false))) {
        facts->unattributed_messages += counts;
        facts->clientless |=
            counts && str_starts(intern_get(&s->store->intern, f->instance), STR("qmail"));
        facts->unattributed_recipients += counts ? recipients : 0;
        return;
    }
    uint32_t principal = principal_of(s, root, gathered);
    s->out->principal_of[root] = principal;
    if (principal == PRINCIPAL_UNKNOWN) {
        facts->inbound_messages += counts;
        facts->inbound_recipients += counts ? recipients : 0;
        return;
    }
    GROW(s->messages, s->message_count, s->message_capacity);
    struct message *message = &s->messages[s->message_count++];
    *message =
        (struct message){.principal = principal, .flags = is_unbound(s, f) ? MESSAGE_UNBOUND : 0};
    describe(s, f, gathered, message);
    add_recipients(s, gathered, message);
}

static int by_principal_and_time(const void *a, const void *b)
{
    const struct message *x = a, *y = b;
    if (x->principal != y->principal)
        return x->principal < y->principal ? -1 : 1;
    if (x->first_usec != y->first_usec)
        return x->first_usec < y->first_usec ? -1 : 1;
    if (x->place.input != y->place.input)
        return x->place.input < y->place.input ? -1 : 1;
    return (x->place.offset > y->place.offset) - (x->place.offset < y->place.offset);
}

void settle_link_children(struct settling *s)
{
    uint32_t count = s->store->fragment_count;
    s->first_child = xcalloc(count + 1, sizeof *s->first_child);
    s->next_sibling = xcalloc(count + 1, sizeof *s->next_sibling);
    memset(s->first_child, 0xff, (count + 1) * sizeof *s->first_child);
    for (uint32_t i = count; i-- > 0;) {
        uint32_t parent = s->out->parents[i];
        s->next_sibling[i] = NO_FRAGMENT;
        if (parent == NO_FRAGMENT)
            continue;
        s->next_sibling[i] = s->first_child[parent];
        s->first_child[parent] = i;
    }
}

void settle_messages(struct settling *s)
{
    struct gathered gathered = {0};
    settle_link_children(s);
    for (uint32_t i = 0; i < s->store->fragment_count; i++) {
        const struct fragment *f = fragment_at(s, i);
        s->out->principal_of[i] = PRINCIPAL_UNKNOWN;
        bool notification = (f->flags & FRAGMENT_SELF_ID) && !(f->flags & FRAGMENT_STARTED);
        if (s->out->parents[i] == NO_FRAGMENT && !(f->flags & FRAGMENT_ABSORBED) && !notification &&
            is_accepted(s, i))
            add_message(s, i, &gathered);
    }
    free(gathered.recipients);
    for (uint32_t i = 0; i < s->store->fragment_count; i++)
        s->out->principal_of[i] = s->out->principal_of[s->out->roots[i]];
}

uint32_t settle_principal(struct settling *s, uint32_t name, enum principal_kind kind)
{
    if (s->slot_of_capacity < s->names->capacity) {
        s->slot_of = xrealloc(s->slot_of, s->names->capacity, sizeof *s->slot_of);
        memset(s->slot_of + s->slot_of_capacity, 0,
               (s->names->capacity - s->slot_of_capacity) * sizeof *s->slot_of);
        s->slot_of_capacity = s->names->capacity;
    }
    if (!s->slot_of[name]) {
        GROW(s->slots, s->slot_count, s->slot_capacity);
        s->slots[s->slot_count] = (struct principal_slot){name, (uint8_t)kind};
        s->slot_of[name] = ++s->slot_count;
    }
    return s->slot_of[name] - 1;
}

struct sort_slot {
    struct str name;
    uint32_t index;
    uint8_t kind;
};

static int by_kind_and_name(const void *a, const void *b)
{
    const struct sort_slot *x = a, *y = b;
    bool x_other = x->kind != PRINCIPAL_ACCOUNT, y_other = y->kind != PRINCIPAL_ACCOUNT;
    return x_other != y_other ? x_other - y_other : str_compare(x->name, y->name);
}

/* Index of each message's principal after sorting, then the messages in that order. */
static void sort_messages(struct settling *s, const uint32_t *new_index)
{
    for (uint32_t i = 0; i < s->message_count; i++)
        s->messages[i].principal = new_index[s->messages[i].principal];
    settle_group(s->messages, s->message_count, sizeof *s->messages,
                 offsetof(struct message, principal), s->slot_count, by_principal_and_time);
}

uint32_t *settle_sort_principals(struct settling *s)
{
    struct sort_slot *order = xcalloc(s->slot_count, sizeof *order);
    uint32_t *new_index = xcalloc(s->slot_count, sizeof *new_index);
    struct principal_slot *sorted = xcalloc(s->slot_count, sizeof *sorted);
    for (uint32_t i = 0; i < s->slot_count; i++)
        order[i] = (struct sort_slot){intern_get(s->names, s->slots[i].name), i, s->slots[i].kind};
    qsort(order, s->slot_count, sizeof *order, by_kind_and_name);
    for (uint32_t i = 0; i < s->slot_count; i++) {
        new_index[order[i].index] = i;
        sorted[i] = s->slots[order[i].index];
    }
    free(order);
    free(s->slots);
    s->slots = sorted;
    s->slot_capacity = s->slot_count;
    for (uint32_t i = 0; i < s->slot_count; i++)
        s->slot_of[sorted[i].name] = i + 1;
    for (uint32_t i = 0; i < s->store->fragment_count; i++)
        if (s->out->principal_of[i] != PRINCIPAL_UNKNOWN)
            s->out->principal_of[i] = new_index[s->out->principal_of[i]];
    sort_messages(s, new_index);
    return new_index;
}
