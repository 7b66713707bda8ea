#define _GNU_SOURCE /* qsort_r */
#include "sessions.h"

#include <stdlib.h>

#include "store_internal.h"

static int place_order(const struct place *a, const struct place *b)
{
    if (a->input != b->input)
        return a->input < b->input ? -1 : 1;
    return (a->offset > b->offset) - (a->offset < b->offset);
}

static int process_order(const struct connection *x, const struct connection *y)
{
    if (x->host != y->host)
        return x->host < y->host ? -1 : 1;
    if (x->program != y->program)
        return x->program < y->program ? -1 : 1;
    if (x->pid != y->pid)
        return x->pid < y->pid ? -1 : 1;
    return place_order(&x->place, &y->place);
}

static int by_process(const void *a, const void *b, void *connections)
{
    const struct connection *all = connections;
    return process_order(&all[*(const uint32_t *)a], &all[*(const uint32_t *)b]);
}

void sessions_init(struct sessions *ret, struct store *store,
                   bool (*wanted)(const struct connection *connection))
{
    *ret = (struct sessions){.store = store};
    ret->order = xcalloc(store->connection_count + 1, sizeof *ret->order);
    for (uint32_t i = 0; i < store->connection_count; i++)
        if (!wanted || wanted(&store->connections[i]))
            ret->order[ret->count++] = i;
    if (ret->count)
        qsort_r(ret->order, ret->count, sizeof *ret->order, by_process, store->connections);
}

void sessions_free(struct sessions *sessions)
{
    free(sessions->order);
    *sessions = (struct sessions){.store = NULL};
}

struct connection *sessions_find(const struct sessions *sessions, const struct session_key *wanted)
{
    struct connection key = {.host = wanted->host,
                             .program = wanted->program,
                             .pid = wanted->pid,
                             .place = wanted->place};
    uint32_t low = 0, high = sessions->count;
    while (low < high) { /* the first that began behind the place */
        uint32_t middle = (low + high) / 2;
        if (process_order(&sessions->store->connections[sessions->order[middle]], &key) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (!low)
        return NULL;
    struct connection *c = &sessions->store->connections[sessions->order[low - 1]];
    if (c->host != key.host || c->program != key.program || c->pid != key.pid)
        return NULL;
    bool open = c->last_kind != EVENT_DISCONNECT;
    return open || place_order(&key.place, &c->last_place) <= 0 ? c : NULL;
}

struct connection *sessions_of_message(const struct sessions *sessions,
                                       const struct fragment *fragment)
{
    struct session_key key = {fragment->host, fragment->program, fragment->pid, fragment->place};
    struct connection *c = sessions_find(sessions, &key);
    return c && place_order(&fragment->place, &c->last_place) <= 0 ? c : NULL;
}
