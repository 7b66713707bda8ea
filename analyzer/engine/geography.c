#include "geography.h"

#include <maxminddb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>

#include "ranges.h"

#define MAX_EPOCH ((uint64_t)1 << 33)

struct named_ranges {
    const char *name; /* of a list; NULL: countries */
    struct ranges ranges;
};

struct database {
    const char *path;
    MMDB_s file;
};

struct geography {
    struct database *databases;
    size_t database_count;
    struct named_ranges *ranges;
    size_t range_count, list_count;
};

/* Its metadata stand behind this, within the last 128 KiB. */
static bool is_database(const char *path)
{
    static const struct str marker = {"\xab\xcd\xefMaxMind.com", 14};
    enum { TAIL = 128 * 1024 };
    FILE *file = fopen(path, "rbe");
    bool found = false;
    if (!file)
        return false;
    char *tail = xmalloc(TAIL);
    if (fseek(file, -TAIL, SEEK_END) != 0)
        rewind(file);
    size_t len = fread(tail, 1, TAIL, file);
    found = str_find((struct str){tail, len}, marker) >= 0;
    free(tail);
    fclose(file);
    return found;
}

static bool add_database(struct geography *geography, const char *path, struct err *err)
{
    struct database *database = &geography->databases[geography->database_count];
    int status = MMDB_open(path, MMDB_MODE_MMAP, &database->file);
    if (status != MMDB_SUCCESS)
        return err_set(err, STATUS_USAGE, "%.300s: %s", path, MMDB_strerror(status));
    database->path = path;
    geography->database_count++;
    return true;
}

static bool add_geoip(struct geography *geography, const char *path, struct err *err)
{
    if (is_database(path))
        return add_database(geography, path, err);
    struct named_ranges *to = &geography->ranges[geography->range_count];
    if (!ranges_read_countries(&to->ranges, path, err))
        return false;
    geography->range_count++;
    return true;
}

static bool add_list(struct geography *geography, const struct pair *list, struct err *err)
{
    struct named_ranges *to = &geography->ranges[geography->range_count];
    if (!ranges_read_list(&to->ranges, list->value, err))
        return false;
    to->name = list->key;
    geography->range_count++;
    geography->list_count++;
    return true;
}

bool geography_open(struct geography **ret, const struct settings *settings, struct arena *arena,
                    struct err *err)
{
    size_t count = settings->geoip.count + settings->lists.count;
    bool ok = true;
    *ret = NULL;
    if (!count)
        return true;
    struct geography *geography = arena_alloc(arena, sizeof *geography);
    geography->databases = arena_alloc(arena, count * sizeof *geography->databases);
    geography->ranges = arena_alloc(arena, count * sizeof *geography->ranges);
    for (size_t i = 0; i < settings->geoip.count && ok; i++)
        ok = add_geoip(geography, settings->geoip.items[i], err);
    for (size_t i = 0; i < settings->lists.count && ok; i++)
        ok = add_list(geography, &settings->lists.items[i], err);
    if (ok)
        *ret = geography;
    else
        geography_free(geography);
    return ok;
}

void geography_free(struct geography *geography)
{
    for (size_t i = 0; geography && i < geography->database_count; i++)
        MMDB_close(&geography->databases[i].file);
    for (size_t i = 0; geography && i < geography->range_count; i++)
        free(geography->ranges[i].ranges.items);
}

/* Vendors agree on neither names nor types. */
static const char *const country_paths[][3] = {
    {"country", "iso_code"}, {"country_code"}, {"country"}, {"registered_country", "iso_code"}};
static const char *const network_paths[][3] = {
    {"autonomous_system_number"}, {"traits", "autonomous_system_number"}, {"asn"}, {"as_number"}};

static bool get(MMDB_lookup_result_s *found, const char *const *path, MMDB_entry_data_s *ret)
{
    return MMDB_aget_value(&found->entry, ret, path) == MMDB_SUCCESS && ret->has_data;
}

static void read_country(MMDB_lookup_result_s *found, struct source_report *source,
                         struct arena *arena)
{
    MMDB_entry_data_s data;
    for (size_t i = 0; i < sizeof country_paths / sizeof *country_paths && !source->country; i++) {
        if (!get(found, country_paths[i], &data) || data.type != MMDB_DATA_TYPE_UTF8_STRING ||
            data.data_size != 2)
            continue;
        source->country = arena_cstr(arena, (struct str){data.utf8_string, data.data_size});
    }
}

static bool read_number(const MMDB_entry_data_s *data, uint64_t *ret)
{
    struct str text = {data->utf8_string, data->data_size};
    switch (data->type) {
    case MMDB_DATA_TYPE_UINT16:
        *ret = data->uint16;
        return true;
    case MMDB_DATA_TYPE_UINT32:
        *ret = data->uint32;
        return true;
    case MMDB_DATA_TYPE_UINT64:
        *ret = data->uint64;
        return data->uint64 <= UINT32_MAX;
    case MMDB_DATA_TYPE_UTF8_STRING:
        str_take(&text, STR("AS"));
        return str_to_u64(text, ret) && *ret <= UINT32_MAX;
    default:
        return false;
    }
}

static void read_network(MMDB_lookup_result_s *found, struct source_report *source)
{
    MMDB_entry_data_s data;
    uint64_t number;
    for (size_t i = 0; i < sizeof network_paths / sizeof *network_paths; i++)
        if (source->asn == UNKNOWN && get(found, network_paths[i], &data) &&
            read_number(&data, &number))
            source->asn = (int64_t)number;
}

static MMDB_lookup_result_s look_up(const struct database *database, const struct ip *ip,
                                    int *ret_error)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    memcpy(&v4.sin_addr, ip->bytes + 12, sizeof v4.sin_addr);
    memcpy(&v6.sin6_addr, ip->bytes, sizeof v6.sin6_addr);
    const void *address = ip_is_v4(ip) ? (const void *)&v4 : (const void *)&v6;
    return MMDB_lookup_sockaddr(&database->file, address, ret_error);
}

static bool ask_database(const struct database *database, const struct ip *ip,
                         struct source_report *source, struct arena *arena, struct err *err)
{
    int status = MMDB_SUCCESS;
    MMDB_lookup_result_s found = look_up(database, ip, &status);
    if (status == MMDB_IPV6_LOOKUP_IN_IPV4_DATABASE_ERROR)
        return true;
    if (status != MMDB_SUCCESS)
        return err_set(err, STATUS_USAGE, "%.300s: %s", database->path, MMDB_strerror(status));
    if (!found.found_entry)
        return true;
    read_country(&found, source, arena);
    read_network(&found, source);
    return true;
}

static void ask_ranges(const struct geography *geography, const struct ip *ip,
                       struct source_report *source, struct arena *arena)
{
    const char **lists = arena_alloc(arena, (geography->list_count + 1) * sizeof *lists);
    source->lists = geography->list_count ? lists : NULL;
    source->list_count = 0;
    for (size_t i = 0; i < geography->range_count; i++) {
        const struct range *range = ranges_find(&geography->ranges[i].ranges, ip);
        if (range && geography->ranges[i].name)
            lists[source->list_count++] = geography->ranges[i].name;
        else if (range && range->country[0] && !source->country)
            source->country = range->country;
    }
}

static bool fill(const struct geography *geography, const struct source_report *sources,
                 uint32_t count, struct arena *arena, struct err *err)
{
    for (uint32_t i = 0; sources && i < count; i++) { /* accounts below watch tell a count alone */
        struct source_report *source =
            (struct source_report *)(uintptr_t)&sources[i]; /* the report's own memory */
        struct ip ip;
        if (!ip_parse(source->ip, &ip))
            continue;
        for (size_t k = 0; k < geography->database_count; k++)
            if (!ask_database(&geography->databases[k], &ip, source, arena, err))
                return false;
        ask_ranges(geography, &ip, source, arena);
    }
    return true;
}

/* What the report relies on: each database with its kind and the day it was made. */
static void note(const struct geography *geography, struct report *report, struct arena *arena)
{
    uint32_t count = report->assumption_count;
    const char **notes =
        arena_alloc(arena, (count + geography->database_count + 1) * sizeof *notes);
    if (count)
        memcpy(notes, report->assumptions, count * sizeof *notes);
    for (size_t i = 0; i < geography->database_count; i++) {
        const struct database *database = &geography->databases[i];
        struct when built = {
            (int64_t)(database->file.metadata.build_epoch % MAX_EPOCH) * USEC_PER_SEC, 0};
        char text[WHEN_TEXT];
        notes[count++] = arena_printf(
            arena, "countries and networks of addresses are those of %s (%.64s, built %s)",
            database->path, database->file.metadata.database_type, when_text(built, text));
    }
    report->assumptions = notes;
    report->assumption_count = count;
}

bool geography_fill(const struct geography *geography, struct report *report, struct arena *arena,
                    struct err *err)
{
    if (!geography)
        return true;
    for (uint32_t i = 0; i < report->account_count; i++)
        if (!fill(geography, report->accounts[i].sources, report->accounts[i].source_count, arena,
                  err))
            return false;
    for (uint32_t i = 0; i < report->finding_count; i++)
        if (!fill(geography, report->findings[i].sources, report->findings[i].source_count, arena,
                  err))
            return false;
    note(geography, report, arena);
    return true;
}
