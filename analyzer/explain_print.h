/* The two forms of `explain`: a line of words for people, an object of JSON for programs. */
#ifndef POSTMORTEM_EXPLAIN_PRINT_H
#define POSTMORTEM_EXPLAIN_PRINT_H

#include "explain.h"
#include "json_writer.h"
#include "out.h"

void explain_print_text(const struct explained *explained, struct out *out);
void explain_print_json(const struct explained *explained, struct out *out);
/* The event of a line alone: " field=value" for each, or members of the object at hand. */
void explain_print_fields(const struct scanned *scanned, struct str line, struct out *out);
void explain_print_event(struct json *json, const struct scanned *scanned, struct str line);
/* The text of a field without the secrets in it; is there one of the same id before it? */
struct str explain_value(const struct scanned *scanned, struct str line, unsigned index,
                         struct arena *arena);
bool explain_seen_before(const struct event *event, unsigned index);

#endif
