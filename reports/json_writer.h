/* Streaming JSON. The caller keeps begin and end in balance; commas, line ends and escapes are done
 * here. */
#ifndef POSTMORTEM_JSON_WRITER_H
#define POSTMORTEM_JSON_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include "out.h"
#include "stamp.h"
#include "str.h"

/* Caller fills out and compact, the rest is zero. */
struct json {
    struct out *out;
    bool compact; /* one line; else one value a line, indented by one a level */
    bool filled;  /* the innermost object or array has a member */
    unsigned depth;
};

/* bracket is '{' or '[' (and '}' or ']'). In all that follow key is NULL inside an array; it is the
 * tool's own word. */
void json_begin(struct json *json, const char *key, char bracket);
void json_end(struct json *json, char bracket);

void json_str(struct json *json, const char *key, struct str value);   /* null if ptr is NULL */
void json_text(struct json *json, const char *key, const char *value); /* null if NULL */
void json_number(struct json *json, const char *key, uint64_t value);
void json_known(struct json *json, const char *key, int64_t value); /* null if UNKNOWN */
void json_bool(struct json *json, const char *key, bool value);
void json_maybe(struct json *json, const char *key, int value); /* 0, 1, UNKNOWN */
void json_tenths(struct json *json, const char *key, int value);
void json_when(struct json *json, const char *key, struct when value);       /* null if TIME_NONE */
void json_digest(struct json *json, const char *key, const uint8_t *sha256); /* null if NULL */
/* Not of external linkage: libjansson has one of that name. */
static inline void json_null(struct json *json, const char *key)
{
    json_text(json, key, NULL);
}
/* A member whose key comes from a log. */
void json_named_number(struct json *json, struct str key, uint64_t value);

#endif
