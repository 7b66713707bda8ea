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
                         .arena = &settlement->arena};
    settle_link_children(&s);
    settle_bulk_deletes(&s);
    for (uint32_t i = 0; i < count; i++) {
        settle_gather(&s, calls->head(calls->user, i), &gathered);
        if (!calls->see(calls->user, i, &gathered))
            break;
    }
    free(gathered.recipients);
    free(s.first_child);
    free(s.next_sibling);
}
