/* Cutting a principal's part of the facts into ties with addresses. */
#ifndef POSTMORTEM_SUBJECT_BUILD_H
#define POSTMORTEM_SUBJECT_BUILD_H

#include "subject.h"

/* Reused from subject to subject, so that a subject costs only what it did itself. */
struct workbench {
    struct arena arena;
    uint32_t *tie_of;  /* by source */
    uint32_t *turn_of; /* tie_of[source] counts if this is the present turn */
    uint32_t turn;
};

void workbench_init(struct workbench *bench, const struct world *world);
void workbench_free(struct workbench *bench);

/* Forgets the subject before; what *subject points to lives until the next call. */
void subject_build(struct subject *subject, const struct world *world, uint32_t principal,
                   struct workbench *bench);
/* Narrows it to what --since and --until let count; habits and identities stay learnt from
 * everything. */
void subject_limit(struct subject *subject);
/* What the message can be called misuse of: false for mail that a local program sends to local
 * people alone. */
bool subject_counts(const struct subject *subject, const struct message *message);
const struct recipient_fact *message_recipients(const struct subject *subject,
                                                const struct message *message);
int32_t day_of(int64_t usec);
/* Adds network to the count few; false if it is there already. */
bool network_add(uint64_t *networks, uint32_t count, uint64_t network);

/* The steps of subject_build after the ties stand. */
void identity_learn(struct subject *subject); /* identities, foreign; identity.c */
void foreign_count(struct subject *subject);  /* sums of what stands under no identity */
void familiarity_learn(
    struct subject *subject); /* which networks are the account's own; familiarity.c */

#endif
