#include <stdlib.h>

#include "envelope_exchange.h"
#include "settle.h"
#include "store_internal.h"

/* A front end opens the session behind it while its client waits, and keeps it while it sends. */
#define APART_USEC ((int64_t)3600 * USEC_PER_SEC)

void front_fold(struct fold *fold, const struct folded *event, struct connection *connection)
{
    struct str ip = folded_get(event, FIELD_ORIG_CLIENT_IP);
    connection->front = exchange_session(folded_get(event, FIELD_SESSION), STR(""));
    if (ip.len)
        connection->ip = folded_id(fold, event, FIELD_ORIG_CLIENT_IP);
}

struct session {
    uint32_t pid, index;
};

static int by_pid(const void *a, const void *b)
{
    const struct session *x = a, *y = b;
    if (x->pid != y->pid)
        return x->pid < y->pid ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

static uint32_t first_of(const struct session *sessions, uint32_t count, uint32_t pid)
{
    uint32_t low = 0, high = count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (sessions[middle].pid < pid)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The session in front, on whichever host it is. */
static uint32_t find_front(const struct store *store, const struct session *sessions,
                           uint32_t count, uint32_t index)
{
    const struct connection *behind = &store->connections[index];
    for (uint32_t low = first_of(sessions, count, behind->front);
         low < count && sessions[low].pid == behind->front; low++) {
        const struct connection *front = &store->connections[sessions[low].index];
        int64_t apart = moment_delta(store, front->first, behind->first);
        if (sessions[low].index != index && front->program == behind->program && !front->front &&
            apart > -APART_USEC && apart < APART_USEC)
            return sessions[low].index;
    }
    return UINT32_MAX;
}

/* What the server behind says of the client, it has from the front end. */
static void join_sessions(struct store *store, const struct session *sessions, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        struct connection *behind = &store->connections[i];
        uint32_t at = behind->front ? find_front(store, sessions, count, i) : UINT32_MAX;
        if (at == UINT32_MAX)
            continue;
        struct connection *front = &store->connections[at];
        front->user = front->user ? front->user : behind->user;
        behind->user = behind->user ? behind->user : front->user;
        front->submits += behind->submits;
        behind->continues = at + 1;
    }
}

/* A message that names its session: whoever logged in there submitted it. */
static void give_login(struct store *store, const struct session *sessions, uint32_t count,
                       struct fragment *f)
{
    for (uint32_t at = first_of(sessions, count, f->pid); at < count && sessions[at].pid == f->pid;
         at++) {
        const struct connection *c = &store->connections[sessions[at].index];
        int64_t apart = moment_delta(store, c->first, f->submitted);
        if (c->host != f->host || c->program != f->program || apart < -APART_USEC ||
            apart > APART_USEC)
            continue;
        f->user = c->user ? c->user : f->user;
        if (!f->orig_ip && c->front)
            f->orig_ip = c->ip;
    }
}

void fronts_settle(struct store *store)
{
    uint32_t program = intern_find(&store->intern, STR("exchange"));
    if (!program)
        return;
    struct session *sessions = xcalloc(store->connection_count, sizeof *sessions);
    for (uint32_t i = 0; i < store->connection_count; i++)
        sessions[i] = (struct session){store->connections[i].pid, i};
    qsort(sessions, store->connection_count, sizeof *sessions, by_pid);
    join_sessions(store, sessions, store->connection_count);
    for (uint32_t i = 0; i < store->fragment_count; i++)
        if (store->fragments[i].program == program && store->fragments[i].pid)
            give_login(store, sessions, store->connection_count, &store->fragments[i]);
    free(sessions);
}
