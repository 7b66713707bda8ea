#include "json_writer.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

#include "escape.h"
#include "finding.h"

static void line_begin(struct json *json)
{
    if (json->compact)
        return;
    out_char(json->out, '\n');
    static const struct str blanks = {"                ", 16};
    for (unsigned left = json->depth; left;) {
        struct str some = str_head(blanks, left);
        out_str(json->out, some);
        left -= (unsigned)some.len;
    }
}

static void member_begin(struct json *json, struct str key)
{
    if (json->filled)
        out_char(json->out, ',');
    if (json->depth > 0)
        line_begin(json);
    json->filled = true;
    if (!key.ptr)
        return;
    escape_json(json->out, key);
    out_text(json->out, json->compact ? ":" : ": ");
}

static void value_begin(struct json *json, const char *key)
{
    member_begin(json, key ? str_of(key) : (struct str){NULL, 0});
}

void json_begin(struct json *json, const char *key, char bracket)
{
    value_begin(json, key);
    out_char(json->out, bracket);
    json->depth++;
    json->filled = false;
}

void json_end(struct json *json, char bracket)
{
    assert(json->depth > 0);
    json->depth--;
    if (json->filled)
        line_begin(json);
    out_char(json->out, bracket);
    json->filled = json->depth > 0;
    if (json->depth == 0)
        out_char(json->out, '\n');
}

void json_str(struct json *json, const char *key, struct str value)
{
    value_begin(json, key);
    if (value.ptr)
        escape_json(json->out, value);
    else
        out_text(json->out, "null");
}

void json_text(struct json *json, const char *key, const char *value)
{
    json_str(json, key, value ? str_of(value) : (struct str){NULL, 0});
}

static void write_number(struct json *json, uint64_t value)
{
    char digits[20];
    size_t at = sizeof digits;
    do
        digits[--at] = (char)('0' + value % 10);
    while (value /= 10);
    out_str(json->out, (struct str){digits + at, sizeof digits - at});
}

void json_number(struct json *json, const char *key, uint64_t value)
{
    value_begin(json, key);
    write_number(json, value);
}

void json_known(struct json *json, const char *key, int64_t value)
{
    value_begin(json, key);
    if (value == UNKNOWN)
        out_text(json->out, "null");
    else
        out_printf(json->out, "%" PRId64, value);
}

void json_bool(struct json *json, const char *key, bool value)
{
    value_begin(json, key);
    out_text(json->out, value ? "true" : "false");
}

void json_maybe(struct json *json, const char *key, int value)
{
    if (value == UNKNOWN)
        json_null(json, key);
    else
        json_bool(json, key, value != 0);
}

void json_tenths(struct json *json, const char *key, int value)
{
    value_begin(json, key);
    unsigned size = value < 0 ? 0u - (unsigned)value : (unsigned)value;
    out_printf(json->out, "%s%u.%u", value < 0 ? "-" : "", size / 10, size % 10);
}

void json_when(struct json *json, const char *key, struct when value)
{
    char text[WHEN_TEXT];
    json_text(json, key, value.usec == TIME_NONE ? NULL : when_text(value, text));
}

void json_digest(struct json *json, const char *key, const uint8_t *sha256)
{
    if (!sha256) {
        json_null(json, key);
        return;
    }
    char text[DIGEST_TEXT];
    json_text(json, key, digest_text(sha256, text));
}

void json_named_number(struct json *json, struct str key, uint64_t value)
{
    member_begin(json, key);
    write_number(json, value);
}
