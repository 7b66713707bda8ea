/* What a queue holds at one moment, as its tools list it: Postfix mailq, postqueue -p and -j,
 * sendmail mailq, exim -bp, Zimbra's zmqstat. No log: lines have no time, and those below a message
 * belong to it (EVENT_LISTED, in the order of the lines). */
#ifndef POSTMORTEM_LISTING_H
#define POSTMORTEM_LISTING_H

#include "columns.h"
#include "envelope.h"

/* Is this the first line of a listing? enum table of it, else TABLE_NONE. */
uint8_t listing_begins(struct str line);

/* A line of a listing of that kind: program "queue-listing". */
void envelope_listing(struct str line, uint8_t table, struct envelope *ret);

#endif
