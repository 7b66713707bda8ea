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
    const struct batch_field *fields;
    uint32_t host, program, instance;
    struct moment when;
    struct place place;
};

#define NO_FIELD UINT32_MAX
/* Index of the first field with that id, one of enum field_id or of the batch's own; NO_FIELD. */
static inline uint32_t folded_find(const struct folded *event, unsigned id)
{
    assert(batch_role(id) != ROLE_NONE);
    if (event->line->has & batch_field_bit(id))
        for (uint32_t i = 0; i < event->line->field_count; i++)
            if (event->fields[i].id == id)
                return i;
    return NO_FIELD;
}

static inline struct str folded_get(const struct folded *event, unsigned id)
{
    uint32_t at = folded_find(event, id);
    if (at == NO_FIELD)
        return (struct str){NULL, 0};
    return (struct str){event->fields[at].ptr, event->fields[at].len};
}

/* Of a field with ROLE_ADDRESS or ROLE_DIGEST; 0 without the field. */
static inline uint64_t folded_hash(const struct folded *event, unsigned id)
{
    uint32_t at = folded_find(event, id);
    return at == NO_FIELD ? 0 : event->fields[at].hash;
}

/* The interned field, one with ROLE_NAME; 0 without the field. */
static inline uint32_t folded_id(const struct fold *fold, const struct folded *event, unsigned id)
{
    assert(batch_role(id) == ROLE_NAME);
    uint32_t at = folded_find(event, id);
    if (at == NO_FIELD)
        return 0;
    struct str text = {event->fields[at].ptr, event->fields[at].len};
    return event->fields[at].hash ? intern_id_hashed(&fold->store->intern, text, event->fields[at].hash)
                             : intern_id(&fold->store->intern, text);
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

/* Called for deliveries, holds and releases (turns.c). */
void turn_fold(const struct fold *fold, const struct folded *event, struct fragment *fragment);
/* fragment_map: what b's fragments became in a. */
void turn_join(struct store *a, const struct store *b, const uint32_t *fragment_map,
               uint32_t run_base);

void connection_fold(struct fold *fold, const struct folded *event);
/* The table of connections anew, after their keys changed. */
void connection_rehash(struct store *store);
void connection_join(struct store *a, struct store *b, const uint32_t *ids, uint32_t run_base,
                     uint32_t input_base);

/* The address that a front end names, and its session. */
void front_fold(struct fold *fold, const struct folded *event, struct connection *connection);

void login_fold(struct fold *fold, const struct folded *event);
void refusal_fold(struct fold *fold, const struct folded *event);
void blocked_fold(struct fold *fold, const struct folded *event);
void login_join(struct store *a, const struct store *b, const uint32_t *ids, uint32_t run_base,
                uint32_t input_base);

void invocation_fold(struct fold *fold, const struct folded *event);
void invocation_join(struct store *a, const struct store *b, const uint32_t *ids, uint32_t run_base,
                     uint32_t input_base);

/* Lines that come in parts (continued.c): the whole of one is folded when its last part is there. */
void continued_fold(struct fold *fold, const struct folded *event);
void continued_join(struct store *a, const struct store *b, const uint32_t *ids, uint32_t run_base,
                    uint32_t input_base);
void continued_free(struct store *store);
void store_fold_event(struct fold *fold, const struct folded *event);
/* Which of the host's mail systems the program is one of. */
uint32_t store_instance(struct store *store, uint32_t program);

/* Lines of a listing of the queue (snapshots.c). */
void listed_fold(struct fold *fold, const struct folded *event);
void listed_join(struct store *a, const struct store *b, const uint32_t *ids, uint32_t input_base);

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

/* Never 0. Foreign servers' queue IDs are many and mostly of no use: their hash is kept in their
 * place. */
uint32_t queue_id_hash(struct str queue_id);
/* Takes the next address off a list divided by blanks or commas, without its angle brackets; quoted
   parts may hold anything. False at the end. */
bool recipients_next(struct str *list, struct str *ret);
/* How many different addresses such a list holds. */
uint32_t recipients_count(struct str list);

#endif
