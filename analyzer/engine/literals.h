/* Fixed texts looked for in a block, all at once (Hyperscan). */
#ifndef POSTMORTEM_LITERALS_H
#define POSTMORTEM_LITERALS_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"
#include "str.h"

struct literals; /* shared, read-only */
struct literals_worker;

/* None of the texts is empty; without regard to ASCII case. */
bool literals_new(struct literals **ret, const struct str *texts, size_t count, struct err *err);
void literals_free(struct literals *literals);
struct literals_worker *literals_worker_new(const struct literals *literals);
void literals_worker_free(struct literals_worker *worker);

/* hit is called for each place where a text ends, in order: which one, and the first byte behind
 * it. */
void literals_find(struct literals_worker *worker, const char *data, size_t bytes,
                   void (*hit)(void *user, size_t text, size_t end), void *user);

#endif
