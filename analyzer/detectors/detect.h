/* From facts to conclusions: who was compromised, from where, since when, with the evidence. A pure
 * function of facts and settings. */
#ifndef POSTMORTEM_DETECT_H
#define POSTMORTEM_DETECT_H

#include "arena.h"
#include "finding.h"
#include "settings.h"

/* Fills everything of *report that follows from the facts: ongoing, cleared,
 * totals.submitted/accounts/sources, accounts, findings, reputation, timeline,
 * coverage.unobservable. The rest of *report (inputs, coverage counts, tool) is the engine's.
 * Memory from arena. */
void detect(const struct facts *facts, const struct settings *settings, struct arena *arena,
            struct report *report);

enum { MODEL_VERSION = 2 };

#endif
