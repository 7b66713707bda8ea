#include <stdlib.h>

#include "told.h"

/* Lines of one login in several logs are no further apart. */
#define ECHO_USEC ((int64_t)10 * USEC_PER_SEC)

enum { TELLERS_MAX = 6, HEADS_MAX = 256 };

/* A login or a failure as one log tells it. */
struct teller {
    int64_t usec;
    uint32_t user; /* joined_user */
    uint32_t name, ip, program, index, count;
    uint8_t service;
    bool front, echo;
    uint8_t programs; /* of a head: how many programs tell of it, itself included */
    uint32_t told_by[TELLERS_MAX];
};

struct telling {
    const struct joined *joined;
    struct teller *items;
    uint32_t count;
};

static int by_user_and_time(const void *a, const void *b)
{
    const struct teller *x = a, *y = b;
    if (x->user != y->user)
        return x->user < y->user ? -1 : 1;
    if (x->usec != y->usec)
        return x->usec < y->usec ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

static bool same_ip(const struct telling *t, uint32_t a, uint32_t b)
{
    struct ip x, y;
    const struct intern *strings = &t->joined->store->intern;
    return a == b || (ip_parse(intern_get(strings, a), &x) &&
                      ip_parse(intern_get(strings, b), &y) && memcmp(&x, &y, sizeof x) == 0);
}

/* A proxy or webmail stands between, so that one of the two sees only that. */
static bool address_fits(const struct telling *t, const struct teller *a, const struct teller *b)
{
    return !a->ip || !b->ip || same_ip(t, a->ip, b->ip) ||
           joined_is_inner(t->joined, a->ip) != joined_is_inner(t->joined, b->ip);
}

/* Webmail logs in to the mailbox by IMAP. */
static bool service_fits(const struct telling *t, const struct teller *a, const struct teller *b)
{
    if (a->service == b->service || a->service == SERVICE_OTHER || b->service == SERVICE_OTHER)
        return true;
    const struct teller *web = a->service == SERVICE_WEBMAIL ? a : b, *mail = web == a ? b : a;
    return web->service == SERVICE_WEBMAIL && mail->service == SERVICE_IMAP && mail->ip &&
           joined_is_inner(t->joined, mail->ip);
}

static bool told_by(const struct teller *head, uint32_t program)
{
    for (unsigned i = 0; i < head->programs; i++)
        if (head->told_by[i] == program)
            return true;
    return head->programs == TELLERS_MAX;
}

static bool tells_the_same(const struct telling *t, const struct teller *head,
                           const struct teller *at)
{
    return !head->echo && (head->front || at->front) && !told_by(head, at->program) &&
           address_fits(t, head, at) && service_fits(t, head, at) &&
           joined_same_user(t->joined->store, head->name, at->name);
}

/* What either knows better: the address outside, the name with its domain. */
static void absorb(const struct telling *t, struct teller *head, struct teller *at)
{
    const struct intern *strings = &t->joined->store->intern;
    at->echo = true;
    head->told_by[head->programs++] = at->program;
    head->front |= at->front;
    if (!head->ip ||
        (at->ip && joined_is_inner(t->joined, head->ip) && !joined_is_inner(t->joined, at->ip)))
        head->ip = at->ip;
    if (str_find_char(intern_get(strings, head->name), '@') < 0)
        head->name = at->name;
    if (at->count > head->count)
        head->count = at->count;
    if (at->service == SERVICE_WEBMAIL || head->service == SERVICE_OTHER)
        head->service = at->service;
}

/* In order of time, each line joins the earliest login near it that its own log has not told of. */
static void match(struct telling *t)
{
    uint32_t from = 0;
    qsort(t->items, t->count, sizeof *t->items, by_user_and_time);
    for (uint32_t i = 0; i < t->count; i++) {
        struct teller *at = &t->items[i];
        while (t->items[from].user != at->user || t->items[from].usec + ECHO_USEC < at->usec)
            from++;
        uint32_t end = i - from > HEADS_MAX ? from + HEADS_MAX : i;
        for (uint32_t head = from; at->user && head < end; head++)
            if (tells_the_same(t, &t->items[head], at)) {
                absorb(t, &t->items[head], at);
                break;
            }
    }
}

static void add(struct telling *t, struct teller teller, struct moment when)
{
    struct teller *at = &t->items[t->count];
    *at = teller;
    at->usec = joined_utc(t->joined, when);
    at->user = joined_user(t->joined, at->name);
    at->front = joined_is_front(t->joined->store, at->program);
    at->told_by[0] = at->program;
    at->programs = 1;
    t->count += at->usec != TIME_NONE;
}

static void join_accesses(const struct joined *joined)
{
    struct store *store = joined->store;
    struct telling t = {joined, xcalloc(store->access_count + 1, sizeof *t.items), 0};
    for (uint32_t i = 0; i < store->access_count; i++) {
        const struct access *a = &store->accesses[i];
        add(&t,
            (struct teller){.name = a->name,
                            .ip = a->ip,
                            .program = a->program,
                            .index = i,
                            .service = a->service},
            a->when);
    }
    match(&t);
    for (uint32_t i = 0; i < t.count; i++) {
        struct access *a = &store->accesses[t.items[i].index];
        a->told = t.items[i].echo;
        a->name = t.items[i].name;
        a->ip = t.items[i].ip;
        a->service = t.items[i].service;
    }
    free(t.items);
}

/* The earliest nameless failure of the MTA near it, from the same address; those stand first. */
static struct teller *nameless_near(struct telling *t, uint32_t nameless, const struct teller *at)
{
    const struct store *store = t->joined->store;
    uint32_t low = 0, high = nameless;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (t->items[middle].usec < at->usec - ECHO_USEC)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < nameless && t->items[low].usec <= at->usec + ECHO_USEC; low++)
        if (!t->items[low].user && store->failures[t->items[low].index].origin == FAILED_MTA &&
            same_ip(t, t->items[low].ip, at->ip))
            return &t->items[low];
    return NULL;
}

/* The MTA does not name whom it refused; whom it asked does. */
static void name_failures(struct telling *t)
{
    uint32_t nameless = 0;
    while (nameless < t->count && !t->items[nameless].user)
        nameless++;
    for (uint32_t i = nameless; i < t->count; i++) {
        struct teller *at = &t->items[i], *mta;
        if (at->echo || !at->front || at->service != SERVICE_SMTP || !at->ip ||
            !(mta = nameless_near(t, nameless, at)))
            continue;
        mta->user = at->user;
        mta->name = at->name;
        at->echo = true;
    }
}

static void join_failures(const struct joined *joined)
{
    struct store *store = joined->store;
    struct telling t = {joined, xcalloc(store->failure_count + 1, sizeof *t.items), 0};
    bool *echo = xcalloc(store->failure_count + 1, sizeof *echo);
    for (uint32_t i = 0; i < store->failure_count; i++) {
        const struct failure *f = &store->failures[i];
        add(&t,
            (struct teller){.name = f->name,
                            .ip = f->ip,
                            .program = f->program,
                            .index = i,
                            .count = f->count,
                            .service = f->service},
            f->when);
    }
    match(&t);
    name_failures(&t);
    for (uint32_t i = 0; i < t.count; i++) {
        struct failure *f = &store->failures[t.items[i].index];
        echo[t.items[i].index] = t.items[i].echo;
        f->name = t.items[i].name;
        f->ip = t.items[i].ip;
        f->count = t.items[i].count;
    }
    uint32_t kept = 0;
    for (uint32_t i = 0; i < store->failure_count; i++)
        if (!echo[i])
            store->failures[kept++] = store->failures[i];
    store->failure_count = kept;
    free(echo);
    free(t.items);
}

void echoes_settle(const struct joined *joined)
{
    bool any = false;
    for (uint32_t i = 0; i < joined->store->program_count && !any; i++)
        any = joined_is_front(joined->store, joined->store->programs[i].name);
    if (!any)
        return;
    join_accesses(joined);
    join_failures(joined);
}
