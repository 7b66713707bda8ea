#include "values.h"

#include <stdio.h>
#include <string.h>

#include "str.h"

static bool take_digits(struct str *text, unsigned count, unsigned *ret)
{
    unsigned value = 0;
    if (text->len < count)
        return false;
    for (unsigned i = 0; i < count; i++) {
        if (!char_is_digit(text->ptr[i]))
            return false;
        value = value * 10 + (unsigned)(text->ptr[i] - '0');
    }
    *text = str_skip(*text, count);
    *ret = value;
    return true;
}

static bool take_char(struct str *text, const char *any_of)
{
    if (text->len == 0 || !strchr(any_of, text->ptr[0]))
        return false;
    *text = str_skip(*text, 1);
    return true;
}

/* Digits behind the point as microseconds; more than six are cut. */
static bool take_fraction(struct str *text, int64_t *ret_usec)
{
    int64_t usec = 0;
    unsigned digits = 0;
    for (; text->len && char_is_digit(text->ptr[0]); digits++, *text = str_skip(*text, 1))
        if (digits < 6)
            usec = usec * 10 + (text->ptr[0] - '0');
    for (unsigned i = digits; i < 6; i++)
        usec *= 10;
    *ret_usec = usec;
    return digits > 0;
}

/* "+05:30" or "-0800", as seconds to take off the wall clock. */
static bool take_offset(struct str *text, int64_t *ret_seconds)
{
    unsigned hours, minutes;
    bool west = text->len && text->ptr[0] == '-';
    if (!take_char(text, "+-") || !take_digits(text, 2, &hours))
        return false;
    take_char(text, ":");
    if (!take_digits(text, 2, &minutes) || hours > 15 || minutes > 59)
        return false;
    *ret_seconds = (west ? -1 : 1) * (int64_t)(hours * 3600 + minutes * 60);
    return true;
}

/* A span back from the end of the log. */
static bool parse_back(struct str text, struct time_limit *ret)
{
    static const struct {
        char unit;
        int64_t seconds;
    } units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', SEC_PER_DAY}, {'w', 7 * SEC_PER_DAY}};
    const uint64_t count_max = 1000000;
    uint64_t count;
    if (!str_take_u64(&text, &count) || text.len != 1 || count > count_max)
        return false;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (text.ptr[0] != units[i].unit)
            continue;
        ret->kind = LIMIT_BACK;
        ret->usec = (int64_t)count * units[i].seconds * USEC_PER_SEC;
        return true;
    }
    return false;
}

static bool take_clock(struct str *text, unsigned *hour, unsigned *minute, unsigned *second,
                       int64_t *fraction)
{
    if (!take_digits(text, 2, hour) || !take_char(text, ":") || !take_digits(text, 2, minute))
        return false;
    if (!take_char(text, ":"))
        return true;
    if (!take_digits(text, 2, second))
        return false;
    return !take_char(text, ".,") || take_fraction(text, fraction);
}

bool value_time(const char *value, struct time_limit *ret)
{
    struct str text = str_of(value);
    struct time_limit limit = {.kind = LIMIT_WALL};
    unsigned year, month, day, hour = 0, minute = 0, second = 0;
    int64_t fraction = 0, offset = 0;
    if (parse_back(text, ret))
        return true;
    if (!take_digits(&text, 4, &year) || !take_char(&text, "-") || !take_digits(&text, 2, &month) ||
        !take_char(&text, "-") || !take_digits(&text, 2, &day))
        return false;
    limit.whole_day = text.len == 0;
    if (take_char(&text, "Tt ") && !take_clock(&text, &hour, &minute, &second, &fraction))
        return false;
    if (text.len) {
        limit.kind = LIMIT_UTC;
        if (!take_char(&text, "Zz") && !take_offset(&text, &offset))
            return false;
    }
    if (text.len || !stamp_from_fields(year, month, day, hour, minute, second, &limit.usec))
        return false;
    limit.usec += fraction - offset * USEC_PER_SEC;
    *ret = limit;
    return true;
}

bool value_size(const char *value, uint64_t *ret)
{
    static const char letters[] = "KMGT";
    struct str text = str_of(value);
    uint64_t count;
    unsigned shift = 0;
    if (!str_take_u64(&text, &count))
        return false;
    if (text.len && char_is_alnum(text.ptr[0]) && text.ptr[0] != 'B') {
        const char *letter = strchr(letters, text.ptr[0] & ~('a' - 'A'));
        if (!letter || !*letter)
            return false;
        shift = 10 * (unsigned)(letter - letters + 1);
        text = str_skip(text, 1);
        str_take(&text, STR("i"));
    }
    str_take(&text, STR("B"));
    if (text.len || count > UINT64_MAX >> shift)
        return false;
    *ret = count << shift;
    return true;
}

bool value_number(const char *text, uint64_t min, uint64_t max, uint64_t *ret)
{
    uint64_t value;
    if (!str_to_u64(str_of(text), &value) || value < min || value > max)
        return false;
    *ret = value;
    return true;
}

static bool zone_is_installed(const char *name)
{
    char path[256], magic[4] = "";
    if (name[0] == '/' || strstr(name, "..") ||
        strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/") !=
            strlen(name))
        return false;
    int len = snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", name);
    if (len < 0 || (size_t)len >= sizeof path)
        return false;
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    bool is_zone = fread(magic, 1, sizeof magic, file) == sizeof magic &&
                   memcmp(magic, "TZif", sizeof magic) == 0;
    fclose(file);
    return is_zone;
}

bool value_zone(const char *value)
{
    struct str text = str_of(value);
    int64_t seconds;
    if (strcmp(value, "local") == 0 || strcmp(value, "UTC") == 0)
        return true;
    if (take_offset(&text, &seconds))
        return text.len == 0;
    return text.len && zone_is_installed(value);
}

bool value_domain(const char *text)
{
    size_t len = strlen(text);
    return len > 0 && len <= 253 && text[0] != '.' && !strpbrk(text, " \t@/<>,;\"");
}
