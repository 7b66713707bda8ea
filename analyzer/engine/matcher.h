/* All regular expressions of all parsers in one Hyperscan database, over slices of free text
 * gathered from a block. */
#ifndef POSTMORTEM_MATCHER_H
#define POSTMORTEM_MATCHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "str.h"

struct matcher; /* the database: shared, read-only */
struct matcher_worker;

bool matcher_new(struct matcher **ret, struct err *err);
void matcher_free(struct matcher *matcher);
struct matcher_worker *matcher_worker_new(const struct matcher *matcher);
void matcher_worker_free(struct matcher_worker *worker);

/* reasons[i] = enum reason of the pattern with the lowest id that matches texts[i], else
 * REASON_OTHER. One scan for all. */
void matcher_classify(struct matcher_worker *worker, const struct str *texts, size_t count,
                      uint8_t *reasons);

#endif
