#include "outcomes.h"

#include <stdlib.h>

#include "settle_internal.h"

void outcomes(struct settlement *settlement, const struct settings *settings,
              const struct outcome_calls *calls, uint32_t count)
{
    const struct store *store = settlement->store;
    struct gathered gathered = {0};
    struct settling s = {.out = settlement,
                         .store = store,
                         .settings = settings,
                         .arena = &settlement->arena,
                         .names = settlement->names};
    s.ids = xcalloc(store->intern.count, sizeof *s.ids);
    settle_link_children(&s);
    settle_bulk_deletes(&s);
    for (uint32_t i = 0; i < count; i++) {
        settle_gather(&s, calls->head(calls->user, i), &gathered);
        settlement->names = s.names;
        settlement->facts.strings = s.names.items;
        settlement->facts.string_count = s.names.count;
        if (!calls->see(calls->user, i, &gathered))
            break;
    }
    free(gathered.recipients);
    free(s.ids);
    free(s.first_child);
    free(s.next_sibling);
}
