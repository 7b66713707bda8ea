/* Who will connect in the course of one day. */
#include <math.h>
#include <stdlib.h>

#include "memory.h"
#include "plan.h"
#include "simulation.h"

enum { HOUR = 3600, BOTS = 6000, RECIPIENTS_A_MESSAGE = 2 };

static void add(struct simulation *simulation, struct arrival arrival)
{
    struct arrivals *today = &simulation->today;
    today->items =
        memory_grow(today->items, &today->capacity, today->count + 1, sizeof *today->items);
    today->items[today->count++] = arrival;
}

/* A moment of the day as this account spends it; busy holds the sums of the hours up to each. */
static int64_t moment(struct random *random, int64_t day, const double *busy)
{
    double x = random_unit(random) * busy[23];
    unsigned hour = 0;
    while (hour < 23 && x > busy[hour])
        hour++;
    int64_t second = day * 86400 + hour * HOUR;
    return second * SECOND + (int64_t)(random_unit(random) * HOUR * SECOND);
}

static double sum_hours(const struct account *account, int64_t day, double *busy)
{
    double sum = 0;
    for (unsigned hour = 0; hour < 24; hour++) {
        sum += population_busy(account, day, hour);
        busy[hour] = sum;
    }
    return sum;
}

/* A whole number whose mean is x. */
static uint32_t round_up_or_down(struct random *random, double x)
{
    double whole = floor(x);
    return (uint32_t)whole + random_chance(random, x - whole);
}

/* A telephone that still has the old password: every five minutes, for hours. */
static void plan_stale_device(struct simulation *simulation, uint32_t number, int64_t day)
{
    struct random *random = &simulation->random;
    int64_t begin = day * 86400 + random_below(random, 18 * HOUR);
    uint32_t tries = random_between(random, 20, 70);
    for (uint32_t i = 0; i < tries; i++)
        add(simulation,
            (struct arrival){.time = (begin + i * 300) * SECOND + random_below(random, SECOND),
                             .account = number,
                             .kind = ARRIVE_STALE,
                             .campaign = NO_CAMPAIGN,
                             .messages = 1});
}

/* Programs look into the mailbox; so do services that bring mail to an app. */
static void plan_reads(struct simulation *simulation, uint32_t number, int64_t day,
                       const double *busy)
{
    struct random *random = &simulation->random;
    if (!simulation->options.mailbox)
        return;
    uint32_t reads =
        round_up_or_down(random, random_exponential(random, simulation->population.habits.reads));
    for (uint32_t i = 0; i < reads; i++)
        add(simulation, (struct arrival){.time = moment(random, day, busy),
                                         .account = number,
                                         .source = OWN_SOURCE,
                                         .kind = ARRIVE_READ,
                                         .campaign = NO_CAMPAIGN});
    for (unsigned i = 0; simulation->population.accounts[number].fetched && i < 6; i++)
        add(simulation, (struct arrival){.time = (day * 86400 + i * 4 * HOUR) * SECOND +
                                                 random_below(random, 1800u * SECOND),
                                         .account = number,
                                         .source = FETCH_SOURCE,
                                         .kind = ARRIVE_READ,
                                         .campaign = NO_CAMPAIGN});
}

static void plan_person(struct simulation *simulation, uint32_t number, int64_t day)
{
    struct random *random = &simulation->random;
    const struct account *account = &simulation->population.accounts[number];
    unsigned log_day = (unsigned)(day - simulation->start / SECOND / 86400);
    double busy[24];
    double activity = sum_hours(account, day, busy);
    double mean = account->recipients_a_day / RECIPIENTS_A_MESSAGE * activity;
    uint32_t messages = population_away(account, log_day)
                            ? 0
                            : round_up_or_down(random, random_exponential(random, mean));
    while (messages) {
        uint32_t count = random_below(random, 3) ? 1 : random_between(random, 1, 4);
        count = count < messages ? count : messages;
        add(simulation, (struct arrival){.time = moment(random, day, busy),
                                         .account = number,
                                         .kind = ARRIVE_SUBMIT,
                                         .campaign = NO_CAMPAIGN,
                                         .messages = (uint16_t)count});
        messages -= count;
    }
    if (!account->travelling || !population_away(account, log_day))
        plan_reads(simulation, number, day, busy);
    if (random_chance(random, simulation->population.habits.stale_devices))
        plan_stale_device(simulation, number, day);
    uint32_t inbound = round_up_or_down(
        random, random_exponential(random, account->recipients_a_day *
                                               simulation->population.habits.inbound * activity));
    for (uint32_t i = 0; i < inbound; i++) {
        struct arrival arrival = {
            .account = number, .kind = ARRIVE_INBOUND, .campaign = NO_CAMPAIGN};
        arrival.time = moment(random, day, busy);
        arrival.messages = (uint16_t)(1 + !random_below(random, 12));
        add(simulation, arrival);
    }
}

/* Machines that send, each in its own way. */
static void plan_machine(struct simulation *simulation, uint32_t number, int64_t day)
{
    struct random *random = &simulation->random;
    uint8_t kind = simulation->population.accounts[number].kind;
    struct arrival arrival = {.account = number, .kind = ARRIVE_SUBMIT, .campaign = NO_CAMPAIGN};
    if (kind == ACCOUNT_DEVICE) {
        arrival.messages = arrival.recipients = 1;
        for (unsigned hour = 0; hour < 24; hour++) {
            arrival.time = (day * 86400 + hour * HOUR + 17) * SECOND + random_below(random, SECOND);
            add(simulation, arrival);
        }
        return;
    }
    bool newsletter = kind == ACCOUNT_NEWSLETTER;
    if (newsletter && day % 2)
        return;
    arrival.time = (day * 86400 + (newsletter ? 9 : 14) * HOUR) * SECOND +
                   (int64_t)random_below(random, HOUR) * SECOND;
    arrival.recipients = newsletter ? 50 : 1;
    arrival.messages = newsletter ? 24 : 150;
    add(simulation, arrival);
}

static uint32_t guessed_account(struct simulation *simulation)
{
    struct random *random = &simulation->random;
    if (random_chance(random, 0.4))
        return TRUTH_NOBODY;
    double x = random_unit(random);
    return (uint32_t)(x * x * simulation->population.count);
}

static void plan_strangers(struct simulation *simulation, int64_t day)
{
    struct random *random = &simulation->random;
    const struct habits *habits = &simulation->population.habits;
    uint32_t accounts = simulation->population.count;
    const struct {
        uint8_t kind;
        double daily; /* for each account */
    } strangers[] = {{ARRIVE_REJECT, habits->rejects},
                     {ARRIVE_GUESS, habits->guesses},
                     {ARRIVE_SCAN, habits->scans}};
    for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++) {
        uint32_t count = round_up_or_down(random, strangers[i].daily * accounts *
                                                      (0.8 + 0.4 * random_unit(random)));
        for (uint32_t k = 0; k < count; k++) {
            struct arrival arrival = {
                .kind = strangers[i].kind, .campaign = NO_CAMPAIGN, .account = TRUTH_NOBODY};
            arrival.time = day * 86400 * SECOND + (int64_t)(random_unit(random) * 86400 * SECOND);
            double rank = random_unit(random); /* a few bots do most of it */
            arrival.source = (uint32_t)(rank * rank * rank * BOTS) +
                             (strangers[i].kind == ARRIVE_GUESS ? BOTS : 0);
            arrival.messages = (uint16_t)random_between(random, 1, 2);
            if (strangers[i].kind == ARRIVE_GUESS)
                arrival.account = guessed_account(simulation);
            add(simulation, arrival);
        }
    }
    for (unsigned i = 0; i < 48; i++)
        add(simulation, (struct arrival){.time = (day * 86400 + i * 1800 + 1) * SECOND,
                                         .kind = ARRIVE_LOCAL,
                                         .account = TRUTH_NOBODY,
                                         .campaign = NO_CAMPAIGN});
}

static void plan_campaigns(struct simulation *simulation, int64_t day)
{
    struct arrivals *planned = &simulation->planned;
    int64_t end = (day + 1) * 86400 * SECOND;
    while (planned->next < planned->count && planned->items[planned->next].time < end)
        add(simulation, planned->items[planned->next++]);
}

static int by_time(const void *a, const void *b)
{
    const struct arrival *x = a, *y = b;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    if (x->account != y->account)
        return x->account < y->account ? -1 : 1;
    return x->kind != y->kind ? (x->kind < y->kind ? -1 : 1)
                              : (x->source > y->source) - (x->source < y->source);
}

void plan_day(struct simulation *simulation, int64_t day)
{
    simulation->today.count = simulation->today.next = 0;
    for (uint32_t i = 0; i < simulation->population.count; i++)
        if (simulation->population.accounts[i].kind == ACCOUNT_PERSON)
            plan_person(simulation, i, day);
        else
            plan_machine(simulation, i, day);
    plan_strangers(simulation, day);
    plan_campaigns(simulation, day);
    qsort(simulation->today.items, simulation->today.count, sizeof *simulation->today.items,
          by_time);
}
