/* Members of a JSON object, as json_writer.h writes them, each checked for its kind. The first that
 * is missing or of another kind is remembered, and the caller asks once at the end. */
#ifndef POSTMORTEM_JSON_READER_H
#define POSTMORTEM_JSON_READER_H

#include <jansson.h>

#include "arena.h"
#include "finding.h"

struct reader {
    struct arena *arena; /* of all that is returned */
    const char *bad;     /* key of the first member that was not as it should be; NULL: all were */
};

/* NULL if there is none; an absent one is no mistake yet. */
json_t *read_optional(const json_t *object, const char *key);
/* Never of another kind: NULL after a mistake, of which jansson makes nothing. */
json_t *read_object(struct reader *reader, const json_t *object, const char *key);
json_t *read_array(struct reader *reader, const json_t *object, const char *key,
                   uint32_t *ret_count);

/* Zeroes and NULL after a mistake. */
struct str read_str(struct reader *reader, const json_t *object, const char *key);
const char *read_text(struct reader *reader, const json_t *object, const char *key);
/* The same where null is a mistake; then they are empty, never NULL. */
struct str read_name(struct reader *reader, const json_t *object, const char *key);
const char *read_word(struct reader *reader, const json_t *object, const char *key);
uint64_t read_number(struct reader *reader, const json_t *object, const char *key);
uint32_t read_small(struct reader *reader, const json_t *object, const char *key);
int64_t read_known(struct reader *reader, const json_t *object, const char *key);
bool read_bool(struct reader *reader, const json_t *object, const char *key);
int read_maybe(struct reader *reader, const json_t *object, const char *key);
int read_tenths(struct reader *reader, const json_t *object, const char *key);
struct when read_when(struct reader *reader, const json_t *object, const char *key);
bool read_digest(struct reader *reader, const json_t *object, const char *key, uint8_t *ret);

/* Arrays of strings. */
const char *const *read_texts(struct reader *reader, const json_t *object, const char *key,
                              uint32_t *ret_count);
const struct str *read_strings(struct reader *reader, const json_t *object, const char *key,
                               uint32_t *ret_count);
struct str read_item(struct reader *reader, const json_t *value, const char *key);

#endif
