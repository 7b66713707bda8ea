/* What became of single messages, asked again once everything is settled. */
#ifndef POSTMORTEM_OUTCOMES_H
#define POSTMORTEM_OUTCOMES_H

#include "settle.h"

struct gathered;

struct outcome_calls {
    void *user;
    uint32_t (*head)(void *user, uint32_t index); /* fragment in which the message begins */
    /* *gathered is valid during the call; false ends it. */
    bool (*see)(void *user, uint32_t index, const struct gathered *gathered);
};

/* One call of each for every index below count, in order. Strings of the facts may be added to. */
void outcomes(struct settlement *settlement, const struct settings *settings,
              const struct outcome_calls *calls, uint32_t count);

#endif
