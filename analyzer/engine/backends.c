#include <stdlib.h>

#include "told.h"

/* Logins by session id, in the order of the log. */
static int by_session(const void *a, const void *b)
{
    const struct access *const *x = a, *const *y = b;
    if ((*x)->session != (*y)->session)
        return (*x)->session < (*y)->session ? -1 : 1;
    return (*x > *y) - (*x < *y);
}

struct access **logins_by_session(const struct store *store, uint32_t *ret_count)
{
    struct access **logins = xcalloc(store->access_count + 1, sizeof(struct access *));
    *ret_count = 0;
    for (uint32_t i = 0; i < store->access_count; i++)
        if (store->accesses[i].session)
            logins[(*ret_count)++] = &store->accesses[i];
    if (*ret_count)
        qsort(logins, *ret_count, sizeof(struct access *), by_session);
    return logins;
}

/* A proxy hands its session id on to the backend, which logs the login again. Only the backend
 * names the address at which it is served. */
static void find_twice(const struct store *store, struct access **logins, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        const struct access *first = logins[i - 1];
        if (first->session == logins[i]->session && first->host != logins[i]->host &&
            !first->server_ip != !logins[i]->server_ip &&
            joined_same_user(store, first->name, logins[i]->name))
            logins[i]->told = true;
    }
}

/* What a session handed to the MTA came from where it logged in from. */
static void place(struct handed *handed, struct access **logins, uint32_t count)
{
    uint32_t low = 0, high = count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (logins[middle]->session < handed->session)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < count && logins[low]->session == handed->session)
        handed->ip = logins[low]->ip;
}

void backends_settle(const struct joined *joined)
{
    struct store *store = joined->store;
    uint32_t count;
    struct access **logins = logins_by_session(store, &count);
    find_twice(store, logins, count);
    for (uint32_t i = 0; i < store->handed_count; i++)
        if (!store->handed_list[i].ip && store->handed_list[i].session)
            place(&store->handed_list[i], logins, count);
    free(logins);
}
