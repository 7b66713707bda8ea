/* Files of --geoip and --list: MaxMind databases, ranges with countries, lists. */
#define _GNU_SOURCE /* memfd_create */
#include "geography.h"

#include "fuzzing.h"
#include "ranges.h"

static void see_ranges(struct ranges *ranges)
{
    struct ip ip;
    for (size_t i = 1; i < ranges->count; i++)
        fuzz_require(memcmp(&ranges->items[i - 1].low, &ranges->items[i].low, sizeof(struct ip)) <=
                         0,
                     "sorted");
    if (ip_parse(STR("192.0.2.7"), &ip))
        (void)ranges_find(ranges, &ip);
    free(ranges->items);
}

static void look_up(const char *path)
{
    const char *paths[] = {path};
    struct settings settings = {.geoip = {paths, 1}};
    struct arena arena = {0};
    struct err err;
    struct geography *geography = NULL;
    struct source_report sources[] = {{.ip = STR("192.0.2.7")}, {.ip = STR("2001:db8::1")}};
    struct account_report account = {.sources = sources, .source_count = 2};
    struct report report = {.accounts = &account, .account_count = 1};
    if (geography_open(&geography, &settings, &arena, &err))
        (void)geography_fill(geography, &report, &arena, &err);
    geography_free(geography);
    arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[FUZZ_PATH];
    int fd = fuzz_file(data, size, path);
    struct ranges ranges;
    struct err err;
    if (ranges_read_countries(&ranges, path, &err))
        see_ranges(&ranges);
    if (ranges_read_list(&ranges, path, &err))
        see_ranges(&ranges);
    look_up(path);
    close(fd);
    return 0;
}
