/* Dates there and back, the short way round a year without number, and moments as text. */
#include "stamp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int64_t at(int64_t year, unsigned month, unsigned day, unsigned hour, unsigned minute,
                  unsigned second)
{
    int64_t usec = TIME_NONE;
    if (!stamp_from_fields(year, month, day, hour, minute, second, &usec))
        printf("no such time: %lld-%u-%u\n", (long long)year, month, day);
    return usec;
}

static int differs(const char *what, int64_t expected, int64_t found)
{
    if (expected == found)
        return 0;
    printf("%s\nexpected: %lld\nfound:    %lld\n\n", what, (long long)expected, (long long)found);
    return 1;
}

/* Every day of twelve hundred years: consecutive numbers, and each back to its date. */
static int check_every_day(void)
{
    static const unsigned month_days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t days = days_from_civil(1500, 1, 1);
    int failed = 0;
    for (int64_t year = 1500; year < 2700 && failed < 5; year++) {
        bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        for (unsigned month = 1; month <= 12; month++) {
            for (unsigned day = 1; day <= month_days[month - 1] + (month == 2 && leap); day++) {
                int64_t y;
                unsigned m, d;
                civil_from_days(days, &y, &m, &d);
                failed += differs("days of a date", days, days_from_civil(year, month, day));
                failed +=
                    differs("year", year, y) + differs("month", month, m) + differs("day", day, d);
                days++;
            }
        }
    }
    return failed + differs("the epoch", 0, days_from_civil(1970, 1, 1));
}

static int check_fields(void)
{
    static const struct {
        int64_t year;
        unsigned month, day, hour, minute, second;
        bool there;
    } rows[] = {
        {2024, 2, 29, 0, 0, 0, true},    {2023, 2, 29, 0, 0, 0, false},
        {2000, 2, 29, 0, 0, 0, true},    {2100, 2, 29, 0, 0, 0, false},
        {2024, 2, 30, 0, 0, 0, false},   {2024, 4, 31, 0, 0, 0, false},
        {2024, 1, 31, 23, 59, 59, true}, {2024, 1, 1, 24, 0, 0, false},
        {2024, 1, 1, 25, 0, 0, false},   {2024, 1, 1, 0, 60, 0, false},
        {2024, 1, 1, 0, 0, 60, true},    {2024, 1, 1, 0, 0, 61, false},
        {2024, 0, 1, 0, 0, 0, false},    {2024, 13, 1, 0, 0, 0, false},
        {2024, 1, 0, 0, 0, 0, false},    {2024, 1, 32, 0, 0, 0, false},
        {1969, 12, 31, 0, 0, 0, false},  {1970, 1, 1, 0, 0, 0, true},
        {9999, 12, 31, 0, 0, 0, true},   {10000, 1, 1, 0, 0, 0, false},
    };
    int failed = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t usec = -7;
        bool there = stamp_from_fields(rows[i].year, rows[i].month, rows[i].day, rows[i].hour,
                                       rows[i].minute, rows[i].second, &usec);
        if (there != rows[i].there || (!there && usec != -7)) {
            printf("row %zu: is %s a time\n", i, there ? "" : "not");
            failed++;
        }
    }
    failed += differs("a leap second is the last one", at(2016, 12, 31, 23, 59, 59),
                      at(2016, 12, 31, 23, 59, 60));
    return failed +
           differs("a known second", INT64_C(1764087754000000), at(2025, 11, 25, 16, 22, 34));
}

static int check_delta(void)
{
    const int64_t second = USEC_PER_SEC, day = (int64_t)SEC_PER_DAY * USEC_PER_SEC;
    int64_t eve = at(2000, 12, 31, 23, 59, 59), new_year = at(2000, 1, 1, 0, 0, 1);
    struct stamp yearless = {eve, STAMP_YEARLESS, 0}, later = {new_year, STAMP_YEARLESS, 0};
    struct stamp dated = {eve, STAMP_UTC, 0}, dated_later = {eve + 400 * day, STAMP_UTC, 0};
    int failed = 0;
    failed += differs("over New Year", 2 * second, usec_delta_yearless(eve, new_year));
    failed += differs("back over New Year", -2 * second, usec_delta_yearless(new_year, eve));
    failed += differs("the same", 0, usec_delta_yearless(eve, eve));
    failed += differs("within half a year", 100 * day,
                      usec_delta_yearless(new_year, new_year + 100 * day));
    failed += differs("half a year and a day", -182 * day,
                      usec_delta_yearless(new_year, new_year + 184 * day));
    failed += differs("years passed do not matter", 2 * second,
                      usec_delta_yearless(eve, new_year + 5 * 366 * day));
    failed += differs("stamps without a year", 2 * second, stamp_delta(yearless, later));
    failed += differs("stamps with one", 400 * day, stamp_delta(dated, dated_later));
    return failed + differs("one has none", 34 * day, stamp_delta(yearless, dated_later));
}

static int check_text(void)
{
    static const struct {
        int64_t usec;
        uint8_t digits;
        const char *expected;
    } rows[] = {
        {0, 0, "1970-01-01T00:00:00Z"},
        {INT64_C(1764087754123456), 0, "2025-11-25T16:22:34Z"},
        {INT64_C(1764087754123456), 3, "2025-11-25T16:22:34.123Z"},
        {INT64_C(1764087754000007), 6, "2025-11-25T16:22:34.000007Z"},
        {INT64_C(1764087754000007), 9, "2025-11-25T16:22:34.000007Z"},
        {-1, 6, "1969-12-31T23:59:59.999999Z"},
        {-1000000, 0, "1969-12-31T23:59:59Z"},
        {INT64_C(951868799000000), 0, "2000-02-29T23:59:59Z"},
    };
    int failed = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[WHEN_TEXT];
        if (strcmp(when_text((struct when){rows[i].usec, rows[i].digits}, text),
                   rows[i].expected)) {
            printf("expected: %s\nfound:    %s\n\n", rows[i].expected, text);
            failed++;
        }
    }
    char text[WHEN_TEXT]; /* whatever a hostile clock adds up to has room */
    when_text((struct when){INT64_MAX, 6}, text);
    when_text((struct when){INT64_MIN + 1, 6}, text);
    return failed;
}

int main(void)
{
    int failed = check_every_day() + check_fields() + check_delta() + check_text();
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
