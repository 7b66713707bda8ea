#include "stamp.h"

#include <stdio.h>

int64_t days_from_civil(int64_t year, unsigned month, unsigned day)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    unsigned yoe = (unsigned)(year - era * 400);
    unsigned doy = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    unsigned doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + (int64_t)doe - 719468;
}

void civil_from_days(int64_t days, int64_t *ret_year, unsigned *ret_month, unsigned *ret_day)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    unsigned doe = (unsigned)(days - era * 146097);
    unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    unsigned mp = (5 * doy + 2) / 153;
    *ret_day = doy - (153 * mp + 2) / 5 + 1;
    *ret_month = mp < 10 ? mp + 3 : mp - 9;
    *ret_year = (int64_t)yoe + era * 400 + (*ret_month <= 2);
}

bool stamp_from_fields(int64_t year, unsigned month, unsigned day, unsigned hour, unsigned minute,
                       unsigned second, int64_t *ret_usec)
{
    static const uint8_t month_days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (year < 1970 || year > 9999 || month < 1 || month > 12 || hour > 23 || minute > 59 ||
        second > 60)
        return false;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (day < 1 || day > month_days[month - 1] + (month == 2 && leap ? 1u : 0u))
        return false;
    int64_t sec = days_from_civil(year, month, day) * SEC_PER_DAY + hour * 3600 + minute * 60 +
                  (second == 60 ? 59 : second);
    *ret_usec = sec * USEC_PER_SEC;
    return true;
}

int64_t usec_delta_yearless(int64_t a, int64_t b)
{
    const int64_t year = (int64_t)366 * SEC_PER_DAY * USEC_PER_SEC;
    int64_t delta = (b - a) % year;
    if (delta > year / 2)
        delta -= year;
    else if (delta < -year / 2)
        delta += year;
    return delta;
}

int64_t stamp_delta(struct stamp a, struct stamp b)
{
    if (a.kind == STAMP_YEARLESS || b.kind == STAMP_YEARLESS)
        return usec_delta_yearless(a.usec, b.usec);
    return b.usec - a.usec;
}

const char *when_text(struct when when, char *text)
{
    int64_t sec = when.usec / USEC_PER_SEC, usec = when.usec % USEC_PER_SEC, year;
    unsigned month, day;
    if (usec < 0) {
        usec += USEC_PER_SEC;
        sec--;
    }
    int64_t days = (sec >= 0 ? sec : sec - (SEC_PER_DAY - 1)) / SEC_PER_DAY;
    int rest = (int)(sec - days * SEC_PER_DAY);
    civil_from_days(days, &year, &month, &day);
    int n = snprintf(text, WHEN_TEXT, "%04lld-%02u-%02uT%02d:%02d:%02d", (long long)year, month,
                     day, rest / 3600, rest / 60 % 60, rest % 60);
    if (when.digits && n > 0) {
        unsigned digits = when.digits > 6 ? 6 : when.digits;
        char fraction[8];
        snprintf(fraction, sizeof fraction, "%06lld", (long long)usec);
        n += snprintf(text + n, (size_t)(WHEN_TEXT - n), ".%.*s", (int)digits, fraction);
    }
    snprintf(text + n, (size_t)(WHEN_TEXT - n), "Z");
    return text;
}
