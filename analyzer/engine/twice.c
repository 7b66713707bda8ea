#include <stdlib.h>

#include "envelope.h"
#include "settle.h"
#include "store_internal.h"

/* Through syslog, Exim says every refusal twice: for its main log and for its reject log (unless
 * syslog_duplication is off, which no line tells). A process writes both copies one after the
 * other, so that runs of equal lines of one process are even; the ends of a log may cut one. */

/* A failed login or refusal as far as it is in both copies. */
struct said {
    uint32_t host, program, pid, index; /* index into its array */
    struct moment when;
    uint64_t what;
};

static int by_process(const void *a, const void *b)
{
    const struct said *x = a, *y = b;
    if (x->host != y->host)
        return x->host < y->host ? -1 : 1;
    if (x->program != y->program)
        return x->program < y->program ? -1 : 1;
    if (x->pid != y->pid)
        return x->pid < y->pid ? -1 : 1;
    return (x->index > y->index) - (x->index < y->index);
}

static bool equal(const struct said *x, const struct said *y)
{
    return x->host == y->host && x->program == y->program && x->pid == y->pid &&
           x->when.run == y->when.run && y->when.usec - x->when.usec <= USEC_PER_SEC &&
           x->what == y->what;
}

/* Length of the run of equal lines at i, each within a second of the one before. */
static uint32_t run_length(const struct said *said, uint32_t count, uint32_t i)
{
    uint32_t n = 1;
    while (i + n < count && equal(&said[i], &said[i + n]))
        n++;
    return n;
}

/* Which hosts' lines come in pairs: counts of runs, by id of the host. */
struct habit {
    uint32_t runs, odd;
};

static void count_runs(const struct said *said, uint32_t count, struct habit *habits)
{
    for (uint32_t i = 0; i < count;) {
        uint32_t length = run_length(said, count, i);
        habits[said[i].host].runs++;
        habits[said[i].host].odd += length % 2;
        i += length;
    }
}

static void mark_copies(const struct said *said, uint32_t count, const struct habit *habits,
                        bool *copies)
{
    const uint32_t pairs_per_odd = 8;
    for (uint32_t i = 0; i < count;) {
        uint32_t length = run_length(said, count, i);
        const struct habit *habit = &habits[said[i].host];
        bool pairs = habit->odd * pairs_per_odd <= habit->runs;
        for (uint32_t n = 1; pairs && n < length; n += 2)
            copies[said[i + n].index] = true;
        i += length;
    }
}

static bool by_syslog(const struct store *store, uint32_t program, uint32_t pid, uint32_t input)
{
    struct str name = intern_get(&store->intern, program);
    return pid && str_starts_nocase(name, STR("exim")) &&
           !(store->inputs[input].formats & 1u << ENVELOPE_EXIM);
}

static uint32_t collect_failures(const struct store *store, struct said *said)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < store->failure_count; i++) {
        const struct failure *f = &store->failures[i];
        if (by_syslog(store, f->program, f->pid, f->place.input))
            said[count++] = (struct said){f->host, f->program, f->pid,
                                          i,       f->when,    (uint64_t)f->name << 32 | f->ip};
    }
    return count;
}

static uint32_t collect_refusals(const struct store *store, struct said *said)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < store->refused_count; i++) {
        const struct refused *r = &store->refusals[i];
        if (by_syslog(store, r->program, r->pid, r->place.input))
            said[count++] = (struct said){
                r->host, r->program, r->pid, i, r->when, (uint64_t)r->sender << 32 | r->queue_id};
    }
    return count;
}

static void drop_failures(struct store *store, const bool *copies)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < store->failure_count; i++)
        if (!copies[i])
            store->failures[kept++] = store->failures[i];
    store->failure_count = kept;
}

static void drop_refusals(struct store *store, const bool *copies)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < store->refused_count; i++)
        if (!copies[i])
            store->refusals[kept++] = store->refusals[i];
    store->refused_count = kept;
}

void twice_settle(struct store *store)
{
    struct said *failures = xcalloc(store->failure_count + 1, sizeof *failures),
                *refusals = xcalloc(store->refused_count + 1, sizeof *refusals);
    uint32_t failed = collect_failures(store, failures),
             refused = collect_refusals(store, refusals);
    if (failed || refused) {
        struct habit *habits = xcalloc(store->intern.count, sizeof *habits);
        bool *copies = xcalloc(store->failure_count + store->refused_count + 1, sizeof *copies);
        qsort(failures, failed, sizeof *failures, by_process);
        qsort(refusals, refused, sizeof *refusals, by_process);
        count_runs(failures, failed, habits);
        count_runs(refusals, refused, habits);
        mark_copies(failures, failed, habits, copies);
        mark_copies(refusals, refused, habits, copies + store->failure_count);
        drop_refusals(store, copies + store->failure_count);
        drop_failures(store, copies);
        free(habits);
        free(copies);
    }
    free(failures);
    free(refusals);
}
