/* Every reference of a report to a line, in the order of their places. */
#ifndef POSTMORTEM_QUOTE_REFS_H
#define POSTMORTEM_QUOTE_REFS_H

#include "finding.h"

/* The caller frees the list. The references are the report's own, to be filled. */
struct ref **quote_refs_of(const struct report *report, size_t *ret_count);

/* Takes out the references into inputs that are gone. */
void quote_drop_refs(const struct report *report, const bool *gone);

#endif
