#include <stdlib.h>

#include "sessions.h"
#include "settle.h"
#include "store_internal.h"

/* The filter's own session with the server runs while the client waits for its answer. */
#define AROUND_USEC ((int64_t)600 * USEC_PER_SEC)

void proxied_fold(struct fold *fold, const struct folded *event)
{
    struct store *store = fold->store;
    if (!folded_get(event, FIELD_QUEUED_AS).len || !event->line->pid)
        return;
    struct proxied proxied = {.when = event->when,
                              .place = event->place,
                              .host = event->host,
                              .program = event->program,
                              .pid = event->line->pid,
                              .child_id = folded_id(fold, event, FIELD_QUEUED_AS)};
    store_fit_ids(store);
    *STORE_ADD(store, proxied_list, proxied) = proxied;
}

void proxied_join(struct store *a, const struct store *b, const uint32_t *ids, uint32_t run_base,
                  uint32_t input_base)
{
    for (uint32_t i = 0; i < b->proxied_count; i++) {
        struct proxied *p = STORE_ADD(a, proxied_list, proxied);
        *p = b->proxied_list[i];
        p->host = ids[p->host];
        p->program = ids[p->program];
        p->child_id = ids[p->child_id];
        p->place.input += input_base;
        p->when.run += p->when.run == NO_RUN ? 0 : run_base;
    }
}

static struct fragment *find_child(struct store *store, const struct proxied *p)
{
    uint32_t at = store->latest[p->child_id];
    for (at = at ? at - 1 : NO_FRAGMENT; at != NO_FRAGMENT; at = store->fragments[at].older) {
        struct fragment *f = &store->fragments[at];
        int64_t delta = moment_delta(store, f->first, p->when);
        if (f->host == p->host && (f->flags & FRAGMENT_SUBMITTED) && !f->user &&
            delta >= -AROUND_USEC && delta <= AROUND_USEC)
            return f;
    }
    return NULL;
}

void proxied_settle(struct store *store)
{
    struct sessions sessions;
    if (store->proxied_count == 0)
        return;
    sessions_init(&sessions, store, NULL);
    for (uint32_t i = 0; i < store->proxied_count; i++) {
        const struct proxied *p = &store->proxied_list[i];
        struct session_key key = {p->host, p->program, p->pid, p->place};
        const struct connection *session = sessions_find(&sessions, &key);
        struct fragment *child = session ? find_child(store, p) : NULL;
        if (!child)
            continue;
        child->user = session->user;
        if (child->orig_ip)
            continue;
        child->orig_ip = session->ip;
        child->orig_client_name = session->client_name;
    }
    sessions_free(&sessions);
}
