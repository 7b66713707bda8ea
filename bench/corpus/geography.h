/* Which country an address is in: a table for whoever wants to look it up. */
#ifndef CORPUS_GEOGRAPHY_H
#define CORPUS_GEOGRAPHY_H

struct simulation;

/* geoip in folder, a line for each stretch of IPv4 addresses: first, last, country. */
void geography_write(const struct simulation *simulation, const char *folder);

#endif
