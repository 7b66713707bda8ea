#include <stdlib.h>

#include "settle.h"

#define LEAD_USEC ((int64_t)2 * USEC_PER_SEC)
#define PATIENCE_USEC ((int64_t)3600 * USEC_PER_SEC)

/* A (host, instance) that has a queue manager of its own. */
struct owner {
    uint32_t host, instance;
};

static bool is_owner(const struct owner *owners, size_t count, uint32_t host, uint32_t instance)
{
    for (size_t i = 0; i < count; i++)
        if (owners[i].host == host && owners[i].instance == instance)
            return true;
    return false;
}

static bool has_owner(const struct owner *owners, size_t count, uint32_t host)
{
    for (size_t i = 0; i < count; i++)
        if (owners[i].host == host)
            return true;
    return false;
}

static size_t find_owners(const struct store *store, struct owner **ret)
{
    struct owner *owners = NULL;
    size_t count = 0;
    for (uint32_t i = 0; i < store->fragment_count; i++) {
        const struct fragment *f = &store->fragments[i];
        if (!(f->flags & FRAGMENT_QUEUED) || is_owner(owners, count, f->host, f->instance))
            continue;
        owners = xrealloc(owners, count + 1, sizeof *owners);
        owners[count++] = (struct owner){f->host, f->instance};
    }
    *ret = owners;
    return count;
}

/* The message the service's lines belong to: of the same queue ID, without a start of its own,
 * begun soonest after them. */
static uint32_t find_message(const struct store *store, const struct owner *owners, size_t count,
                             const struct fragment *service)
{
    uint32_t best = NO_FRAGMENT, at = store->latest[service->queue_id];
    int64_t best_delta = PATIENCE_USEC;
    for (at = at ? at - 1 : NO_FRAGMENT; at != NO_FRAGMENT; at = store->fragments[at].older) {
        const struct fragment *f = &store->fragments[at];
        if (f->host != service->host || (f->flags & FRAGMENT_STARTED) ||
            !is_owner(owners, count, f->host, f->instance))
            continue;
        int64_t delta = moment_delta(store, service->first, f->first);
        if (delta >= -LEAD_USEC && delta < best_delta) {
            best = at;
            best_delta = delta;
        }
    }
    return best;
}

static void absorb(struct store *store, uint32_t message, struct fragment *service)
{
    struct fragment *f = &store->fragments[message];
    f->flags |= service->flags &
                (FRAGMENT_STARTED | FRAGMENT_SUBMITTED | FRAGMENT_REFUSED | FRAGMENT_HELD_ON_ENTRY);
    f->flags &= (uint16_t)~FRAGMENT_SELF_ID;
    f->place = service->place;
    f->first = service->first;
    f->first_offset = service->first_offset;
    f->first_input = service->first_input;
    f->submitted = service->submitted;
    f->program = service->program;
    f->pid = service->pid;
    f->ip = service->ip;
    f->client_name = service->client_name;
    f->user = service->user;
    f->uid = service->uid;
    f->orig_queue_id = service->orig_queue_id;
    f->orig_ip = service->orig_ip;
    f->orig_client_name = service->orig_client_name;
    f->orig_id = service->orig_id;
    service->flags |= FRAGMENT_ABSORBED;
    service->absorbed_by = message;
}

void instances_settle(struct store *store)
{
    struct owner *owners;
    size_t count = find_owners(store, &owners);
    for (uint32_t i = 0; i < store->fragment_count; i++) {
        struct fragment *service = &store->fragments[i];
        if (is_owner(owners, count, service->host, service->instance) ||
            !has_owner(owners, count, service->host))
            continue;
        uint32_t message = find_message(store, owners, count, service);
        if (message != NO_FRAGMENT)
            absorb(store, message, service);
    }
    free(owners);
}
