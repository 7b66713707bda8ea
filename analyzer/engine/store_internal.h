/* Shared by the files that make up the store. */
#ifndef POSTMORTEM_STORE_INTERNAL_H
#define POSTMORTEM_STORE_INTERNAL_H

#include <assert.h>

#include "store.h"

/* One zeroed element more at the end of an array of the store; valid until the next one is added.
 */
#define STORE_ADD(store, array, name)                                                              \
    ((store)->name##_count < (store)->name##_capacity                                              \
         ? (void)0                                                                                 \
         : (void)((store)->array = store_grow((store)->array, &(store)->name##_capacity,           \
                                              sizeof *(store)->array)),                            \
     memset(&(store)->array[(store)->name##_count], 0, sizeof *(store)->array),                    \
     &(store)->array[(store)->name##_count++])

void *store_grow(void *array, uint32_t *capacity, size_t size);
/* Makes the arrays indexed by intern id large enough. */
void store_fit_ids(struct store *store);

/* The fold of one block: what its names mean in the store. */
struct fold {
    struct store *store;
    const struct batch *batch;
    const struct block *block;
    const uint32_t *hosts;     /* intern ids by batch host */
    const uint32_t *programs;  /* intern ids by batch program */
    const uint32_t *instances; /* intern ids by batch program: first part of the tag */
    const uint32_t *runs;      /* by batch segment */
    const int64_t *shifts;     /* by batch segment: usec to add for the years passed */
};

/* The event at hand, resolved. */
struct folded {
    const struct line_event *line;
    const struct field *fields;
    uint32_t host, program, instance;
    struct moment when;
    struct place place;
};

static inline struct str folded_get(const struct folded *event, enum field_id id)
{
    assert(batch_keeps(id));
    if (!(event->line->has & batch_field_bit(id)))
        return (struct str){NULL, 0};
    return fields_get(event->fields, event->line->field_count, id);
}

struct host_fact *store_host(struct store *store, uint32_t name);
void clock_fold(struct fold *fold, uint32_t *runs, int64_t *shifts);
/* Appends the runs of b. */
void clock_join(struct store *a, const struct store *b, const uint32_t *ids, uint32_t input_base);
/* The queue ID, if long, and other ids of the event that hold a time. */
void clock_read_ids(struct fold *fold, const struct folded *event);
void clock_prove(struct store *store, struct moment when, int64_t true_usec);

void message_fold(struct fold *fold, const struct folded *event);
void message_join(struct store *a, struct store *b, const uint32_t *ids, uint32_t run_base,
                  uint32_t input_base);

void connection_fold(struct fold *fold, const struct folded *event);
/* The table of connections anew, after their keys changed. */
void connection_rehash(struct store *store);
void connection_join(struct store *a, struct store *b, const uint32_t *ids, uint32_t run_base,
                     uint32_t input_base);

void login_fold(struct fold *fold, const struct folded *event);
void refusal_fold(struct fold *fold, const struct folded *event);
void blocked_fold(struct fold *fold, const struct folded *event);
void login_join(struct store *a, const struct store *b, const uint32_t *ids, uint32_t run_base,
                uint32_t input_base);

void proxied_fold(struct fold *fold, const struct folded *event);
void proxied_join(struct store *a, const struct store *b, const uint32_t *ids, uint32_t run_base,
                  uint32_t input_base);

void webmail_fold(struct fold *fold, const struct folded *event);
void webmail_join(struct store *a, const struct store *b, const uint32_t *ids, uint32_t run_base,
                  uint32_t input_base);

/* "last message repeated": became is 1 + the index of the failure or refusal that the event of that
 * kind made, 0 for none. */
void repeat_event(struct fold *fold, const struct folded *event, uint8_t kind, uint32_t became);
/* The same where the repeated line stands before this block. */
void repeat_edge(struct fold *fold, const struct folded *event);
/* Keeps for the next block what the last line of a host was. */
void repeat_remember(struct fold *fold, uint32_t host, const uint32_t *became);

enum { ADDRESS_MAX = 1024 };
/* Hash of a mail address without regard to ASCII case; the same in every run. */
uint64_t address_hash(struct str address);
/* Never 0. Foreign servers' queue IDs are many and mostly of no use: their hash is kept in their
 * place. */
uint32_t queue_id_hash(struct str queue_id);
/* What stands behind the last @; empty if there is none. */
struct str address_domain(struct str address);

#endif
