/* Who blocked or throttled this server, when, and after whose burst: the principal that sent most
 * of the spam of the hour before the first such answer. */
#include <stdlib.h>

#include "gather.h"
#include "secrets.h"
#include "span.h"
#include "window.h"

struct spam {
    int64_t usec;
    uint32_t principal, recipients;
};

static int by_principal_then_time(const void *a, const void *b)
{
    const struct spam *x = a, *y = b;
    if (x->principal != y->principal)
        return x->principal < y->principal ? -1 : 1;
    return (x->usec > y->usec) - (x->usec < y->usec);
}

/* Relays and scripts: all of their mail. */
static void mark_findings(const struct report *report, const struct facts *facts, bool *marked)
{
    for (uint32_t i = 0; i < report->finding_count; i++) {
        const struct finding *finding = &report->findings[i];
        bool sends = finding->class == CLASS_OPEN_RELAY ||
                     finding->class == CLASS_LOCAL_INJECTION ||
                     finding->class == CLASS_INFECTED_HOST;
        if (sends && finding->verdict >= VERDICT_SUSPICIOUS &&
            finding->principal_index < facts->principal_count)
            marked[finding->principal_index] = true;
    }
}

static struct spam *list_spam(const struct report *report, const struct gather *gather,
                              uint32_t *ret_count)
{
    const struct facts *facts = gather->world->facts;
    struct spam *list = xcalloc((size_t)facts->message_count + 1, sizeof *list);
    bool *marked = xcalloc((size_t)facts->principal_count + 1, sizeof *marked);
    uint32_t count = 0;
    mark_findings(report, facts, marked);
    for (uint32_t i = 0; i < facts->message_count; i++) {
        const struct message *message = &facts->messages[i];
        if ((gather->spam[i] || marked[message->principal]) && message->first_usec != TIME_NONE)
            list[count++] =
                (struct spam){message->first_usec, message->principal, message->recipients};
    }
    if (count > 1)
        qsort(list, count, sizeof *list, by_principal_then_time);
    *ret_count = count;
    free(marked);
    return list;
}

/* The first of a principal's at or after that time; it has those from first to end. */
static uint32_t find_time(const struct spam *list, uint32_t first, uint32_t end, int64_t usec)
{
    while (first < end) {
        uint32_t middle = first + (end - first) / 2;
        if (list[middle].usec < usec)
            first = middle + 1;
        else
            end = middle;
    }
    return first;
}

static void blame(struct reputation *item, const struct facts *facts, const struct spam *list,
                  uint32_t count)
{
    for (uint32_t first = 0, end; first < count; first = end) {
        uint64_t recipients = 0;
        for (end = first; end < count && list[end].principal == list[first].principal;)
            end++;
        uint32_t from = find_time(list, first, end, item->first.usec - HOUR_USEC),
                 until = find_time(list, from, end, item->first.usec + 1);
        for (uint32_t i = from; i < until; i++)
            recipients += list[i].recipients;
        if (recipients <= item->burst_recipients)
            continue;
        item->burst_recipients = recipients;
        item->burst = facts->principals[list[first].principal].name;
    }
}

void find_reputation(struct report *report, const struct gather *gather)
{
    const struct facts *facts = gather->world->facts;
    struct reputation *list =
        arena_alloc(gather->arena, ((size_t)facts->reputation_count + 1) * sizeof *list);
    uint32_t count = 0, spam_count;
    struct spam *spam = list_spam(report, gather, &spam_count);
    for (uint32_t i = 0; i < facts->reputation_count; i++) {
        const struct reputation_fact *fact = &facts->reputation[i];
        if (fact->last_usec < facts->since_usec || fact->first_usec >= facts->until_usec)
            continue;
        list[count] = (struct reputation){
            .host = facts_str(facts, fact->host),
            .provider = facts_str(facts, fact->provider),
            .sample = mask_secrets(facts_str(facts, fact->sample), gather->arena),
            .kind = reason_name(fact->reason),
            .first = window_when(gather->world, fact->first_usec),
            .last = window_when(gather->world, fact->last_usec),
            .replies = fact->replies};
        if (fact->first_usec != TIME_NONE)
            blame(&list[count], facts, spam, spam_count);
        count++;
    }
    report->reputation = list;
    report->reputation_count = count;
    free(spam);
}
