#include "envelope_time.h"

enum { NOT_TWO_DIGITS = 100, YEAR_FIRST = 1970, YEAR_LAST = 2099, USEC_DIGITS = 6, DIGITS_MAX = 9 };

static const int64_t template_start = INT64_C(946684800); /* 2000-01-01 */

struct month {
    char name[3];
    uint8_t number;
    uint8_t days;         /* of a leap year */
    uint16_t days_before; /* of a leap year */
};

/* Found by the low five bits of the sum of the second and third letter, which no two months share.
 */
static const struct month months[32] = {
    [15] = {"Jan", 1, 31, 0},    [7] = {"Feb", 2, 29, 31},   [19] = {"Mar", 3, 31, 60},
    [2] = {"Apr", 4, 30, 91},    [26] = {"May", 5, 31, 121}, [3] = {"Jun", 6, 30, 152},
    [1] = {"Jul", 7, 31, 182},   [28] = {"Aug", 8, 31, 213}, [21] = {"Sep", 9, 30, 244},
    [23] = {"Oct", 10, 31, 274}, [5] = {"Nov", 11, 30, 305}, [8] = {"Dec", 12, 31, 335},
};

static unsigned two_digits(const char *p)
{
    unsigned tens = (unsigned)(unsigned char)p[0] - '0', ones = (unsigned)(unsigned char)p[1] - '0';
    return tens <= 9 && ones <= 9 ? tens * 10 + ones : NOT_TWO_DIGITS;
}

static void take_fraction(struct str *text, int64_t *usec, uint8_t *ret_digits)
{
    static const int32_t unit[] = {100000, 10000, 1000, 100, 10, 1};
    size_t i = 1;
    for (; i < text->len && char_is_digit(text->ptr[i]); i++)
        if (i <= USEC_DIGITS)
            *usec += (text->ptr[i] - '0') * unit[i - 1];
    *ret_digits = i - 1 > DIGITS_MAX ? DIGITS_MAX : (uint8_t)(i - 1);
    *text = str_skip(*text, i);
}

/* "16:22:34" with or without a fraction, as microseconds of the day. A leap second counts as the
 * one before it. */
static bool take_clock(struct str *text, int64_t *ret_usec, uint8_t *ret_digits)
{
    const char *p = text->ptr;
    if (text->len < 8 || p[2] != ':' || p[5] != ':')
        return false;
    unsigned hour = two_digits(p), minute = two_digits(p + 3), second = two_digits(p + 6);
    if (hour > 23 || minute > 59 || second > 60)
        return false;
    int64_t seconds = hour * 3600 + minute * 60 + (second == 60 ? 59 : second);
    *ret_usec = seconds * USEC_PER_SEC;
    *ret_digits = 0;
    *text = str_skip(*text, 8);
    if (text->len > 1 && (text->ptr[0] == '.' || text->ptr[0] == ',') &&
        char_is_digit(text->ptr[1]))
        take_fraction(text, ret_usec, ret_digits);
    return true;
}

static unsigned year_at(const char *p)
{
    unsigned century = two_digits(p), rest = two_digits(p + 2);
    unsigned year = century * 100 + rest;
    bool valid = century < NOT_TWO_DIGITS && rest < NOT_TWO_DIGITS;
    return valid && year >= YEAR_FIRST && year <= YEAR_LAST ? year : 0;
}

/* "2024 "; 0 and unchanged if there is no year. */
static inline unsigned take_year(struct str *text)
{
    if (text->len < 5 || !char_is_digit(text->ptr[0]) || text->ptr[4] != ' ')
        return 0;
    unsigned year = year_at(text->ptr);
    if (year)
        *text = str_skip(*text, 5);
    return year;
}

/* "Nov 22 ", "Sep 8 ", "Sep  8 ", "Jul 02 " */
static const struct month *take_day(struct str *text, unsigned *ret_day)
{
    const char *p = text->ptr;
    if (text->len < 6 || p[3] != ' ')
        return NULL;
    const struct month *month = &months[((unsigned char)p[1] + (unsigned char)p[2]) & 31];
    if (month->number == 0 || memcmp(month->name, p, 3) != 0)
        return NULL;
    size_t at = p[4] == ' ' ? 5 : 4;
    unsigned day = 0;
    for (size_t end = at + 2; at < end && at < text->len && char_is_digit(p[at]); at++)
        day = day * 10 + (unsigned)(p[at] - '0');
    if (at >= text->len || p[at] != ' ' || day < 1 || day > month->days)
        return NULL;
    *text = str_skip(*text, at + 1);
    *ret_day = day;
    return month;
}

/* A year that follows the time; the blank behind it stays. */
static unsigned take_late_year(struct str *text)
{
    if (text->len < 6 || text->ptr[0] != ' ')
        return 0;
    struct str rest = str_skip(*text, 1);
    unsigned year = take_year(&rest);
    if (year)
        *text = str_skip(*text, 5);
    return year;
}

bool envelope_time_bsd(struct str *text, struct stamp *ret)
{
    struct str rest = *text;
    unsigned day, year = take_year(&rest);
    const struct month *month = take_day(&rest, &day);
    if (!month)
        return false;
    if (!year)
        year = take_year(&rest);
    int64_t clock, start = template_start * USEC_PER_SEC;
    uint8_t digits;
    if (!take_clock(&rest, &clock, &digits))
        return false;
    if (!year)
        year = take_late_year(&rest);
    if (rest.len && rest.ptr[0] != ' ' && rest.ptr[0] != ':')
        return false;
    if (!year)
        start += (month->days_before + day - 1) * (int64_t)SEC_PER_DAY * USEC_PER_SEC;
    else if (!stamp_from_fields(year, month->number, day, 0, 0, 0, &start))
        return false;
    *ret = (struct stamp){start + clock, year ? STAMP_ZONELESS : STAMP_YEARLESS, digits};
    *text = rest;
    return true;
}

/* "+02:00", "+0200" or "+02", as seconds east of Greenwich. */
static bool take_offset(struct str *text, int64_t *ret_seconds)
{
    const char *p = text->ptr;
    if (text->len < 3 || (p[0] != '+' && p[0] != '-'))
        return false;
    unsigned hours = two_digits(p + 1), minutes = 0;
    size_t at = text->len > 3 && p[3] == ':' ? 4 : 3;
    if (text->len >= at + 2 && two_digits(p + at) != NOT_TWO_DIGITS) {
        minutes = two_digits(p + at);
        at += 2;
    } else {
        at = 3;
    }
    if (hours > 23 || minutes > 59)
        return false;
    int64_t seconds = hours * 3600 + minutes * 60;
    *ret_seconds = p[0] == '-' ? -seconds : seconds;
    *text = str_skip(*text, at);
    return true;
}

static void take_zone(struct str *text, struct stamp *stamp)
{
    int64_t seconds;
    if (text->len && text->ptr[0] == 'Z') {
        *text = str_skip(*text, 1);
        stamp->kind = STAMP_UTC;
    } else if (take_offset(text, &seconds)) {
        stamp->usec -= seconds * USEC_PER_SEC;
        stamp->kind = STAMP_UTC;
    }
}

bool envelope_time_iso(struct str *text, struct stamp *ret)
{
    const char *p = text->ptr;
    if (text->len < 19 || p[4] != '-' || p[7] != '-' || (p[10] != 'T' && p[10] != ' '))
        return false;
    unsigned century = two_digits(p), year = two_digits(p + 2);
    unsigned month = two_digits(p + 5), day = two_digits(p + 8);
    struct str rest = str_skip(*text, 11);
    int64_t start, clock;
    uint8_t digits;
    if (century == NOT_TWO_DIGITS || year == NOT_TWO_DIGITS ||
        !stamp_from_fields(century * 100 + year, month, day, 0, 0, 0, &start) ||
        !take_clock(&rest, &clock, &digits))
        return false;
    *ret = (struct stamp){start + clock, STAMP_ZONELESS, digits};
    take_zone(&rest, ret);
    *text = rest;
    return true;
}

bool envelope_time_exim(struct str *text, struct stamp *ret)
{
    struct str rest = *text, zone;
    int64_t seconds;
    if (rest.len < 11 || rest.ptr[10] != ' ' || !envelope_time_iso(&rest, ret) ||
        !str_take(&rest, STR(" ")))
        return false;
    zone = rest;
    if (ret->kind == STAMP_ZONELESS && take_offset(&zone, &seconds) && str_take(&zone, STR(" "))) {
        ret->usec -= seconds * USEC_PER_SEC;
        ret->kind = STAMP_UTC;
        rest = zone;
    }
    *text = rest;
    return true;
}

/* " CET", " UTC", " +03": behind the time of journalctl's short-full. */
static void take_zone_name(struct str *text, struct stamp *stamp)
{
    enum { NAME_MAX_LEN = 5 };
    if (text->len < 2 || text->ptr[0] != ' ')
        return;
    struct str rest = str_skip(*text, 1);
    if (take_offset(&rest, &(int64_t){0})) {
        *text = str_skip(*text, 1);
        take_zone(text, stamp);
        return;
    }
    size_t len = 0;
    while (len < rest.len && char_is_upper(rest.ptr[len]))
        len++;
    if (len < 2 || len > NAME_MAX_LEN || len == rest.len || rest.ptr[len] != ' ')
        return;
    struct str name = str_head(rest, len);
    if (str_eq(name, STR("UTC")) || str_eq(name, STR("GMT")))
        stamp->kind = STAMP_UTC;
    *text = str_skip(rest, len);
}

bool envelope_time_full(struct str *text, struct stamp *ret)
{
    const char *p = text->ptr;
    if (text->len < 4 || !char_is_upper(p[0]) || !char_is_lower(p[1]) || !char_is_lower(p[2]) ||
        p[3] != ' ')
        return false;
    struct str rest = str_skip(*text, 4);
    if (!envelope_time_iso(&rest, ret))
        return false;
    take_zone_name(&rest, ret);
    *text = rest;
    return true;
}

bool envelope_time_unix(struct str *text, struct stamp *ret)
{
    enum { DIGITS_MIN = 9, DIGITS_MOST = 11 };
    struct str rest = *text;
    uint64_t seconds;
    if (!str_take_u64(&rest, &seconds))
        return false;
    size_t len = text->len - rest.len;
    if (len < DIGITS_MIN || len > DIGITS_MOST || rest.len < 2 || rest.ptr[0] != '.' ||
        !char_is_digit(rest.ptr[1]))
        return false;
    *ret = (struct stamp){(int64_t)seconds * USEC_PER_SEC, STAMP_UTC, 0};
    take_fraction(&rest, &ret->usec, &ret->digits);
    *text = rest;
    return true;
}

bool envelope_time_usec(struct str text, struct stamp *ret)
{
    const uint64_t end_of_9999 = UINT64_C(253402300800) * USEC_PER_SEC;
    uint64_t usec;
    if (!str_to_u64(text, &usec) || usec >= end_of_9999)
        return false;
    *ret = (struct stamp){(int64_t)usec, STAMP_UTC, USEC_DIGITS};
    return true;
}
