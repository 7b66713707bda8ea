/* Adding observations to a subject, and summing them. */
#ifndef POSTMORTEM_EVIDENCE_H
#define POSTMORTEM_EVIDENCE_H

#include "subject.h"

/* Up to three examples; more are ignored. */
struct refs {
    struct ref items[REFS_MAX];
    uint32_t count;
};

void refs_add(struct refs *refs, struct place place);
/* text: the figure, and the figure to compare it with. */
void evidence_add(struct subject *subject, enum signal signal, const struct refs *refs,
                  const char *format, ...) __attribute__((format(printf, 4, 5)));
void evidence_clear(struct subject *subject);
/* Weighs every item (within a family the strongest counts whole, the next half, and so on, up to
 * the cap), orders them strongest first and what speaks for the account last, and sums. */
void evidence_sum(struct subject *subject);
bool evidence_has(const struct subject *subject, const char *id);
/* "a.test, b.test, c.test, ..." of domains by string id, at most three, into the subject's arena.
 */
const char *evidence_domains(const struct subject *subject, const uint32_t *domains,
                             uint32_t count);
/* The evidence as reports print it, in arena. */
struct evidence *evidence_copy(const struct subject *subject, struct arena *arena);

#endif
