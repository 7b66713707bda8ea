/* Addresses whose lines are quoted for abuse reports, by the ids that the store gave them. */
#ifndef POSTMORTEM_QUOTE_SOURCES_H
#define POSTMORTEM_QUOTE_SOURCES_H

#include "settle.h"

struct quote_sources;
/* The caller frees it. */
struct quote_sources *quote_sources_new(const struct str *sources, size_t count);
/* 1 + index into sources, 0 of all others; however the address is spelled. */
uint32_t quote_sources_find(const struct quote_sources *sources, struct str ip);
/* The same by string id of the store, and of the facts. The caller frees it. */
uint32_t *quote_sources_of(const struct quote_sources *sources, const struct store *store);
uint32_t *quote_sources_of_facts(const struct quote_sources *sources, const struct facts *facts);

/* Who sent the message that a fragment is a part of, as such a number. */
uint32_t quote_source_of_fragment(const struct settlement *settlement, const uint32_t *numbers,
                                  uint32_t fragment);

#endif
