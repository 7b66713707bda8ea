#include "bins.h"

#include <stdlib.h>

#include "arena.h"
#include "kept.h"

/* Which column a message counts in. */
struct columns {
    uint8_t *of_principal; /* by principal; 0: none */
    uint8_t *of_address;   /* by string id, of findings without a principal */
};

static int64_t bin_width(int64_t span)
{
    static const int64_t seconds[] = {1,     5,     10,        15,        30,        60,    300,
                                      600,   900,   1800,      3600,      7200,      10800, 21600,
                                      43200, 86400, 2 * 86400, 7 * 86400, 30 * 86400};
    size_t i = 0, count = sizeof seconds / sizeof seconds[0];
    while (i + 1 < count && span / (seconds[i] * USEC_PER_SEC) + 2 > BINS_MAX)
        i++;
    int64_t width = seconds[i] * USEC_PER_SEC;
    while (span / width + 2 > BINS_MAX)
        width *= 2;
    return width;
}

static void set_span(struct bins *bins, const struct report *report)
{
    int64_t offset = (int64_t)report->zone_offset_minutes * 60 * USEC_PER_SEC;
    bins->first = report->log_first.usec;
    bins->last = report->log_end.usec;
    if (report->limited && report->since.usec != TIME_NONE && report->since.usec > bins->first)
        bins->first = report->since.usec;
    if (report->limited && report->until.usec != TIME_NONE && report->until.usec < bins->last)
        bins->last = report->until.usec;
    if (bins->first == TIME_NONE || bins->last == TIME_NONE || bins->last < bins->first)
        return;
    bins->width = bin_width(bins->last - bins->first);
    int64_t wall = bins->first + offset, rest = wall % bins->width;
    bins->begin = bins->first - (rest < 0 ? rest + bins->width : rest);
    bins->count = (uint32_t)((bins->last - bins->begin) / bins->width + 1);
}

static uint8_t column_of_row(size_t row)
{
    return (uint8_t)(row < BIN_ROWS ? row + 1 : BIN_ROWS + 1);
}

static struct columns columns_of(const struct report *report, const struct rows *rows)
{
    const struct facts *facts = report->facts;
    struct columns columns = {xcalloc((size_t)facts->principal_count + 1, 1),
                              xcalloc((size_t)facts->string_count + 1, 1)};
    for (size_t i = rows->count; i-- > 0;) {
        struct row row = rows->items[i];
        uint32_t principal = row.account ? row.account->principal : row.finding->principal_index;
        if (principal < facts->principal_count)
            columns.of_principal[principal] = column_of_row(i);
        for (uint32_t k = 0; row.finding && k < row.finding->source_count; k++)
            columns.of_address[address_id(facts, row.finding->sources[k].ip)] = column_of_row(i);
    }
    columns.of_address[0] = 0;
    return columns;
}

static uint8_t column_of(const struct columns *columns, const struct message *message, bool theirs)
{
    if (!theirs)
        return 0;
    uint8_t column = columns->of_principal[message->principal];
    if (!column)
        column = columns->of_address[message->ip];
    return column ? column : BIN_ROWS + 1;
}

static uint32_t bin_at(const struct bins *bins, int64_t usec)
{
    if (usec <= bins->begin)
        return 0;
    int64_t bin = (usec - bins->begin) / bins->width;
    return bin < bins->count ? (uint32_t)bin : bins->count - 1;
}

/* queued_theirs holds differences until add_up; they wrap round as unsigned numbers may. */
static void add_message(struct bins *bins, const struct message *message, uint8_t column)
{
    int64_t begin =
        message->accepted_usec != TIME_NONE ? message->accepted_usec : message->first_usec;
    struct bin *bin = &bins->items[bin_at(bins, begin)];
    bin->recipients[column] += message->recipients;
    bins->sums[column] += message->recipients;
    bin->queued_theirs += column > 0;
    if (message->flags & MESSAGE_OPEN)
        return;
    bin = &bins->items[bin_at(bins, message->last_usec > begin ? message->last_usec : begin)];
    bin->queued_theirs -= column > 0;
}

static void find_most(struct bins *bins)
{
    for (uint32_t i = 0; i < bins->count; i++) {
        uint64_t sum = 0;
        for (unsigned k = 0; k < BIN_COLUMNS; k++)
            sum += bins->items[i].recipients[k];
        bins->most = sum > bins->most ? sum : bins->most;
    }
}

static void add_up(struct bins *bins)
{
    for (uint32_t i = 1; i < bins->count; i++)
        bins->items[i].queued_theirs += bins->items[i - 1].queued_theirs;
    find_most(bins);
}

/* By the clock that its begin was even on. */
static void take_kept(struct bins *bins, const struct bins *kept)
{
    free(bins->items);
    bins->items = xcalloc((size_t)kept->count + 1, sizeof *bins->items);
    if (kept->count)
        memcpy(bins->items, kept->items, kept->count * sizeof *bins->items);
    bins->count = kept->count;
    bins->begin = kept->begin;
    bins->width = kept->width;
    for (uint32_t i = 0; i < bins->count; i++)
        for (unsigned k = 0; k < BIN_COLUMNS; k++)
            bins->sums[k] += bins->items[i].recipients[k];
}

struct bins bins_of(const struct report *report, const struct rows *rows,
                    const struct listed *listed)
{
    struct bins bins = {0};
    const struct facts *facts = report->facts;
    set_span(&bins, report);
    bins.items = xcalloc((size_t)bins.count + 1, sizeof *bins.items);
    if (!facts && report->kept)
        take_kept(&bins, &report->kept->bins);
    if (!facts || bins.count == 0) {
        find_most(&bins);
        return bins;
    }
    struct columns columns = columns_of(report, rows);
    for (uint32_t i = 0; i < facts->message_count; i++)
        if (facts_covers(facts, facts->messages[i].first_usec))
            add_message(&bins, &facts->messages[i],
                        column_of(&columns, &facts->messages[i], theirs_has(listed->theirs, i)));
    add_up(&bins);
    free(columns.of_principal);
    free(columns.of_address);
    return bins;
}

void bins_free(struct bins *bins)
{
    free(bins->items);
}
