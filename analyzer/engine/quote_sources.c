#include "quote_sources.h"

#include <stdlib.h>

struct quote_sources {
    size_t count;
    struct numbered {
        struct ip ip;
        uint32_t number;
    } items[]; /* by address */
};

static int compare(const void *a, const void *b)
{
    const struct numbered *x = a, *y = b;
    return memcmp(x->ip.bytes, y->ip.bytes, sizeof x->ip.bytes);
}

struct quote_sources *quote_sources_new(const struct str *sources, size_t count)
{
    struct quote_sources *ret = xcalloc(1, sizeof *ret + count * sizeof *ret->items);
    for (size_t i = 0; i < count; i++)
        if (ip_parse(sources[i], &ret->items[ret->count].ip))
            ret->items[ret->count++].number = (uint32_t)i + 1;
    qsort(ret->items, ret->count, sizeof *ret->items, compare);
    return ret;
}

uint32_t quote_sources_find(const struct quote_sources *sources, struct str ip)
{
    struct numbered key;
    if (sources->count == 0 || !ip_parse(ip, &key.ip))
        return 0;
    const struct numbered *found =
        bsearch(&key, sources->items, sources->count, sizeof key, compare);
    return found ? found->number : 0;
}

/* Each string is looked up once. */
struct lookup {
    const struct quote_sources *sources;
    const struct str *strings; /* by id */
    uint32_t *numbers;
    uint8_t *seen; /* by string id */
};

static void resolve(struct lookup *lookup, uint32_t id)
{
    if (!id || lookup->seen[id])
        return;
    lookup->seen[id] = 1;
    lookup->numbers[id] = quote_sources_find(lookup->sources, lookup->strings[id]);
}

static struct lookup lookup_of(const struct quote_sources *sources, const struct str *strings,
                               size_t count)
{
    return (struct lookup){sources, strings, xcalloc(count + 1, sizeof(uint32_t)),
                           xcalloc(count + 1, 1)};
}

static uint32_t *numbers_of(struct lookup *lookup)
{
    free(lookup->seen);
    return lookup->numbers;
}

uint32_t *quote_sources_of(const struct quote_sources *sources, const struct store *store)
{
    struct lookup lookup = lookup_of(sources, store->intern.items, store->intern.count);
    for (uint32_t i = 0; i < store->fragment_count && sources->count; i++) {
        resolve(&lookup, store->fragments[i].ip);
        resolve(&lookup, store->fragments[i].orig_ip);
    }
    for (uint32_t i = 0; i < store->connection_count && sources->count; i++)
        resolve(&lookup, store->connections[i].ip);
    return numbers_of(&lookup);
}

uint32_t *quote_sources_of_facts(const struct quote_sources *sources, const struct facts *facts)
{
    struct lookup lookup = lookup_of(sources, facts->strings, facts->string_count);
    for (uint32_t i = 0; i < facts->source_count && sources->count; i++)
        resolve(&lookup, facts->sources[i].ip);
    return numbers_of(&lookup);
}

uint32_t quote_source_of_fragment(const struct settlement *settlement, const uint32_t *numbers,
                                  uint32_t fragment)
{
    const struct fragment *root = &settlement->store->fragments[settlement->roots[fragment]];
    return numbers[root->orig_ip ? root->orig_ip : root->ip];
}
