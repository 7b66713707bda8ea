#define _GNU_SOURCE /* getline */
#include "ranges.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"

enum { RANGES_MAX = 20000000 };

typedef bool parse_range(struct str line, struct range *ret);

static int by_low(const void *a, const void *b)
{
    const struct range *x = a, *y = b;
    int order = memcmp(x->low.bytes, y->low.bytes, sizeof x->low.bytes);
    return order ? order : memcmp(x->high.bytes, y->high.bytes, sizeof x->high.bytes);
}

static bool read_ranges(struct ranges *ret, const char *path, parse_range *parse, struct err *err)
{
    struct ranges ranges = {0};
    size_t capacity = 0, room = 0, number = 0;
    char *line = NULL;
    bool ok = true;
    FILE *file = fopen(path, "re");
    if (!file)
        return err_sys(err, STATUS_USAGE, path);
    while (ok && getline(&line, &room, file) >= 0) {
        line[strcspn(line, "\r\n")] = '\0';
        struct str text = str_trim(str_of(line));
        number++;
        if (text.len == 0 || text.ptr[0] == '#' || text.ptr[0] == ';')
            continue;
        if (ranges.count == capacity) {
            capacity = capacity * 2 + 1024;
            ranges.items = xrealloc(ranges.items, capacity, sizeof *ranges.items);
        }
        ok = ranges.count < RANGES_MAX && parse(text, &ranges.items[ranges.count]);
        ranges.count += ok;
    }
    if (!ok)
        err_set(err, STATUS_USAGE, "%.300s:%zu: no address range", path, number);
    else if (ferror(file))
        ok = err_sys(err, STATUS_USAGE, path);
    else if (ranges.count == 0)
        ok = err_set(err, STATUS_USAGE, "%.300s: holds no address range", path);
    free(line);
    fclose(file);
    if (ok) {
        qsort(ranges.items, ranges.count, sizeof *ranges.items, by_low);
        *ret = ranges;
    } else {
        free(ranges.items);
    }
    return ok;
}

static struct ip from_number(uint32_t number)
{
    struct ip ip = {{[10] = 0xff, [11] = 0xff}};
    for (unsigned i = 0; i < 4; i++)
        ip.bytes[12 + i] = (uint8_t)(number >> (24 - 8 * i));
    return ip;
}

static bool parse_end(struct str text, struct ip *ret)
{
    uint64_t number;
    if (!str_to_u64(text, &number))
        return ip_parse(text, ret);
    *ret = from_number((uint32_t)number);
    return number <= UINT32_MAX;
}

static bool parse_country(struct str line, struct range *ret)
{
    struct str low, high;
    struct range range = {.country = ""};
    if (!str_cut(&line, STR(","), &low) || !str_cut(&line, STR(","), &high) || line.len != 2 ||
        !parse_end(low, &range.low) || !parse_end(high, &range.high) ||
        memcmp(range.low.bytes, range.high.bytes, sizeof range.low.bytes) > 0)
        return false;
    if (!str_eq(line, STR("??")) && (!char_is_upper(line.ptr[0]) || !char_is_alnum(line.ptr[1])))
        return false;
    if (!str_eq(line, STR("??")))
        memcpy(range.country, line.ptr, 2);
    *ret = range;
    return true;
}

bool ranges_read_countries(struct ranges *ret, const char *path, struct err *err)
{
    return read_ranges(ret, path, parse_country, err);
}

static bool parse_network(struct str line, struct range *ret)
{
    struct cidr cidr;
    struct range range = {.country = ""};
    size_t len = 0;
    while (len < line.len && !strchr(" \t,;#", line.ptr[len]))
        len++;
    if (!cidr_parse(str_head(line, len), &cidr))
        return false;
    range.low = range.high = cidr.base;
    for (unsigned bit = cidr.bits; bit < 128; bit++) {
        uint8_t mask = (uint8_t)(0x80 >> bit % 8);
        range.low.bytes[bit / 8] = (uint8_t)(range.low.bytes[bit / 8] & ~mask);
        range.high.bytes[bit / 8] |= mask;
    }
    *ret = range;
    return true;
}

/* Networks within networks become one, so that a look-up needs to see one neighbour alone. */
static void unite(struct ranges *ranges)
{
    size_t kept = 0;
    for (size_t i = 0; i < ranges->count; i++) {
        struct range *last = kept ? &ranges->items[kept - 1] : NULL, *next = &ranges->items[i];
        if (!last || memcmp(next->low.bytes, last->high.bytes, sizeof next->low.bytes) > 0)
            ranges->items[kept++] = *next;
        else if (memcmp(next->high.bytes, last->high.bytes, sizeof next->high.bytes) > 0)
            last->high = next->high;
    }
    ranges->count = kept;
}

bool ranges_read_list(struct ranges *ret, const char *path, struct err *err)
{
    if (!read_ranges(ret, path, parse_network, err))
        return false;
    unite(ret);
    return true;
}

const struct range *ranges_find(const struct ranges *ranges, const struct ip *ip)
{
    size_t low = 0, high = ranges->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (memcmp(ranges->items[middle].low.bytes, ip->bytes, sizeof ip->bytes) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0 || memcmp(ip->bytes, ranges->items[low - 1].high.bytes, sizeof ip->bytes) > 0)
        return NULL;
    return &ranges->items[low - 1];
}
