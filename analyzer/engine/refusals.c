#include "hash.h"
#include <stddef.h>
#include <stdlib.h>

#include "radix.h"
#include "settle_internal.h"

/* A point in the life of a connection, to find whose a refusal was and where a message was refused
 * as a whole. */
struct point {
    uint32_t process, input; /* process: a number */
    uint64_t offset;
    uint32_t index; /* of refusal, connection */
    uint8_t what;   /* enum point_kind */
};

/* The session's end says that nobody logged in, whatever its lines seem to say. */
#define NOBODY UINT32_MAX

/* Of points at one place the first comes first. */
enum point_kind { POINT_BEGIN, POINT_REFUSAL, POINT_SUBMIT, POINT_END, POINT_KINDS };

struct process {
    uint32_t host, program, pid;
    uint32_t number; /* from 1; 0: a free slot */
};

/* The processes that refused anything, by hash: only their points matter. */
struct processes {
    struct process *slots;
    uint64_t mask;
    uint32_t count;
};

static struct process *find_process(const struct processes *p, uint32_t host, uint32_t program,
                                    uint32_t pid)
{
    uint32_t parts[3] = {host, program, pid};
    uint64_t at = XXH3_64bits(parts, sizeof parts) & p->mask;
    for (; p->slots[at].number; at = (at + 1) & p->mask)
        if (p->slots[at].pid == pid && p->slots[at].program == program && p->slots[at].host == host)
            break;
    return &p->slots[at];
}

static struct processes find_processes(const struct store *store)
{
    uint64_t size = 1024;
    while (size < (uint64_t)store->refused_count * 2)
        size *= 2;
    struct processes p = {xmalloc(size * sizeof *p.slots), size - 1, 0};
    memset(p.slots, 0,
           size * sizeof *p.slots); /* read before it is written: that would fault twice */
    for (uint32_t i = 0; i < store->refused_count; i++) {
        const struct refused *r = &store->refusals[i];
        struct process *slot = find_process(&p, r->host, r->program, r->pid);
        if (!slot->number)
            *slot = (struct process){r->host, r->program, r->pid, ++p.count};
    }
    return p;
}

/* By process and place. */
static void sort_points(struct point *points, uint32_t count)
{
    struct keyed *order = xcalloc(count + 1, sizeof *order);
    struct point *sorted = xcalloc(count + 1, sizeof *sorted);
    for (uint32_t i = 0; i < count; i++)
        order[i] = (struct keyed){points[i].offset * POINT_KINDS + points[i].what, i};
    radix_sort(order, count);
    for (uint32_t i = 0; i < count; i++) {
        const struct point *p = &points[order[i].index];
        order[i].key = (uint64_t)p->process << 32 | p->input;
    }
    radix_sort(order, count);
    for (uint32_t i = 0; i < count; i++)
        sorted[i] = points[order[i].index];
    memcpy(points, sorted, count * sizeof *points);
    free(order);
    free(sorted);
}

/* Appends a point, unless its process refused nothing. */
static void add_point(const struct processes *processes, struct point *points, uint32_t *count,
                      struct process who, const struct place *place, uint32_t index,
                      enum point_kind what)
{
    uint32_t process = find_process(processes, who.host, who.program, who.pid)->number;
    if (process)
        points[(*count)++] =
            (struct point){process, place->input, place->offset, index, (uint8_t)what};
}

void settle_refusal_points(struct settling *s)
{
    const struct store *store = s->store;
    struct processes processes = find_processes(store);
    struct point *points =
        xcalloc((size_t)store->refused_count + store->fragment_count + store->proxied_count +
                    2 * (size_t)store->connection_count + 1,
                sizeof *points);
    uint32_t count = 0;
    for (uint32_t i = 0; i < store->refused_count; i++) {
        const struct refused *r = &store->refusals[i];
        add_point(&processes, points, &count, (struct process){r->host, r->program, r->pid, 0},
                  &r->place, i, POINT_REFUSAL);
    }
    for (uint32_t i = 0; i < store->fragment_count; i++) {
        const struct fragment *f = &store->fragments[i];
        if (f->flags & FRAGMENT_SUBMITTED)
            add_point(&processes, points, &count, (struct process){f->host, f->program, f->pid, 0},
                      &f->place, i, POINT_SUBMIT);
    }
    for (uint32_t i = 0; i < store->proxied_count; i++) {
        const struct proxied *p = &store->proxied_list[i];
        add_point(&processes, points, &count, (struct process){p->host, p->program, p->pid, 0},
                  &p->place, i, POINT_SUBMIT);
    }
    for (uint32_t i = 0; i < store->connection_count; i++) {
        const struct connection *c = &store->connections[i];
        struct process who = {c->host, c->program, c->pid, 0};
        add_point(&processes, points, &count, who, &c->place, i, POINT_BEGIN);
        add_point(&processes, points, &count, who, &c->last_place, i, POINT_END);
    }
    free(processes.slots);
    sort_points(points, count);
    s->points = points;
    s->point_count = count;
}

static uint32_t session_user(const struct connection *connection)
{
    uint32_t user = settle_login_of(connection);
    return !user && connection->has_stats && connection->auth_ok == 0 ? NOBODY : user;
}

/* Who submitted the message that was refused, where the line is not smtpd's, or the session a
 * webmail's or a proxy's. */
static uint32_t user_of_message(const struct store *store, const struct refused *r)
{
    uint32_t at = r->queue_id ? store->latest[r->queue_id] : 0;
    for (at = at ? at - 1 : NO_FRAGMENT; at != NO_FRAGMENT; at = store->fragments[at].older) {
        const struct fragment *f = &store->fragments[at];
        bool begun = f->place.input < r->place.input ||
                     (f->place.input == r->place.input && f->place.offset <= r->place.offset);
        bool ended =
            f->last_place.input < r->place.input ||
            (f->last_place.input == r->place.input && f->last_place.offset < r->place.offset);
        if (f->host == r->host && begun && !ended)
            return f->user;
    }
    return 0;
}

static struct refusal describe(struct settling *s, const struct refused *r, uint32_t user)
{
    struct refusal refusal = {.principal = PRINCIPAL_UNKNOWN,
                              .ip = r->ip,
                              .host = r->host,
                              .sender = r->sender,
                              .sender_domain = r->sender_domain,
                              .reason = r->reason,
                              .recipient = r->recipient,
                              .whole_message = r->message,
                              .usec = settle_utc(s, r->when),
                              .place = r->place};
    uint32_t name = user == NOBODY ? 0 : r->name ? r->name : user;
    if (!name)
        name = user_of_message(s->store, r);
    if (name) {
        uint32_t account = settle_account(s, name, r->host);
        if (account && account < s->slot_of_capacity && s->slot_of[account])
            refusal.principal = s->slot_of[account] - 1;
    }
    return refusal;
}

static void add(struct settling *s, struct refusal refusal, uint32_t times)
{
    enum { TIMES_MAX = 100000 }; /* "message repeated N times" may claim any number */
    for (uint32_t n = 0; n < times && n < TIMES_MAX; n++) {
        if (s->refusal_count == s->refusal_capacity) {
            s->refusal_capacity = s->refusal_capacity * 2 + 64;
            s->refusals = xrealloc(s->refusals, s->refusal_capacity, sizeof *s->refusals);
        }
        s->refusals[s->refusal_count++] = refusal;
        refusal.whole_message = refusal.whole_message && !refusal.recipient;
    }
}

/* A transaction of which every RCPT was refused: no message came of it. Its first refusal stands
 * for the message. */
struct transaction {
    uint32_t queue_id;
    uint32_t first, sender, ip; /* first: 1 + index into s->refusals, 0: none open */
};

static void close_transaction(struct settling *s, struct transaction *open, bool submitted)
{
    if (open->first && !submitted)
        s->refusals[open->first - 1].whole_message = true;
    open->first = 0;
}

/* Sendmail gives an ID to what no recipient was accepted for. */
static bool never_began(const struct store *store, const struct refused *r)
{
    uint32_t at = store->latest[r->queue_id];
    for (at = at ? at - 1 : NO_FRAGMENT; at != NO_FRAGMENT; at = store->fragments[at].older)
        if (store->fragments[at].host == r->host && (store->fragments[at].flags & FRAGMENT_STARTED))
            return false;
    return true;
}

static void take_refusal(struct settling *s, const struct refused *r, uint32_t user,
                         struct transaction *open)
{
    bool lone = r->recipient && (r->no_queue || never_began(s->store, r));
    if (open->first &&
        (!lone || open->queue_id != r->queue_id || open->sender != r->sender || open->ip != r->ip))
        close_transaction(s, open, false);
    uint32_t first = s->refusal_count + 1;
    add(s, describe(s, r, user), r->count);
    if (lone && !open->first && r->count)
        *open = (struct transaction){r->queue_id, first, r->sender, r->ip};
}

static int by_principal_and_time(const void *a, const void *b)
{
    const struct refusal *x = a, *y = b;
    if (x->principal != y->principal)
        return x->principal < y->principal ? -1 : 1;
    if (x->usec != y->usec)
        return x->usec < y->usec ? -1 : 1;
    if (x->place.input != y->place.input)
        return x->place.input < y->place.input ? -1 : 1;
    return (x->place.offset > y->place.offset) - (x->place.offset < y->place.offset);
}

/* --no-history. Only now, since the first refusal of a transaction stands for its message. */
static void drop_history(struct settling *s)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < s->refusal_count; i++)
        if (s->refusals[i].usec >= s->history_usec)
            s->refusals[kept++] = s->refusals[i];
    s->refusal_count = kept;
}

void settle_refusals(struct settling *s)
{
    const struct store *store = s->store;
    const struct point *points = s->points;
    uint32_t count = s->point_count, user = 0;
    struct transaction open = {0};
    for (uint32_t i = 0; i < count; i++) {
        const struct point *p = &points[i];
        if (i == 0 || p->process != points[i - 1].process) {
            close_transaction(s, &open, false);
            user = 0;
        }
        if (p->what == POINT_BEGIN) {
            user = session_user(&store->connections[p->index]);
        } else if (p->what == POINT_REFUSAL) {
            take_refusal(s, &store->refusals[p->index], user, &open);
        } else if (p->what == POINT_SUBMIT) {
            close_transaction(s, &open, true);
        } else {
            close_transaction(s, &open, false);
            user = 0;
        }
    }
    close_transaction(s, &open, false);
    free(s->points);
    drop_history(s);
    settle_group(s->refusals, s->refusal_count, sizeof *s->refusals,
                 offsetof(struct refusal, principal), s->slot_count, by_principal_and_time);
}
