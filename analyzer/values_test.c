/* Words a user writes -> values. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "values.h"

static const struct {
    const char *text, *expected;
} times[] = {
    {"7d", "back 604800 s"},
    {"30m", "back 1800 s"},
    {"1w", "back 604800 s"},
    {"2026-11-22", "day 2026-11-22T00:00:00.000000Z"},
    {"2026-11-22 16:22", "wall 2026-11-22T16:22:00.000000Z"},
    {"2026-11-22T16:22:34", "wall 2026-11-22T16:22:34.000000Z"},
    {"2026-11-22T16:22:34Z", "utc 2026-11-22T16:22:34.000000Z"},
    {"2026-11-22t16:22:34.5z", "utc 2026-11-22T16:22:34.500000Z"},
    {"2026-11-22T16:22:34.1234567+05:30", "utc 2026-11-22T10:52:34.123456Z"},
    {"2026-11-22T23:30:00-0100", "utc 2026-11-23T00:30:00.000000Z"},
    {"2026-11-22Z", "utc 2026-11-22T00:00:00.000000Z"},
    {"2026-02-29", "no"},
    {"2026-11-22T", "no"},
    {"2026-11-22T16", "no"},
    {"2026-11-22T16:22:34.", "no"},
    {"2026-11-22T16:22:34+5", "no"},
    {"yesterday", "no"},
    {"7", "no"},
    {"7x", "no"},
    {"9999999999w", "no"},
    {"", "no"},
};

static const struct {
    const char *text, *expected;
} sizes[] = {
    {"512", "512"},
    {"64K", "65536"},
    {"64k", "65536"},
    {"1MiB", "1048576"},
    {"4GB", "4294967296"},
    {"1T", "1099511627776"},
    {"17179869184G", "no"},
    {"", "no"},
    {"M", "no"},
    {"1X", "no"},
    {"1.5G", "no"},
    {"-1", "no"},
    {"16B", "16"},
    {"1MM", "no"},
};

static const struct {
    const char *text, *expected;
} zones[] = {
    {"UTC", "yes"},
    {"local", "yes"},
    {"+05:30", "yes"},
    {"-0800", "yes"},
    {"+5", "no"},
    {"+99:00", "no"},
    {"Nowhere/Atlantis", "no"},
    {"", "no"},
    {"../etc/passwd", "no"},
    {"/etc/localtime", "no"},
};

static bool same(const char *what, const char *text, const char *expected, const char *got)
{
    if (strcmp(expected, got) == 0)
        return true;
    printf("%s '%s'\n  expected: %s\n  got:      %s\n", what, text, expected, got);
    return false;
}

static bool check_time(const char *text, const char *expected)
{
    char got[80] = "no", when[WHEN_TEXT];
    struct time_limit limit;
    if (value_time(text, &limit) && limit.kind == LIMIT_BACK)
        snprintf(got, sizeof got, "back %" PRId64 " s", limit.usec / USEC_PER_SEC);
    else if (value_time(text, &limit))
        snprintf(got, sizeof got, "%s %s",
                 limit.kind == LIMIT_UTC ? "utc"
                 : limit.whole_day       ? "day"
                                         : "wall",
                 when_text((struct when){limit.usec, 6}, when));
    return same("time", text, expected, got);
}

static bool check_size(const char *text, const char *expected)
{
    char got[32] = "no";
    uint64_t bytes;
    if (value_size(text, &bytes))
        snprintf(got, sizeof got, "%" PRIu64, bytes);
    return same("size", text, expected, got);
}

int main(void)
{
    bool ok = true;
    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        ok &= check_time(times[i].text, times[i].expected);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        ok &= check_size(sizes[i].text, sizes[i].expected);
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++)
        ok &= same("zone", zones[i].text, zones[i].expected,
                   value_zone(zones[i].text) ? "yes" : "no");
    return ok ? 0 : 1;
}
