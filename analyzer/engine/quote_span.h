/* --since and --until: what the report counts is quoted, and the rest of what began in time. */
#ifndef POSTMORTEM_QUOTE_SPAN_H
#define POSTMORTEM_QUOTE_SPAN_H

#include "line_owner.h"

bool quote_covers(const struct run *run, struct moment when);
/* The message that this fragment is a hop of: where it was submitted counts. */
bool quote_covers_message(const struct run *run, uint32_t fragment);
/* Any part of it: a session that began before may hold what counts. */
bool quote_covers_connection(const struct run *run, const struct connection *connection);
/* A line by itself; id of its host in the store. */
bool quote_covers_line(const struct run *run, uint32_t input, uint32_t host, struct stamp stamp);

#endif
