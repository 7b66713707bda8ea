#include "scenario.h"

#include <math.h>

#include "memory.h"

enum {
    ATTACKER_NETWORK = 20000,
    ATTACKER_NETWORKS = 30000,
    SERVER_NETWORK = 52000,
    CAMPAIGNS_MAX = 8192
};

double draw(struct simulation *simulation, double low, double high)
{
    double wider = simulation->options.strange ? sqrt(2) : 1;
    low /= wider;
    high *= wider;
    return low * pow(high / low, random_unit(&simulation->random));
}

uint32_t draw_count(struct simulation *simulation, double low, double high)
{
    uint32_t ret = (uint32_t)(draw(simulation, low, high) + 0.5);
    return ret ? ret : 1;
}

int64_t scenario_moment(struct simulation *simulation, double low, double high)
{
    double share = low + (high - low) * random_unit(&simulation->random);
    return simulation->start +
           (int64_t)(share * (double)(simulation->expected_end - simulation->start));
}

int64_t scenario_span(struct simulation *simulation, double low_hours, double high_hours,
                      double most_share)
{
    int64_t ret = (int64_t)(draw(simulation, low_hours, high_hours) * HOUR * SECOND);
    int64_t most = (int64_t)(most_share * (double)(simulation->expected_end - simulation->start));
    return ret < most ? ret : most;
}

static struct campaign *add_campaign(struct simulation *simulation, const char *scenario)
{
    if (!simulation->campaign_capacity)
        simulation->campaigns = memory_grow(simulation->campaigns, &simulation->campaign_capacity,
                                            CAMPAIGNS_MAX, sizeof *simulation->campaigns);
    if (simulation->campaign_count == CAMPAIGNS_MAX)
        fail("too many campaigns", scenario);
    struct campaign *ret = &simulation->campaigns[simulation->campaign_count];
    ret->scenario = scenario;
    ret->group = (uint32_t)simulation->campaign_count++;
    ret->account = TRUTH_NOBODY;
    ret->colleague = TRUTH_NOBODY;
    ret->shape = 5;
    ret->size_low = 2000;
    ret->size_high = 2400;
    ret->unknown = draw(simulation, 0.15, 0.35);
    ret->spam = draw(simulation, 0.03, 0.06);
    return ret;
}

static uint32_t take_account(struct simulation *simulation)
{
    struct account *accounts = simulation->population.accounts;
    uint32_t count = simulation->population.count, at = random_below(&simulation->random, count);
    for (uint32_t i = 0; i < count; i++, at = (at + 1) % count)
        if (accounts[at].kind == ACCOUNT_PERSON && !accounts[at].taken) {
            accounts[at].taken = true;
            return at;
        }
    fail("more campaigns than accounts", NULL);
}

struct campaign *scenario_take(struct simulation *simulation, const char *scenario)
{
    struct campaign *ret = add_campaign(simulation, scenario);
    ret->class = "compromised-account";
    ret->least = "likely";
    ret->account = take_account(simulation);
    return ret;
}

struct campaign *scenario_without(struct simulation *simulation, const char *scenario,
                                  const char *class)
{
    struct campaign *ret = add_campaign(simulation, scenario);
    ret->class = class;
    ret->least = "likely";
    return ret;
}

struct campaign *scenario_innocent(struct simulation *simulation, unsigned confounder,
                                   const char *most)
{
    struct campaign *ret = add_campaign(simulation, "");
    ret->confounder = (uint8_t)confounder;
    ret->most = most;
    ret->account = take_account(simulation);
    ret->shape = SHAPE_OWN;
    ret->size_low = ret->size_high = 0;
    ret->audience = AUDIENCE_USUAL;
    ret->unknown = ret->spam = 0;
    return ret;
}

void scenario_add_client(struct campaign *campaign, struct client client)
{
    size_t capacity = campaign->client_capacity;
    campaign->clients =
        memory_grow(campaign->clients, &capacity, campaign->client_count + 1, sizeof client);
    campaign->client_capacity = (uint32_t)capacity;
    campaign->clients[campaign->client_count++] = client;
}

void scenario_add_clients(struct simulation *simulation, struct campaign *campaign, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        uint64_t h = random_next(&simulation->random);
        uint32_t network = ATTACKER_NETWORK + (uint32_t)(h % ATTACKER_NETWORKS);
        scenario_add_client(campaign, client_v4(simulation->options.seed, network,
                                                (uint8_t)(h >> 32), (uint8_t)(h >> 40),
                                                h >> 50 & 1 ? CLIENT_UNKNOWN : CLIENT_DYNAMIC));
    }
}

void scenario_share_clients(struct campaign *campaign, const struct campaign *other)
{
    for (uint32_t i = 0; i < other->client_count; i++)
        scenario_add_client(campaign, other->clients[i]);
    campaign->guesser_count = other->guesser_count;
    campaign->group = other->group;
}

struct client scenario_server(struct simulation *simulation)
{
    uint64_t h = random_next(&simulation->random);
    return client_v4(simulation->options.seed, SERVER_NETWORK + (uint32_t)(h % 60),
                     (uint8_t)(h >> 32), (uint8_t)(h >> 40), CLIENT_SERVER);
}

static void make_domains(struct campaign *campaign, uint8_t forgery, uint32_t count)
{
    campaign->forgery = forgery;
    campaign->domain_count = count;
    campaign->domains = memory_new(count, sizeof *campaign->domains);
    campaign->domain_messages = memory_new(count, sizeof *campaign->domain_messages);
}

void scenario_forge(struct simulation *simulation, struct campaign *campaign, uint8_t forgery,
                    uint32_t count)
{
    make_domains(campaign, forgery, count);
    for (uint32_t i = 0; i < count; i++)
        campaign->domains[i] = domains_forge(&simulation->domains, &simulation->random);
}

void scenario_speak_for(struct simulation *simulation, struct campaign *campaign, uint8_t forgery,
                        uint32_t count)
{
    make_domains(campaign, forgery, count);
    for (uint32_t i = 0; i < count; i++)
        campaign->domains[i] =
            (uint16_t)(1 + DOMAIN_FREEMAIL_COUNT +
                       random_below(&simulation->random,
                                    simulation->known_domains - 1 - DOMAIN_FREEMAIL_COUNT));
}

struct arrival *scenario_add(struct simulation *simulation, const struct campaign *campaign,
                             int64_t time, uint8_t kind)
{
    struct arrivals *planned = &simulation->planned;
    planned->items =
        memory_grow(planned->items, &planned->capacity, planned->count + 1, sizeof *planned->items);
    struct arrival *ret = &planned->items[planned->count++];
    *ret = (struct arrival){.time = time,
                            .account = campaign->account,
                            .kind = kind,
                            .messages = 1,
                            .campaign = (uint16_t)(campaign - simulation->campaigns)};
    return ret;
}

/* The next hour in which the account is usually awake. */
static int64_t when_awake(const struct simulation *simulation, uint32_t account, int64_t time)
{
    for (unsigned i = 0; i < 96; i++, time += (int64_t)HOUR * SECOND)
        if (population_busy(&simulation->population.accounts[account], time / SECOND / 86400,
                            (unsigned)(time / SECOND / HOUR % 24)) > 0.035)
            break;
    return time;
}

void scenario_blast(struct simulation *simulation, const struct campaign *campaign,
                    const struct blast *blast)
{
    struct random *random = &simulation->random;
    uint32_t a_session = (uint32_t)blast->recipients_a_message * blast->messages_a_session;
    uint32_t sessions = (blast->recipients + a_session - 1) / a_session;
    uint32_t senders = campaign->client_count - campaign->guesser_count;
    for (uint32_t i = 0; i < sessions; i++) {
        int64_t at = blast->begin + (int64_t)((double)blast->span * i / sessions) +
                     random_below(random, SECOND);
        if (blast->awake)
            at = when_awake(simulation, campaign->account, at);
        struct arrival *arrival = scenario_add(simulation, campaign, at, blast->kind);
        bool next = i < senders || blast->fresh;
        arrival->source = blast->own ? OWN_SOURCE
                          : next     ? i % (senders ? senders : 1)
                                     : random_below(random, senders);
        arrival->messages = blast->messages_a_session;
        arrival->recipients = blast->recipients_a_message;
    }
}

void scenario_guess(struct simulation *simulation, const struct campaign *campaign, int64_t begin,
                    int64_t span, uint32_t tries)
{
    uint32_t senders = campaign->client_count - campaign->guesser_count;
    for (uint32_t i = 0; i < tries; i++) {
        int64_t at = begin + (int64_t)((double)span * i / tries);
        struct arrival *arrival = scenario_add(simulation, campaign, at, ARRIVE_GUESS);
        arrival->source =
            senders + (tries <= campaign->guesser_count * 2
                           ? i % campaign->guesser_count
                           : random_below(&simulation->random, campaign->guesser_count));
    }
}

void scenario_read(struct simulation *simulation, const struct campaign *campaign, int64_t time,
                   uint32_t source)
{
    scenario_add(simulation, campaign, time, ARRIVE_READ)->source = source;
}
