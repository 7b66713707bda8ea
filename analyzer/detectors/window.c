#include "window.h"

#include <stdlib.h>

#include "radix.h"
#include "span.h"

#define PEAK_USEC (5 * (int64_t)60 * USEC_PER_SEC)
#define TEST_GAP_USEC (10 * (int64_t)60 * USEC_PER_SEC)

enum { TEST_RECIPIENTS = 2, PAUSES = 10 };

struct when window_when(const struct world *world, int64_t usec)
{
    bool known = usec != TIME_NONE && usec != INT64_MAX;
    return (struct when){known ? usec : TIME_NONE, known ? world->facts->digits : 0};
}

struct window window_none(void)
{
    struct when never = {TIME_NONE, 0};
    return (struct window){never, never, never, never, never, never, never, never, false};
}

/* Mail of the incident, in time order. */
struct burst {
    const struct message **items;
    uint32_t count;
};

/* Start of the five minutes with most recipients. */
static int64_t find_peak(struct burst burst)
{
    uint64_t sum = 0, most = 0;
    int64_t peak = TIME_NONE;
    for (uint32_t i = 0, first = 0; i < burst.count; i++) {
        sum += burst.items[i]->recipients;
        while (burst.items[i]->first_usec - burst.items[first]->first_usec > PEAK_USEC)
            sum -= burst.items[first++]->recipients;
        if (sum > most) {
            most = sum;
            peak = burst.items[first]->first_usec;
        }
    }
    return peak;
}

static void add_mail(struct window *window, const struct world *world, struct burst burst)
{
    if (burst.count == 0)
        return;
    const struct message *first = burst.items[0], *last = burst.items[burst.count - 1];
    bool tested = burst.count > 1 && first->recipients <= TEST_RECIPIENTS &&
                  burst.items[1]->first_usec - first->first_usec > TEST_GAP_USEC;
    if (tested)
        window->test = window_when(world, first->first_usec);
    window->abuse = window_when(world, burst.items[tested]->first_usec);
    window->peak = window_when(world, find_peak(burst));
    window->last_accept = window_when(
        world, last->accepted_usec == TIME_NONE ? last->first_usec : last->accepted_usec);
}

static bool is_attackers(const struct subject *subject, uint32_t tie)
{
    return tie != NO_TIE && subject->ties[tie].role == ROLE_ATTACKER;
}

/* Two attackers' addresses that were let in before fail, and no attacker gets in again: somebody
 * changed the password. */
static int64_t find_containment(const struct subject *subject, int64_t last_success)
{
    uint32_t failed = NO_TIE;
    int64_t first = TIME_NONE;
    for (uint32_t i = 0; i < subject->login_count; i++) {
        uint32_t at = subject->login_tie[i];
        if (!is_attackers(subject, at) || subject->logins[i].outcome != LOGIN_FAILED ||
            subject->logins[i].usec <= last_success || subject->ties[at].first_ok_usec == INT64_MAX)
            continue;
        if (failed == NO_TIE) {
            failed = at;
            first = subject->logins[i].usec;
        } else if (failed != at) {
            return first;
        }
    }
    return TIME_NONE;
}

static void add_logins(struct window *window, const struct subject *subject)
{
    int64_t guess = INT64_MAX, access = INT64_MAX, success = INT64_MIN, last = INT64_MIN;
    for (uint32_t i = 0; i < subject->tie_count; i++) {
        const struct tie *tie = &subject->ties[i];
        if (tie->role != ROLE_ATTACKER)
            continue;
        guess = tie->first_failed_usec < guess ? tie->first_failed_usec : guess;
        access = tie->first_ok_usec < access ? tie->first_ok_usec : access;
        success = tie->last_ok_usec > success ? tie->last_ok_usec : success;
        last = tie->last_usec > last ? tie->last_usec : last;
    }
    window->guess = window_when(subject->world, guess < access ? guess : TIME_NONE);
    window->access = window_when(subject->world, access);
    if (success != INT64_MIN)
        window->containment = window_when(subject->world, find_containment(subject, success));
    if (last != INT64_MIN)
        window->last_try = window_when(subject->world, last);
}

/* Times become the pauses between them. */
static int64_t median_pause(int64_t *times, uint32_t count)
{
    radix_sort_times(times, count);
    for (uint32_t i = 0; i + 1 < count; i++)
        times[i] = times[i + 1] - times[i];
    radix_sort_times(times, count - 1);
    return times[(count - 1) / 2];
}

bool window_is_cut(const struct world *world, int64_t first_usec, int64_t *times, uint32_t count)
{
    const struct facts *facts = world->facts;
    int64_t start = facts->since_usec > facts->first_usec ? facts->since_usec : facts->first_usec;
    if (first_usec == TIME_NONE || first_usec - start >= HOUR_USEC)
        return false;
    return count < 2 || first_usec - start <= PAUSES * median_pause(times, count);
}

/* Times of the misuse: of its mail, or of the logins where nothing was sent. */
static uint32_t collect_times(const struct subject *subject, int64_t *times)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < subject->message_count; i++)
        if (subject->abuse[i])
            times[count++] = subject->messages[i].first_usec;
    for (uint32_t i = 0, mails = count; i < subject->login_count && mails == 0; i++)
        if (is_attackers(subject, subject->login_tie[i]))
            times[count++] = subject->logins[i].usec;
    return count;
}

/* Who guessed first began in the log. */
static void censor(struct window *window, const struct subject *subject)
{
    size_t most = (size_t)subject->message_count + subject->login_count + 1;
    int64_t *times = arena_alloc(subject->arena, most * sizeof *times);
    int64_t first = window->access.usec != TIME_NONE ? window->access.usec : window->abuse.usec;
    bool guessed = window->guess.usec != TIME_NONE && window->guess.usec < first;
    window->left_censored =
        !guessed && window_is_cut(subject->world, first, times, collect_times(subject, times));
}

struct window window_of(const struct subject *subject)
{
    struct window window = window_none();
    struct burst burst = {
        arena_alloc(subject->arena, (subject->message_count + 1) * sizeof *burst.items), 0};
    for (uint32_t i = 0; i < subject->message_count; i++)
        if (subject->abuse[i])
            burst.items[burst.count++] = &subject->messages[i];
    add_logins(&window, subject);
    add_mail(&window, subject->world, burst);
    censor(&window, subject);
    return window;
}

struct window window_of_messages(const struct world *world, const struct message **messages,
                                 uint32_t count)
{
    struct window window = window_none();
    add_mail(&window, world, (struct burst){messages, count});
    int64_t *times = xcalloc((size_t)count + 1, sizeof *times);
    for (uint32_t i = 0; i < count; i++)
        times[i] = messages[i]->first_usec;
    window.left_censored = count && window_is_cut(world, messages[0]->first_usec, times, count);
    free(times);
    return window;
}

int64_t window_last_event(const struct window *window)
{
    int64_t last = window->last_try.usec;
    if (window->last_accept.usec != TIME_NONE &&
        (last == TIME_NONE || window->last_accept.usec > last))
        last = window->last_accept.usec;
    return last;
}
