/* The two forms of `explain`: a line of words for people, an object of JSON for programs. */
#ifndef POSTMORTEM_EXPLAIN_PRINT_H
#define POSTMORTEM_EXPLAIN_PRINT_H

#include "explain.h"
#include "out.h"

void explain_print_text(const struct explained *explained, struct out *out);
void explain_print_json(const struct explained *explained, struct out *out);

#endif
