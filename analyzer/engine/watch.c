#include "watch.h"

/* More lines than are needed do no harm: any step that might matter begins a stretch. */
#define BACK_USEC ((int64_t)20 * 60 * USEC_PER_SEC)
#define ON_USEC ((int64_t)SEC_PER_DAY * USEC_PER_SEC)

void watch_begin(struct watch *watch)
{
    watch->count = 0;
    watch->full = false;
}

static bool goes_on(const struct watched *w, struct str host, const struct stamp *stamp)
{
    if (w->stamp.kind != stamp->kind || w->stamp.digits != stamp->digits || !str_eq(w->host, host))
        return false;
    int64_t step = stamp->usec - w->stamp.usec;
    return stamp->kind == STAMP_UTC || stamp->kind == STAMP_NONE ||
           (step > -BACK_USEC && step < ON_USEC);
}

/* Of one host the newest stretch alone may go on. */
static struct watched *find(struct watch *watch, struct str host, const struct stamp *stamp)
{
    for (unsigned i = watch->count; i-- > 0;) {
        struct watched *w = &watch->items[i];
        if (goes_on(w, host, stamp))
            return w;
        if (w->stamp.kind == stamp->kind && str_eq(w->host, host))
            return NULL;
    }
    return NULL;
}

void watch_line(struct watch *watch, struct str host, const struct stamp *stamp,
                const struct kept_line *line)
{
    struct watched *w = find(watch, host, stamp);
    if (!w && watch->count == WATCH_MAX) {
        watch->full = true;
        return;
    }
    if (!w) {
        w = &watch->items[watch->count++];
        *w = (struct watched){.host = host, .first = *line, .least = *line, .most = *line};
        w->least_usec = w->most_usec = stamp->usec;
    }
    if (stamp->usec < w->least_usec) {
        w->least_usec = stamp->usec;
        w->least = *line;
    }
    if (stamp->usec > w->most_usec) {
        w->most_usec = stamp->usec;
        w->most = *line;
    }
    w->last = *line;
    w->stamp = *stamp;
}

static void keep(struct kept *kept, struct kept_line line)
{
    line.witness = true;
    kept_add(kept, &line);
}

void watch_end(const struct watch *watch, struct kept *ret)
{
    for (unsigned i = 0; i < watch->count; i++) {
        const struct watched *w = &watch->items[i];
        keep(ret, w->first);
        keep(ret, w->least);
        keep(ret, w->most);
        keep(ret, w->last);
    }
}
