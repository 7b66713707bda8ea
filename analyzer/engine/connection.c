#include "hash.h"
#include <stdlib.h>

#include "store_internal.h"

static uint64_t key_of(const struct store *store, uint32_t host, uint32_t program, uint32_t pid)
{
    uint32_t parts[3] = {host, program, pid};
    return XXH3_64bits_withSeed(parts, sizeof parts, store->intern.seed);
}

static bool is_key(const struct connection *connection, uint32_t host, uint32_t program,
                   uint32_t pid)
{
    return connection->host == host && connection->program == program && connection->pid == pid;
}

/* The slot of the key, or the free one where it would go. */
static uint32_t *slot_of(struct store *store, uint64_t key, uint32_t host, uint32_t program,
                         uint32_t pid)
{
    uint32_t at = (uint32_t)key & store->connection_mask;
    while (store->connection_slots[at] &&
           !is_key(&store->connections[store->connection_slots[at] - 1], host, program, pid))
        at = (at + 1) & store->connection_mask;
    return &store->connection_slots[at];
}

static void grow_slots(struct store *store)
{
    uint32_t *old = store->connection_slots, old_count = store->connection_mask + 1;
    store->connection_mask = old_count * 2 - 1;
    store->connection_slots = xcalloc((size_t)old_count * 2, sizeof *old);
    for (uint32_t i = 0; i < old_count; i++) {
        if (!old[i])
            continue;
        const struct connection *c = &store->connections[old[i] - 1];
        *slot_of(store, c->key, c->host, c->program, c->pid) = old[i];
    }
    free(old);
}

static struct connection *newest(struct store *store, const struct connection *model)
{
    uint32_t *slot = slot_of(store, model->key, model->host, model->program, model->pid);
    return *slot ? &store->connections[*slot - 1] : NULL;
}

/* Closed, seen whole, and of nobody who logged in: its place may be taken by the next of the same
 * process. */
static bool may_be_forgotten(const struct connection *connection)
{
    return connection->first_kind == EVENT_CONNECT && connection->last_kind == EVENT_DISCONNECT &&
           !connection->user && !connection->auth_ok;
}

static struct connection *add(struct store *store, const struct connection *model)
{
    uint32_t *slot = slot_of(store, model->key, model->host, model->program, model->pid);
    bool new_key = !*slot;
    struct connection *connection = new_key ? NULL : &store->connections[*slot - 1];
    if (!connection || !may_be_forgotten(connection)) {
        connection = STORE_ADD(store, connections, connection);
        *slot = store->connection_count;
    }
    *connection = *model;
    connection->first_of_key =
        new_key && model->first_of_key; /* what was forgotten stood in front of it all the same */
    if (new_key && ++store->connection_used > store->connection_mask / 2)
        grow_slots(store);
    return connection;
}

/* Where a server logs no connects, a process that takes mail from another address, or again after
 * long, is another's: its number was used again. */
static bool other_client(const struct store *store, const struct connection *open,
                         const struct connection *after)
{
    const int64_t silence = (int64_t)3600 * USEC_PER_SEC;
    return after->first_kind == EVENT_ACCEPTED &&
           ((open->ip && after->ip && open->ip != after->ip) ||
            moment_delta(store, open->last, after->first) > silence);
}

static bool new_connection(const struct store *store, const struct connection *open,
                           const struct connection *model)
{
    return !open || model->first_kind == EVENT_CONNECT || open->last_kind == EVENT_DISCONNECT ||
           open->epoch != store->epoch || other_client(store, open, model);
}

/* Some servers name the client of a session in its first line alone. */
static bool may_lack_client(const struct folded *event)
{
    uint8_t kind = event->line->kind;
    return kind == EVENT_AUTHENTICATED || kind == EVENT_CONNECT || kind == EVENT_DISCONNECT ||
           (kind == EVENT_ACCEPTED && !folded_get(event, FIELD_UID).ptr);
}

static uint32_t count_of(struct str stat, bool total)
{
    uint64_t ok = 0, all = 0;
    if (!str_take_u64(&stat, &ok))
        return 0;
    if (!total || !str_take(&stat, STR("/")) || !str_to_u64(stat, &all))
        all = ok;
    uint64_t value = total ? all : ok;
    return value > UINT32_MAX ? UINT32_MAX : (uint32_t)value;
}

void connection_fold(struct fold *fold, const struct folded *event)
{
    struct store *store = fold->store;
    uint8_t kind = event->line->kind == EVENT_CONNECT || event->line->kind == EVENT_DISCONNECT ||
                           event->line->kind == EVENT_ACCEPTED
                       ? event->line->kind
                       : (uint8_t)EVENT_NOTE;
    struct str ip = folded_get(event, FIELD_CLIENT_IP),
               user = folded_get(event, FIELD_SASL_USERNAME);
    if (!event->line->pid || (!ip.ptr && !may_lack_client(event)) ||
        folded_get(event, FIELD_SERVICE).ptr)
        return;
    struct connection model = {.host = event->host,
                               .program = event->program,
                               .pid = event->line->pid,
                               .first = event->when,
                               .place = event->place,
                               .epoch = store->epoch,
                               .first_kind = kind,
                               .first_of_key = true,
                               .ip = folded_id(fold, event, FIELD_CLIENT_IP),
                               .key = key_of(store, event->host, event->program, event->line->pid)};
    struct connection *connection = newest(store, &model);
    if (new_connection(store, connection, &model))
        connection = add(store, &model);
    if (!connection->ip) {
        connection->ip = model.ip;
    }
    if (!connection->client_name && connection->ip == model.ip) {
        connection->client_name = folded_id(fold, event, FIELD_CLIENT_NAME);
    }
    bool refusal = event->line->kind == EVENT_REJECT;
    if (user.len && event->line->kind != EVENT_AUTH_FAILED &&
        (!connection->user || (connection->by_refusal && !refusal))) {
        connection->user = folded_id(fold, event, FIELD_SASL_USERNAME);
        connection->by_refusal = refusal;
        connection->apart = kind == EVENT_CONNECT || event->line->kind == EVENT_AUTHENTICATED;
    }
    if (event->line->kind == EVENT_FRONTED)
        front_fold(fold, event, connection);
    connection->submits += event->line->kind == EVENT_SUBMIT || event->line->kind == EVENT_ACCEPTED;
    if (kind == EVENT_DISCONNECT) {
        connection->auth_ok = count_of(folded_get(event, FIELD_STAT_AUTH), false);
        connection->auth_total = count_of(folded_get(event, FIELD_STAT_AUTH), true);
        connection->mails = count_of(folded_get(event, FIELD_STAT_MAIL), false);
        connection->has_stats = folded_get(event, FIELD_STAT_COMMANDS).ptr;
    }
    connection->last = event->when;
    connection->last_place = event->place;
    connection->last_kind = kind;
    store_fit_ids(store);
}

void connection_rehash(struct store *store)
{
    memset(store->connection_slots, 0,
           ((size_t)store->connection_mask + 1) * sizeof *store->connection_slots);
    for (uint32_t i = 0; i < store->connection_count; i++) {
        struct connection *c = &store->connections[i];
        c->key = key_of(store, c->host, c->program, c->pid);
        *slot_of(store, c->key, c->host, c->program, c->pid) = i + 1; /* the newest stands last */
    }
}

static void merge(struct connection *a, const struct connection *b)
{
    if (b->front) {
        a->front = b->front;
        a->ip = b->ip;
    }
    if (!a->user || (a->by_refusal && b->user && !b->by_refusal)) {
        a->user = b->user;
        a->by_refusal = b->by_refusal;
        a->apart = b->apart;
    }
    if (!a->ip)
        a->ip = b->ip;
    if (!a->client_name && a->ip == b->ip)
        a->client_name = b->client_name;
    a->submits += b->submits;
    a->auth_ok = b->auth_ok;
    a->auth_total = b->auth_total;
    a->mails = b->mails;
    a->has_stats = b->has_stats;
    a->last = b->last;
    a->last_place = b->last_place;
    a->last_kind = b->last_kind;
}

void connection_join(struct store *a, struct store *b, const uint32_t *ids, uint32_t run_base,
                     uint32_t input_base)
{
    for (uint32_t i = 0; i < b->connection_count; i++) {
        struct connection c = b->connections[i];
        uint32_t *const strings[] = {&c.host, &c.program, &c.ip, &c.client_name, &c.user};
        for (size_t k = 0; k < sizeof strings / sizeof *strings; k++)
            *strings[k] = ids[*strings[k]];
        c.key = key_of(a, c.host, c.program, c.pid);
        c.place.input += input_base;
        c.last_place.input += input_base;
        c.first.run += c.first.run == NO_RUN ? 0 : run_base;
        c.last.run += c.last.run == NO_RUN ? 0 : run_base;
        struct connection *open = newest(a, &c);
        bool joins = c.first_of_key && c.epoch == 0 && c.first_kind != EVENT_CONNECT && open &&
                     open->epoch == a->epoch && open->last_kind != EVENT_DISCONNECT &&
                     !other_client(a, open, &c);
        c.epoch += a->epoch;
        if (joins)
            merge(open, &c);
        else
            add(a, &c);
    }
}
