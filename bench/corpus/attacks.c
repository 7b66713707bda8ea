/* Attack scenarios: who is taken, from where, and when each message goes out. */
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "plan.h"
#include "simulation.h"

enum { ATTACKER_NETWORK = 20000, HOUR = 3600 };

static uint32_t pick_account(struct simulation *simulation, uint32_t which)
{
    uint32_t account =
        (uint32_t)(random_mix(simulation->options.seed + 31, which) % simulation->population.count);
    while (simulation->population.accounts[account].kind != ACCOUNT_PERSON)
        account = (account + 1) % simulation->population.count;
    return account;
}

static void add_client(struct simulation *simulation, struct campaign *campaign)
{
    uint64_t h = random_next(&simulation->random);
    uint32_t network = ATTACKER_NETWORK + (uint32_t)(h % 30000);
    campaign->clients[campaign->client_count++] =
        client_v4(simulation->options.seed, network, (uint8_t)(h >> 32), (uint8_t)(h >> 40),
                  h >> 50 & 1 ? CLIENT_UNKNOWN : CLIENT_DYNAMIC);
}

static struct campaign *add_campaign(struct simulation *simulation, const char *scenario,
                                     uint32_t clients, uint32_t guessers)
{
    simulation->campaigns =
        memory_grow(simulation->campaigns, &simulation->campaign_capacity,
                    simulation->campaign_count + 1, sizeof *simulation->campaigns);
    struct campaign *campaign = &simulation->campaigns[simulation->campaign_count];
    *campaign = (struct campaign){.scenario = scenario, .guesser_count = guessers};
    campaign->account = pick_account(simulation, (uint32_t)simulation->campaign_count);
    campaign->clients = memory_new(clients + guessers, sizeof *campaign->clients);
    for (uint32_t i = 0; i < clients + guessers; i++)
        add_client(simulation, campaign);
    campaign->unknown = 0.15 + 0.2 * random_unit(&simulation->random);
    simulation->campaign_count++;
    return campaign;
}

static void forge_domains(struct simulation *simulation, struct campaign *campaign, uint8_t forgery,
                          uint32_t count)
{
    campaign->forgery = forgery;
    campaign->domain_count = count;
    campaign->domains = memory_new(count, sizeof *campaign->domains);
    campaign->domain_messages = memory_new(count, sizeof *campaign->domain_messages);
    for (uint32_t i = 0; i < count; i++)
        campaign->domains[i] = domains_forge(&simulation->domains, &simulation->random);
}

static struct arrival *plan(struct simulation *simulation, const struct campaign *campaign,
                            int64_t time)
{
    struct arrivals *planned = &simulation->planned;
    planned->items =
        memory_grow(planned->items, &planned->capacity, planned->count + 1, sizeof *planned->items);
    struct arrival *ret = &planned->items[planned->count++];
    *ret = (struct arrival){.time = time,
                            .account = campaign->account,
                            .kind = ARRIVE_SUBMIT,
                            .messages = 1,
                            .campaign = (uint16_t)(campaign - simulation->campaigns)};
    return ret;
}

/* Recipients spread over sessions of a few messages, evenly in time. */
struct blast {
    int64_t begin, span; /* microseconds */
    uint32_t recipients; /* all together */
    uint16_t recipients_a_message;
    uint16_t messages_a_session;
};

static void plan_blast(struct simulation *simulation, const struct campaign *campaign,
                       const struct blast *blast)
{
    struct random *random = &simulation->random;
    uint32_t a_session = (uint32_t)blast->recipients_a_message * blast->messages_a_session;
    uint32_t sessions = blast->recipients / a_session + 1;
    uint32_t senders = campaign->client_count - campaign->guesser_count;
    for (uint32_t i = 0; i < sessions; i++) {
        int64_t at = blast->begin + (int64_t)((double)blast->span * i / sessions) +
                     random_below(random, SECOND);
        struct arrival *arrival = plan(simulation, campaign, at);
        arrival->source = i < senders ? i : random_below(random, senders);
        arrival->messages = blast->messages_a_session;
        arrival->recipients = blast->recipients_a_message;
    }
}

/* Where in the log something may begin: at a share of its length. */
static int64_t moment(const struct simulation *simulation, double share)
{
    return simulation->start +
           (int64_t)(share * (double)(simulation->expected_end - simulation->start));
}

/* Hours, but no more than a fifth of the log. */
static int64_t span(struct simulation *simulation, uint32_t least_hours, uint32_t most_hours)
{
    int64_t ret =
        (int64_t)random_between(&simulation->random, least_hours * HOUR, most_hours * HOUR) *
        SECOND;
    int64_t most = (simulation->expected_end - simulation->start) / 5;
    return ret < most ? ret : most;
}

static void botnet_blast(struct simulation *simulation)
{
    struct random *random = &simulation->random;
    struct campaign *campaign =
        add_campaign(simulation, "A1 fast botnet blast", random_between(random, 50, 400), 0);
    struct blast blast = {
        .begin = moment(simulation, 0.5), .recipients_a_message = 12, .messages_a_session = 2};
    blast.span = span(simulation, 1, 6);
    blast.recipients = random_between(random, 2000, 12000);
    plan_blast(simulation, campaign, &blast);
}

static void server_blast(struct simulation *simulation)
{
    struct campaign *campaign = add_campaign(simulation, "A2 single server blast", 1, 0);
    struct blast blast = {
        .begin = moment(simulation, 0.6), .recipients_a_message = 50, .messages_a_session = 4};
    blast.span = span(simulation, 1, 4);
    blast.recipients = random_between(&simulation->random, 5000, 20000);
    plan_blast(simulation, campaign, &blast);
}

static void brand_phishing(struct simulation *simulation)
{
    struct random *random = &simulation->random;
    struct campaign *campaign =
        add_campaign(simulation, "A3 forged brands", random_between(random, 1, 10), 0);
    forge_domains(simulation, campaign, FORGERY_BRANDS, random_between(random, 3, 60));
    struct blast blast = {
        .begin = moment(simulation, 0.4), .recipients_a_message = 4, .messages_a_session = 3};
    blast.span = span(simulation, 1, 8);
    blast.recipients = random_between(random, 500, 10000);
    plan_blast(simulation, campaign, &blast);
}

static void random_senders(struct simulation *simulation)
{
    struct random *random = &simulation->random;
    struct campaign *campaign =
        add_campaign(simulation, "A4 random senders", random_between(random, 1, 30), 0);
    forge_domains(simulation, campaign, FORGERY_RANDOM, random_between(random, 40, 90));
    struct blast blast = {
        .begin = moment(simulation, 0.55), .recipients_a_message = 2, .messages_a_session = 3};
    blast.span = span(simulation, 2, 8);
    blast.recipients = random_between(random, 1000, 8000);
    plan_blast(simulation, campaign, &blast);
}

static void brute_force(struct simulation *simulation)
{
    struct random *random = &simulation->random;
    uint32_t guessers = random_between(random, 1, 3);
    struct campaign *campaign = add_campaign(simulation, "A7 brute force, then spam",
                                             random_between(random, 2, 40), guessers);
    if (random_chance(random, 0.5))
        forge_domains(simulation, campaign, FORGERY_BRANDS, 3);
    uint32_t senders = campaign->client_count - guessers;
    int64_t begin = moment(simulation, 0.3), guessing = span(simulation, 2, 12);
    uint32_t tries = random_between(random, 50, 2000);
    for (uint32_t i = 0; i < tries; i++) {
        struct arrival *arrival =
            plan(simulation, campaign, begin + (int64_t)((double)guessing * i / tries));
        arrival->kind = ARRIVE_GUESS;
        arrival->source = senders + random_below(random, guessers);
    }
    struct arrival *test = plan(simulation, campaign, begin + guessing + 20 * SECOND);
    test->source = senders;
    test->recipients = 1;
    struct blast blast = {.recipients_a_message = 10, .messages_a_session = 3};
    blast.begin = begin + guessing + span(simulation, 1, 24);
    blast.span = span(simulation, 1, 6);
    blast.recipients = random_between(random, 1000, 12000);
    plan_blast(simulation, campaign, &blast);
}

struct scenario {
    const char *name;
    void (*plan)(struct simulation *simulation);
};

static const struct scenario scenarios[] = {
    {"A1", botnet_blast},   {"A2", server_blast}, {"A3", brand_phishing},
    {"A4", random_senders}, {"A7", brute_force},
};

static int by_time(const void *a, const void *b)
{
    const struct arrival *x = a, *y = b;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    return x->campaign != y->campaign ? (x->campaign < y->campaign ? -1 : 1)
                                      : (x->source > y->source) - (x->source < y->source);
}

void attacks_plan(struct simulation *simulation)
{
    const char *at = simulation->options.attacks;
    while (at && *at) {
        size_t len = strcspn(at, ",");
        size_t i = 0;
        while (i < sizeof scenarios / sizeof *scenarios &&
               (strlen(scenarios[i].name) != len || memcmp(scenarios[i].name, at, len) != 0))
            i++;
        if (i == sizeof scenarios / sizeof *scenarios)
            fail("no such attack", at);
        scenarios[i].plan(simulation);
        at += len + (at[len] == ',');
    }
    if (simulation->planned.count)
        qsort(simulation->planned.items, simulation->planned.count,
              sizeof *simulation->planned.items, by_time);
}
