#include "json_reader.h"

#include <math.h>
#include <stdio.h>

static bool mistake(struct reader *reader, const char *key)
{
    if (!reader->bad)
        reader->bad = key;
    return false;
}

json_t *read_optional(const json_t *object, const char *key)
{
    return json_object_get(object, key);
}

/* NULL, with the mistake remembered, if there is none. */
static json_t *member(struct reader *reader, const json_t *object, const char *key)
{
    json_t *value = json_object_get(object, key);
    if (!value)
        mistake(reader, key);
    return value;
}

json_t *read_object(struct reader *reader, const json_t *object, const char *key)
{
    json_t *value = member(reader, object, key);
    if (json_is_object(value))
        return value;
    mistake(reader, key);
    return NULL;
}

json_t *read_array(struct reader *reader, const json_t *object, const char *key,
                   uint32_t *ret_count)
{
    json_t *value = member(reader, object, key);
    bool ok = json_is_array(value) && json_array_size(value) < UINT32_MAX;
    *ret_count = ok ? (uint32_t)json_array_size(value) : 0;
    if (!ok)
        mistake(reader, key);
    return ok ? value : NULL;
}

/* U+FFFD stands for a byte that is no UTF-8, and is such a byte again: then every sink shows it as
 * it showed the first one. */
struct str read_item(struct reader *reader, const json_t *value, const char *key)
{
    struct str text = {json_string_value(value), json_string_length(value)}, head;
    if (json_is_null(value))
        return (struct str){NULL, 0};
    if (!text.ptr) {
        mistake(reader, key);
        return (struct str){NULL, 0};
    }
    char *copy = arena_chars(reader->arena, text.len + 1);
    size_t len = 0;
    while (str_cut(&text, STR("\xEF\xBF\xBD"), &head)) {
        memcpy(copy + len, head.ptr, head.len);
        len += head.len;
        copy[len++] = '\xFF';
    }
    memcpy(copy + len, text.ptr, text.len);
    len += text.len;
    copy[len] = '\0';
    return (struct str){copy, len};
}

struct str read_str(struct reader *reader, const json_t *object, const char *key)
{
    return read_item(reader, member(reader, object, key), key);
}

const char *read_text(struct reader *reader, const json_t *object, const char *key)
{
    return read_str(reader, object, key).ptr;
}

struct str read_name(struct reader *reader, const json_t *object, const char *key)
{
    struct str text = read_str(reader, object, key);
    if (text.ptr)
        return text;
    mistake(reader, key);
    return STR("");
}

const char *read_word(struct reader *reader, const json_t *object, const char *key)
{
    return read_name(reader, object, key).ptr;
}

uint64_t read_number(struct reader *reader, const json_t *object, const char *key)
{
    const json_t *value = member(reader, object, key);
    if (json_is_integer(value) && json_integer_value(value) >= 0)
        return (uint64_t)json_integer_value(value);
    return mistake(reader, key);
}

uint32_t read_small(struct reader *reader, const json_t *object, const char *key)
{
    uint64_t number = read_number(reader, object, key);
    return number <= UINT32_MAX ? (uint32_t)number : mistake(reader, key);
}

int64_t read_known(struct reader *reader, const json_t *object, const char *key)
{
    const json_t *value = member(reader, object, key);
    if (!json_is_null(value) && !json_is_integer(value))
        mistake(reader, key);
    return json_is_integer(value) ? json_integer_value(value) : UNKNOWN;
}

bool read_bool(struct reader *reader, const json_t *object, const char *key)
{
    const json_t *value = member(reader, object, key);
    return json_is_boolean(value) ? json_is_true(value) : mistake(reader, key);
}

int read_maybe(struct reader *reader, const json_t *object, const char *key)
{
    return json_is_null(json_object_get(object, key)) ? UNKNOWN : read_bool(reader, object, key);
}

int read_tenths(struct reader *reader, const json_t *object, const char *key)
{
    const double most = 1e8;
    const json_t *value = member(reader, object, key);
    double tenths = 10 * json_number_value(value);
    if (!json_is_number(value) || !(tenths > -most && tenths < most))
        return mistake(reader, key);
    return (int)lround(tenths);
}

/* As when_text writes it. */
static bool parse_when(const char *text, struct when *ret)
{
    long long year;
    unsigned month, day, hour, minute, second;
    int len = 0;
    uint32_t scale = USEC_PER_SEC;
    if (sscanf(text, "%5lld-%2u-%2uT%2u:%2u:%2u%n", &year, &month, &day, &hour, &minute, &second,
               &len) != 6 ||
        !stamp_from_fields(year, month, day, hour, minute, second, &ret->usec))
        return false;
    text += len;
    ret->digits = 0;
    if (*text == '.')
        for (text++; char_is_digit(*text) && scale > 1; text++, ret->digits++) {
            scale /= 10;
            ret->usec += (int64_t)(*text - '0') * scale;
        }
    return strcmp(text, "Z") == 0;
}

struct when read_when(struct reader *reader, const json_t *object, const char *key)
{
    const json_t *value = member(reader, object, key);
    struct when when = {TIME_NONE, 0};
    if (json_is_null(value))
        return when;
    if (json_is_string(value) && parse_when(json_string_value(value), &when))
        return when;
    mistake(reader, key);
    return (struct when){TIME_NONE, 0};
}

static int hex_digit(char c)
{
    if (char_is_digit(c))
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool read_digest(struct reader *reader, const json_t *object, const char *key, uint8_t *ret)
{
    enum { BYTES = 32 };
    const char *text = read_text(reader, object, key);
    if (!text)
        return false;
    if (strlen(text) != (size_t)2 * BYTES)
        return mistake(reader, key);
    for (size_t i = 0; i < BYTES; i++) {
        int high = hex_digit(text[2 * i]), low = hex_digit(text[2 * i + 1]);
        if (high < 0 || low < 0)
            return mistake(reader, key);
        ret[i] = (uint8_t)(16 * high + low);
    }
    return true;
}

const struct str *read_strings(struct reader *reader, const json_t *object, const char *key,
                               uint32_t *ret_count)
{
    const json_t *array = read_array(reader, object, key, ret_count);
    struct str *items = arena_alloc(reader->arena, (*ret_count + (size_t)1) * sizeof *items);
    for (uint32_t i = 0; i < *ret_count; i++)
        items[i] = read_item(reader, json_array_get(array, i), key);
    return items;
}

const char *const *read_texts(struct reader *reader, const json_t *object, const char *key,
                              uint32_t *ret_count)
{
    const struct str *strings = read_strings(reader, object, key, ret_count);
    const char **items = arena_alloc(reader->arena, (*ret_count + (size_t)1) * sizeof *items);
    for (uint32_t i = 0; i < *ret_count; i++) {
        items[i] = strings[i].ptr ? strings[i].ptr : "";
        if (!strings[i].ptr)
            mistake(reader, key);
    }
    return items;
}
