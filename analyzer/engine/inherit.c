#include "sessions.h"
#include "settle.h"
#include "store_internal.h"

/* By the sendmail command, or by the server itself: who called it, is not logged. The server's own
 * notifications have no sender. */
static void hand_in_locally(struct store *store, struct fragment *f)
{
    f->flags &= (uint16_t)~FRAGMENT_SUBMITTED;
    if (intern_get(&store->intern, f->sender).len) {
        f->uid = intern_id(&store->intern, STR("unknown"));
        store_fit_ids(store);
        return;
    }
    f->flags &= (uint16_t)~FRAGMENT_STARTED;
    f->flags |= FRAGMENT_SELF_ID;
}

static void give_to_message(const struct sessions *sessions, struct fragment *f)
{
    if (!(f->flags & FRAGMENT_SUBMITTED) || !f->pid || f->user)
        return;
    const struct connection *c = sessions_of_message(sessions, f);
    if (!c || (f->ip && f->ip != c->ip))
        return;
    if (!c->ip && str_eq(intern_get(&sessions->store->intern, c->client_name), STR("local"))) {
        hand_in_locally(sessions->store, f);
        return;
    }
    if (!f->ip) {
        f->ip = c->ip;
        f->client_name = c->client_name;
    }
    if (c->apart)
        f->user = c->user;
}

/* The client of a line that does not name it. */
static void give_client(const struct sessions *sessions, struct session_key key, uint32_t *ip,
                        uint32_t *client_name)
{
    const struct connection *c = *ip || !key.pid ? NULL : sessions_find(sessions, &key);
    if (!c)
        return;
    *ip = c->ip;
    *client_name = c->client_name;
}

/* Is there any server that says of a session in one line what belongs to another? */
static bool says_apart(const struct store *store)
{
    for (uint32_t i = 0; i < store->connection_count; i++)
        if (store->connections[i].apart)
            return true;
    for (uint32_t i = 0; i < store->fragment_count; i++)
        if ((store->fragments[i].flags & FRAGMENT_SUBMITTED) && !store->fragments[i].ip)
            return true;
    for (uint32_t i = 0; i < store->failure_count; i++)
        if (!store->failures[i].ip && store->failures[i].pid)
            return true;
    return false;
}

void inherit_settle(struct store *store)
{
    struct sessions sessions;
    if (!says_apart(store))
        return;
    sessions_init(&sessions, store, NULL);
    for (uint32_t i = 0; i < store->fragment_count; i++)
        give_to_message(&sessions, &store->fragments[i]);
    for (uint32_t i = 0; i < store->failure_count; i++) {
        struct failure *f = &store->failures[i];
        give_client(&sessions, (struct session_key){f->host, f->program, f->pid, f->place}, &f->ip,
                    &f->client_name);
    }
    for (uint32_t i = 0; i < store->refused_count; i++) {
        struct refused *r = &store->refusals[i];
        give_client(&sessions, (struct session_key){r->host, r->program, r->pid, r->place}, &r->ip,
                    &r->client_name);
    }
    sessions_free(&sessions);
}
