/* timeline.jsonl: one event a line, in the order of time, for Timesketch's import of JSON lines
 * (message, datetime and timestamp_desc on every line) and, under the names of ECS 9.4, for
 * Elasticsearch. What ECS has no name for stands under "postmortem.". */
#ifndef POSTMORTEM_TIMESKETCH_H
#define POSTMORTEM_TIMESKETCH_H

#include "finding.h"
#include "out.h"

/* The turning points of each incident; every message, login and refusal of the accused and of the
 * intruders' addresses; what the operator did to the queue; who began to block us. */
void timesketch_write(const struct report *report, struct out *out);

#endif
