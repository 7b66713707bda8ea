/* Which folder a local program stood in when it handed a message to the MTA: some servers log the
 * command on a line of its own, a moment before the message. */
#include <stdlib.h>

#include "settle.h"
#include "settle_internal.h"
#include "store_internal.h"

#define BEFORE_USEC ((int64_t)10 * USEC_PER_SEC)
enum { AT_ONCE_MAX = 4096 };

void invocation_fold(struct fold *fold, const struct folded *event)
{
    struct invocation called = {.when = event->when,
                                .place = event->place,
                                .host = event->host,
                                .pid = event->line->pid,
                                .folder = folded_id(fold, event, FIELD_FOLDER)};
    store_fit_ids(fold->store);
    *STORE_ADD(fold->store, invocations, invocation) = called;
}

void invocation_join(struct store *a, const struct store *b, const uint32_t *ids, uint32_t run_base,
                     uint32_t input_base)
{
    for (uint32_t i = 0; i < b->invocation_count; i++) {
        struct invocation *called = STORE_ADD(a, invocations, invocation);
        *called = b->invocations[i];
        called->host = ids[called->host];
        called->folder = ids[called->folder];
        called->place.input += input_base;
        called->when.run += called->when.run == NO_RUN ? 0 : run_base;
    }
}

/* A command, or a message that a local program handed in. */
struct point {
    int64_t usec;
    struct place place;
    uint32_t host, pid, user;
    uint32_t folder;   /* of a command */
    uint32_t fragment; /* of a message, NO_FRAGMENT */
    bool used;
};

static int by_time(const void *a, const void *b)
{
    const struct point *x = a, *y = b;
    if (x->host != y->host)
        return x->host < y->host ? -1 : 1;
    if (x->usec != y->usec)
        return x->usec < y->usec ? -1 : 1;
    if (x->place.input != y->place.input)
        return x->place.input < y->place.input ? -1 : 1;
    return (x->place.line > y->place.line) - (x->place.line < y->place.line);
}

static uint32_t list_points(const struct settling *s, struct point *points)
{
    const struct store *store = s->store;
    uint32_t count = 0;
    for (uint32_t i = 0; i < store->invocation_count; i++) {
        const struct invocation *called = &store->invocations[i];
        points[count++] = (struct point){.usec = settlement_utc(s->out, called->when),
                                         .place = called->place,
                                         .host = called->host,
                                         .pid = called->pid,
                                         .folder = called->folder,
                                         .fragment = NO_FRAGMENT};
    }
    for (uint32_t i = 0; i < store->fragment_count; i++) {
        const struct fragment *f = &store->fragments[i];
        if (f->uid && !f->ip && (f->flags & FRAGMENT_STARTED))
            points[count++] = (struct point){.usec = settlement_utc(s->out, f->submitted),
                                             .place = f->place,
                                             .host = f->host,
                                             .pid = f->pid,
                                             .user = f->uid,
                                             .fragment = i};
    }
    qsort(points, count, sizeof *points, by_time);
    return count;
}

/* "/home/shop/public_html" is a folder of shop's. */
static bool is_of(const struct store *store, const struct point *command, uint32_t user)
{
    struct str folder = intern_get(&store->intern, command->folder),
               name = intern_get(&store->intern, user);
    while (folder.len) {
        struct str part;
        if (!str_cut(&folder, STR("/"), &part)) {
            part = folder;
            folder.len = 0;
        }
        if (part.len && str_eq(part, name))
            return true;
    }
    return false;
}

/* The command that handed in the message: the same process's; else, where the log names none, the
 * oldest that nobody has taken, in a folder of the user's, or in the only folder there is. */
static struct point *find_command(const struct store *store, struct point *points, uint32_t at)
{
    const struct point *message = &points[at];
    struct point *own = NULL, *any = NULL;
    bool doubt = false;
    for (uint32_t n = 1; n <= at && n <= AT_ONCE_MAX; n++) {
        struct point *p = &points[at - n];
        if (p->host != message->host || message->usec - p->usec > BEFORE_USEC)
            break;
        if (p->fragment != NO_FRAGMENT || p->used)
            continue;
        if (message->pid && p->pid) {
            if (message->pid == p->pid)
                return p;
            continue;
        }
        if (is_of(store, p, message->user))
            own = p;
        doubt |= any && any->folder != p->folder;
        any = p;
    }
    return own ? own : doubt ? NULL : any;
}

void settle_invocations(struct settling *s)
{
    const struct store *store = s->store;
    if (!store->invocation_count)
        return;
    s->scripts = arena_alloc(s->arena, (store->fragment_count + 1) * sizeof *s->scripts);
    memset(s->scripts, 0, (store->fragment_count + 1) * sizeof *s->scripts);
    struct point *points =
        xcalloc((size_t)store->invocation_count + store->fragment_count, sizeof *points);
    uint32_t count = list_points(s, points);
    for (uint32_t i = 0; i < count; i++) {
        struct point *command =
            points[i].fragment == NO_FRAGMENT ? NULL : find_command(store, points, i);
        if (!command)
            continue;
        command->used = true;
        s->scripts[points[i].fragment] = command->folder;
    }
    free(points);
}
