#include "store_internal.h"

/* The newest fragment in a of the message that a fragment of b is about, or NO_FRAGMENT. */
static uint32_t find_in(const struct store *a, const struct store *b, const struct fragment *f)
{
    uint32_t id = intern_find(&a->intern, intern_get(&b->intern, f->queue_id));
    uint32_t host = intern_find(&a->intern, intern_get(&b->intern, f->host));
    uint32_t instance = intern_find(&a->intern, intern_get(&b->intern, f->instance));
    uint32_t at = id && a->latest[id] ? a->latest[id] - 1 : NO_FRAGMENT;
    while (at != NO_FRAGMENT &&
           (a->fragments[at].host != host || a->fragments[at].instance != instance))
        at = a->fragments[at].older;
    return at;
}

uint32_t store_continues(const struct store *a, const struct store *b)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < b->fragment_count; i++) {
        const struct fragment *f = &b->fragments[i];
        if (!(f->flags & FRAGMENT_FIRST_OF_KEY) || f->first_class == GENERATION_START)
            continue;
        uint32_t at = find_in(a, b, f);
        count += at != NO_FRAGMENT && a->fragments[at].last_class != GENERATION_END;
    }
    return count;
}
