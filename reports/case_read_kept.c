/* What kept.c writes, read back: hostile like the rest of a case folder that somebody sent. */
#include "case_read_parts.h"
#include "kept.h"

static void read_offender(struct reader *reader, const json_t *object, struct offender *ret)
{
    uint32_t count;
    const char *const *words = read_texts(reader, object, "offences", &count);
    ret->ip = read_name(reader, object, "ip");
    ret->is_address = ip_parse(ret->ip, &ret->address);
    for (uint32_t i = 0; i < count; i++)
        for (unsigned k = 0; k < OFFENCES; k++)
            if (strcmp(words[i], offence_names[k]) == 0)
                ret->offences |= (uint8_t)(1u << k);
    ret->verdict = read_verdict(reader, object);
    ret->helped = read_bool(reader, object, "helped");
    ret->unfit = read_text(reader, object, "unfit");
    ret->ptr = read_str(reader, object, "ptr");
#define X(name) ret->name = read_number(reader, object, #name);
    OFFENDER_FIGURES(X)
#undef X
    ret->sender = read_str(reader, object, "sender");
    ret->host = read_str(reader, object, "host");
    ret->first = read_when(reader, object, "first");
    ret->last = read_when(reader, object, "last");
}

static uint64_t number_at(struct reader *reader, const json_t *array, size_t i, uint64_t most)
{
    const json_t *value = json_array_get(array, i);
    json_int_t number = json_integer_value(value);
    if (!json_is_integer(value) || number < 0 || (uint64_t)number > most)
        reader->bad = "kept";
    return (uint64_t)number;
}

static void read_bin(struct reader *reader, const json_t *item, struct bins *bins)
{
    uint64_t index = number_at(reader, item, 0, BINS_MAX - 1);
    if (index >= bins->count) {
        reader->bad = "bins";
        return;
    }
    for (unsigned k = 0; k < BIN_COLUMNS; k++)
        bins->items[index].recipients[k] = number_at(reader, item, k + 1, UINT32_MAX);
    bins->items[index].queued_theirs = number_at(reader, item, BIN_COLUMNS + 1, UINT32_MAX);
}

/* Sums and span follow from the items and the report, as bins_of has them. */
static void read_bins(struct reader *reader, const json_t *kept, struct bins *ret)
{
    const json_t *bins = read_object(reader, kept, "bins");
    uint32_t items;
    const json_t *array = read_array(reader, bins, "items", &items);
    uint64_t seconds = read_number(reader, bins, "width_seconds");
    ret->count = read_small(reader, bins, "count");
    ret->begin = read_when(reader, bins, "begin").usec;
    if (ret->count > BINS_MAX || seconds > UINT32_MAX ||
        (ret->count && (!seconds || ret->begin == TIME_NONE))) {
        reader->bad = "bins";
        ret->count = 0;
    }
    ret->width = (int64_t)seconds * USEC_PER_SEC;
    ret->items = arena_alloc(reader->arena, (ret->count + (size_t)1) * sizeof *ret->items);
    for (uint32_t i = 0; i < items; i++)
        read_bin(reader, json_array_get(array, i), ret);
}

static void read_week(struct reader *reader, const json_t *kept, const char *key, struct week *ret)
{
    uint32_t count;
    const json_t *array = read_array(reader, kept, key, &count);
    for (uint32_t i = 0; i < count; i++) {
        const json_t *pair = json_array_get(array, i);
        uint64_t quarter = number_at(reader, pair, 0, WEEK_QUARTERS - 1);
        if (quarter < WEEK_QUARTERS)
            ret->quarters[quarter] = number_at(reader, pair, 1, UINT32_MAX);
    }
}

const struct kept *read_kept(struct reader *reader, const json_t *root)
{
    if (!read_optional(root, "kept"))
        return NULL;
    const json_t *object = read_object(reader, root, "kept");
    struct kept *kept = arena_alloc(reader->arena, sizeof *kept);
    const json_t *offenders = read_array(reader, object, "offenders", &kept->offender_count),
                 *sent = read_object(reader, object, "sent_by_intruders");
    kept->offenders =
        arena_alloc(reader->arena, (kept->offender_count + (size_t)1) * sizeof *kept->offenders);
    for (uint32_t i = 0; i < kept->offender_count; i++)
        read_offender(reader, json_array_get(offenders, i), &kept->offenders[i]);
    kept->local_domains = read_strings(reader, object, "local_domains", &kept->local_domain_count);
    kept->addresses = read_number(reader, object, "addresses");
    kept->sent = (struct sent){read_number(reader, sent, "messages"),
                               read_number(reader, sent, "recipients"),
                               read_when(reader, sent, "first"), read_when(reader, sent, "last")};
    read_bins(reader, object, &kept->bins);
    read_week(reader, object, "logins_of_owners", &kept->weeks[0]);
    read_week(reader, object, "logins_of_attackers", &kept->weeks[1]);
    return kept;
}
