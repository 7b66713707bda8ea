/* Shared by the files that make up the fold and the join of messages. */
#ifndef POSTMORTEM_MESSAGE_INTERNAL_H
#define POSTMORTEM_MESSAGE_INTERNAL_H

#include "store_internal.h"

/* Do two neighbouring lines of one queue ID belong to different messages? */
bool generation_is_new(uint8_t before, uint8_t after, int64_t delta);
/* The newest of that key, or NO_FRAGMENT. */
uint32_t fragment_find(const struct store *store, uint32_t host, uint32_t instance,
                       uint32_t queue_id);
uint32_t fragment_add(struct store *store, const struct fragment *model, bool first_of_key);
void fragment_set_once(uint32_t *slot, uint32_t value);

/* What a line says of recipients: a try, a list, the one of a message on hold. */
void recipients_deliver(struct fold *fold, const struct folded *event, struct fragment *fragment);
void recipients_name(struct fold *fold, const struct folded *event, struct fragment *fragment);
void recipients_hold(struct fold *fold, const struct folded *event, struct fragment *fragment);
/* Where the relay of a delivery stands: enum relay_kind. */
uint8_t relay_kind_of(const struct fold *fold, const struct folded *event);
/* What a try came to joins what is known of that recipient. */
void recipient_upsert(struct store *store, struct fragment *fragment, const struct recipient *try);

void edge_append(struct store *store, const struct edge *edge);
void edge_add(struct fold *fold, const struct folded *event, const struct fragment *parent,
              enum edge_kind kind, enum field_id child);

#endif
