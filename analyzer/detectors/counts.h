/* The figures of an account, of the attackers' part of it, or of a class of mail. */
#ifndef POSTMORTEM_COUNTS_H
#define POSTMORTEM_COUNTS_H

#include "subject.h"

void counts_add_message(struct counts *counts, const struct facts *facts,
                        const struct message *message);
void counts_add_login(struct counts *counts, const struct login *login);
void counts_add_refusal(struct counts *counts, const struct refusal *refusal);
struct counts counts_of(const struct subject *subject);
/* The attackers' slice alone. */
struct counts counts_foreign(const struct subject *subject);

/* String id of the foreign domain of a message, as written. */
uint32_t counts_foreign_name(const struct subject *subject, uint32_t message);

struct forged_domains {
    const struct forged_domain *items;
    uint32_t count;
};
/* Domains as written, most messages first. */
struct forged_domains counts_forged(const struct subject *subject, struct arena *arena);
/* The same for mail without an account: every domain that is not local. */
struct forged_domains counts_forged_of(const struct world *world,
                                       const struct message *const *messages, uint32_t count,
                                       struct arena *arena);

#endif
