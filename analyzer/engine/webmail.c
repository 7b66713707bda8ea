#include <stdlib.h>

#include "sessions.h"
#include "told.h"

/* From the hand-over to the MTA's first line: the clocks of two hosts differ. */
#define HANDED_USEC ((int64_t)120 * USEC_PER_SEC)
/* The same where nothing but the account says which message it was. */
#define NAMELESS_USEC ((int64_t)5 * USEC_PER_SEC)

static uint32_t id_of(struct fold *fold, const struct folded *event, enum field_id id)
{
    return folded_get(event, id).len ? folded_id(fold, event, id) : 0;
}

/* Message-IDs that mailboxd makes: "hash.number.milliseconds.JavaMail.user@host" (UniqueValue of
 * JavaMail). */
static bool java_id_time(struct str id, int64_t *ret_usec)
{
    struct str part;
    uint64_t milliseconds;
    if (!str_cut(&id, STR("."), &part) || !str_cut(&id, STR("."), &part) ||
        !str_cut(&id, STR("."), &part) || !str_starts(id, STR("JavaMail.")) || part.len != 13 ||
        !str_to_u64(part, &milliseconds))
        return false;
    *ret_usec = (int64_t)milliseconds * 1000;
    return true;
}

void webmail_fold(struct fold *fold, const struct folded *event)
{
    struct str message_id = folded_get(event, FIELD_MESSAGE_ID);
    struct handed handed = {.when = event->when,
                            .place = event->place,
                            .host = event->host,
                            .name = id_of(fold, event, FIELD_SASL_USERNAME),
                            .ip = id_of(fold, event, FIELD_CLIENT_IP),
                            .relay = id_of(fold, event, FIELD_RELAY_NAME),
                            .queue_id = id_of(fold, event, FIELD_QUEUED_AS),
                            .session = id_of(fold, event, FIELD_SESSION),
                            .message_id =
                                message_id.len ? folded_hash(event, FIELD_MESSAGE_ID) | 1 : 0};
    int64_t usec;
    if (java_id_time(message_id, &usec))
        clock_prove(fold->store, event->when, usec);
    store_fit_ids(fold->store);
    if (handed.name)
        *STORE_ADD(fold->store, handed_list, handed) = handed;
}

void webmail_join(struct store *a, const struct store *b, const uint32_t *ids, uint32_t run_base,
                  uint32_t input_base)
{
    for (uint32_t i = 0; i < b->handed_count; i++) {
        struct handed *h = STORE_ADD(a, handed_list, handed);
        *h = b->handed_list[i];
        h->host = ids[h->host], h->name = ids[h->name], h->ip = ids[h->ip];
        h->relay = ids[h->relay], h->queue_id = ids[h->queue_id], h->session = ids[h->session];
        h->place.input += input_base;
        h->when.run += h->when.run == NO_RUN ? 0 : run_base;
    }
}

/* A message of the MTA that may have been handed to it, by Message-ID and time. */
struct candidate {
    uint64_t message_id;
    int64_t usec;
    uint32_t fragment;
    bool taken;
};

/* A message of a login from inside, and a hand-over that names neither Message-ID nor queue ID. */
struct by_user {
    uint32_t user; /* joined_user */
    uint32_t index;
    int64_t usec;
    bool taken;
};

struct webmail {
    const struct joined *joined;
    struct sessions sessions;
    struct candidate *candidates;
    uint32_t count;
    uint8_t *is_child; /* by queue ID: some message of this server was passed on under it */
};

static int by_message_id(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->message_id != y->message_id)
        return x->message_id < y->message_id ? -1 : 1;
    if (x->usec != y->usec)
        return x->usec < y->usec ? -1 : 1;
    return (x->fragment > y->fragment) - (x->fragment < y->fragment);
}

/* Came in from a client or a local program, not out of another message. */
static bool is_root(const struct webmail *w, const struct fragment *f)
{
    return (f->flags & FRAGMENT_STARTED) && !(f->flags & FRAGMENT_ABSORBED) && !f->orig_queue_id &&
           !f->orig_id && !w->is_child[f->queue_id];
}

static bool same_name(struct str a, struct str b)
{
    return str_find_char(a, '.') > 0 && str_eq_nocase(a, b);
}

/* Did the MTA take it from the server that says so: from inside, or from a name of its own, which
   the MTA has verified? */
static bool from_server(const struct webmail *w, const struct handed *h, const struct fragment *f)
{
    const struct intern *strings = &w->joined->store->intern;
    struct str client = intern_get(strings, f->client_name);
    if (f->uid || joined_is_inner(w->joined, f->ip))
        return true;
    return same_name(client, intern_get(strings, h->host)) ||
           same_name(client, intern_get(strings, h->relay)) ||
           same_name(client, intern_get(strings, f->host));
}

static bool fits(const struct webmail *w, const struct handed *h, const struct fragment *f,
                 int64_t usec)
{
    const struct store *store = w->joined->store;
    int64_t when = joined_utc(w->joined, h->when);
    return when != TIME_NONE && usec != TIME_NONE && usec >= when - HANDED_USEC &&
           usec <= when + HANDED_USEC && is_root(w, f) && from_server(w, h, f) &&
           (!f->user || joined_same_user(store, f->user, h->name));
}

static struct fragment *by_id(struct webmail *w, const struct handed *h)
{
    struct store *store = w->joined->store;
    uint32_t low = 0, high = w->count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (w->candidates[middle].message_id < h->message_id)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < w->count && w->candidates[low].message_id == h->message_id; low++) {
        struct candidate *c = &w->candidates[low];
        struct fragment *f = &store->fragments[c->fragment];
        if (c->taken || !fits(w, h, f, c->usec))
            continue;
        c->taken = true;
        return f;
    }
    return NULL;
}

static struct fragment *by_queue_id(const struct webmail *w, const struct handed *h)
{
    struct store *store = w->joined->store;
    uint32_t at = h->queue_id ? store->latest[h->queue_id] : 0;
    for (at = at ? at - 1 : NO_FRAGMENT; at != NO_FRAGMENT; at = store->fragments[at].older) {
        struct fragment *f = &store->fragments[at];
        if (fits(w, h, f, joined_utc(w->joined, f->first)))
            return f;
    }
    return NULL;
}

static bool is_loopback(const struct store *store, uint32_t id)
{
    struct ip ip;
    return ip_parse(intern_get(&store->intern, id), &ip) && ip_is_loopback(&ip);
}

/* The peer that the MTA saw is a server's address, not the sender's. */
static void give(const struct webmail *w, struct handed *h, struct fragment *f)
{
    struct connection *session = f->user ? sessions_of_message(&w->sessions, f) : NULL;
    h->fragment = (uint32_t)(f - w->joined->store->fragments) + 1;
    if (!f->uid)
        h->server_ip = f->ip;
    if (!f->user)
        f->user = h->name;
    if (!h->ip || f->orig_ip || is_loopback(w->joined->store, h->ip))
        return;
    f->orig_ip = h->ip;
    f->orig_client_name = 0;
    if (session && !session->told_ip) { /* webmail logged in to the MTA for its user */
        session->ip = h->ip;
        session->client_name = 0;
        session->told_ip = true;
    }
}

static void collect(struct webmail *w)
{
    const struct store *store = w->joined->store;
    w->candidates = xcalloc(store->fragment_count + 1, sizeof *w->candidates);
    w->is_child = xcalloc(store->intern.count + 1, 1);
    for (uint32_t i = 0; i < store->edge_count; i++)
        w->is_child[store->edges[i].child_id] = 1;
    for (uint32_t i = 0; i < store->fragment_count; i++) {
        const struct fragment *f = &store->fragments[i];
        if (f->message_id && is_root(w, f))
            w->candidates[w->count++] =
                (struct candidate){f->message_id, joined_utc(w->joined, f->first), i, false};
    }
    if (w->count)
        qsort(w->candidates, w->count, sizeof *w->candidates, by_message_id);
}

static int by_user_and_time(const void *a, const void *b)
{
    const struct by_user *x = a, *y = b;
    if (x->user != y->user)
        return x->user < y->user ? -1 : 1;
    if (x->usec != y->usec)
        return x->usec < y->usec ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

static bool is_nameless(const struct handed *h)
{
    return !h->message_id && !h->queue_id && h->ip;
}

/* Does the account send from two addresses at that time? Then nobody knows which is which. */
static bool is_ambiguous(const struct store *store, const struct by_user *handed, uint32_t count,
                         uint32_t at)
{
    for (uint32_t i = at; i-- > 0 && handed[i].user == handed[at].user &&
                          handed[i].usec + 2 * NAMELESS_USEC >= handed[at].usec;)
        if (store->handed_list[handed[i].index].ip != store->handed_list[handed[at].index].ip)
            return true;
    for (uint32_t i = at + 1; i < count && handed[i].user == handed[at].user &&
                              handed[i].usec <= handed[at].usec + 2 * NAMELESS_USEC;
         i++)
        if (store->handed_list[handed[i].index].ip != store->handed_list[handed[at].index].ip)
            return true;
    return false;
}

static uint32_t sessions_from_inside(const struct webmail *w, struct by_user *ret)
{
    const struct store *store = w->joined->store;
    uint32_t count = 0;
    for (uint32_t i = 0; i < store->fragment_count; i++) {
        const struct fragment *f = &store->fragments[i];
        int64_t usec = joined_utc(w->joined, f->first);
        if (f->user && !f->orig_ip && usec != TIME_NONE && joined_is_inner(w->joined, f->ip))
            ret[count++] = (struct by_user){joined_user(w->joined, f->user), i, usec, false};
    }
    if (count)
        qsort(ret, count, sizeof *ret, by_user_and_time);
    return count;
}

/* Webmail that logs no id, but logs in to the MTA as its user: each hand-over takes the first
 * message of that login near it. */
static void match_users(const struct webmail *w, struct by_user *handed, uint32_t count)
{
    struct store *store = w->joined->store;
    struct by_user *messages = xcalloc(store->fragment_count + 1, sizeof *messages);
    uint32_t message_count = sessions_from_inside(w, messages), from = 0;
    for (uint32_t i = 0; i < count; i++) {
        while (from < message_count &&
               (messages[from].user < handed[i].user ||
                (messages[from].user == handed[i].user &&
                 (messages[from].taken || messages[from].usec + NAMELESS_USEC < handed[i].usec))))
            from++;
        if (from == message_count)
            break;
        struct handed *h = &store->handed_list[handed[i].index];
        struct fragment *f = &store->fragments[messages[from].index];
        if (messages[from].user != handed[i].user ||
            messages[from].usec > handed[i].usec + NAMELESS_USEC ||
            !joined_same_user(store, f->user, h->name))
            continue;
        messages[from].taken = true;
        if (!is_ambiguous(store, handed, count, i))
            give(w, h, f);
    }
    free(messages);
}

static void without_ids(const struct webmail *w)
{
    struct store *store = w->joined->store;
    struct by_user *handed = xcalloc(store->handed_count, sizeof *handed);
    uint32_t count = 0;
    for (uint32_t i = 0; i < store->handed_count; i++) {
        const struct handed *h = &store->handed_list[i];
        int64_t usec = joined_utc(w->joined, h->when);
        if (is_nameless(h) && usec != TIME_NONE)
            handed[count++] = (struct by_user){joined_user(w->joined, h->name), i, usec, false};
    }
    if (count) {
        qsort(handed, count, sizeof *handed, by_user_and_time);
        match_users(w, handed, count);
    }
    free(handed);
}

void webmail_settle(const struct joined *joined)
{
    struct store *store = joined->store;
    struct webmail w = {.joined = joined};
    if (!store->handed_count)
        return;
    collect(&w);
    sessions_init(&w.sessions, store, NULL);
    for (uint32_t i = 0; i < store->handed_count; i++) {
        struct handed *h = &store->handed_list[i];
        struct fragment *f = by_queue_id(&w, h);
        if (!f && h->message_id)
            f = by_id(&w, h);
        if (f)
            give(&w, h, f);
    }
    without_ids(&w);
    free(w.candidates);
    free(w.is_child);
    sessions_free(&w.sessions);
}
