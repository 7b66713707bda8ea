/* Which limit on the recipients of a login would have contained the accused without touching
 * anybody else: the most that an account that is not accused ever had within the window. No lower
 * limit spares them all, and no higher one stops more. */
#include "gather.h"
#include "span.h"

static const uint32_t windows[] = {1, 24};
enum { WINDOWS = sizeof windows / sizeof windows[0] };

void note_spam(struct gather *gather, const struct subject *subject)
{
    const struct facts *facts = gather->world->facts;
    if (subject->verdict < VERDICT_SUSPICIOUS)
        return;
    for (uint32_t i = 0; i < subject->message_count; i++)
        if (subject->abuse[i])
            gather->spam[(size_t)(subject->messages - facts->messages) + i] = true;
}

/* The messages of one account, as a policy service would meet them. */
struct meter {
    const struct facts *facts;
    const struct principal *principal;
    int64_t length_usec;
};

static const struct message *message_at(const struct meter *meter, uint32_t i)
{
    return &meter->facts->messages[meter->principal->message_first + i];
}

static uint64_t busiest(const struct meter *meter)
{
    uint64_t sum = 0, most = 0;
    for (uint32_t i = 0, oldest = 0; i < meter->principal->message_count; i++) {
        sum += message_at(meter, i)->recipients;
        for (; message_at(meter, i)->first_usec - message_at(meter, oldest)->first_usec >=
               meter->length_usec;
             oldest++)
            sum -= message_at(meter, oldest)->recipients;
        most = sum > most ? sum : most;
    }
    return most;
}

/* What is refused counts no more. accepted has room for every message of the account. */
static void stop(const struct meter *meter, const bool *spam, struct limit *limit,
                 uint64_t *accepted)
{
    uint64_t sum = 0;
    for (uint32_t i = 0, oldest = 0; i < meter->principal->message_count; i++) {
        const struct message *message = message_at(meter, i);
        for (; message->first_usec - message_at(meter, oldest)->first_usec >= meter->length_usec;
             oldest++)
            sum -= accepted[oldest];
        uint64_t room = limit->recipients - sum;
        accepted[i] = message->recipients < room ? message->recipients : room;
        sum += accepted[i];
        uint64_t stopped = message->recipients - accepted[i];
        if (spam[meter->principal->message_first + i])
            limit->spam_stopped += stopped;
        else if (facts_covers(meter->facts, message->first_usec))
            limit->benign_stopped += stopped;
    }
}

static struct limit limit_of(const struct report *report, const struct gather *gather,
                             uint32_t hours)
{
    const struct facts *facts = gather->world->facts;
    struct limit limit = {.window_hours = hours};
    struct arena scratch = {0};
    uint64_t *accepted =
        arena_alloc(&scratch, ((size_t)facts->message_count + 1) * sizeof *accepted);
    struct meter meter = {.facts = facts, .length_usec = hours * HOUR_USEC};
    for (uint32_t i = 0; i < report->account_count; i++) {
        meter.principal = &facts->principals[report->accounts[i].principal];
        uint64_t most = report->accounts[i].verdict < VERDICT_SUSPICIOUS ? busiest(&meter) : 0;
        limit.recipients = most > limit.recipients ? most : limit.recipients;
    }
    for (uint32_t i = 0; i < report->account_count && limit.recipients; i++) {
        meter.principal = &facts->principals[report->accounts[i].principal];
        if (report->accounts[i].verdict >= VERDICT_SUSPICIOUS)
            stop(&meter, gather->spam, &limit, accepted);
    }
    arena_free(&scratch);
    return limit;
}

static bool has_spam(const struct gather *gather)
{
    for (uint32_t i = 0; i < gather->world->facts->message_count; i++)
        if (gather->spam[i])
            return true;
    return false;
}

void find_limits(struct report *report, const struct gather *gather)
{
    struct limit *limits = arena_alloc(gather->arena, WINDOWS * sizeof *limits);
    report->limits = limits;
    report->limit_count = 0;
    for (uint32_t i = 0; i < WINDOWS && has_spam(gather); i++) {
        limits[report->limit_count] = limit_of(report, gather, windows[i]);
        report->limit_count += limits[report->limit_count].recipients > 0;
    }
}
