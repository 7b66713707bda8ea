/* A1 to A8, A22, A24: stolen accounts that send, loudly or slowly. */
#include "scenario.h"

static void botnet_blast(struct simulation *simulation)
{
    struct campaign *campaign = scenario_take(simulation, "A1");
    scenario_add_clients(simulation, campaign, draw_count(simulation, 50, 400));
    struct blast blast = {.begin = scenario_moment(simulation, 0.4, 0.75),
                          .recipients_a_message = 12,
                          .messages_a_session = 2};
    blast.span = scenario_span(simulation, 1, 6, 0.2);
    blast.recipients = draw_count(simulation, 2000, 12000);
    scenario_blast(simulation, campaign, &blast);
}

static void server_blast(struct simulation *simulation)
{
    struct campaign *campaign = scenario_take(simulation, "A2");
    scenario_add_client(campaign, scenario_server(simulation));
    struct blast blast = {.begin = scenario_moment(simulation, 0.4, 0.75),
                          .recipients_a_message = 50,
                          .messages_a_session = 4};
    blast.span = scenario_span(simulation, 1, 4, 0.2);
    blast.recipients = draw_count(simulation, 5000, 20000);
    scenario_blast(simulation, campaign, &blast);
}

static void brand_phishing(struct simulation *simulation)
{
    struct campaign *campaign = scenario_take(simulation, "A3");
    scenario_add_clients(simulation, campaign, draw_count(simulation, 1, 10));
    scenario_forge(simulation, campaign, FORGERY_BRANDS, draw_count(simulation, 3, 60));
    struct blast blast = {.begin = scenario_moment(simulation, 0.4, 0.75),
                          .recipients_a_message = 4,
                          .messages_a_session = 3};
    blast.span = scenario_span(simulation, 1, 8, 0.2);
    blast.recipients = draw_count(simulation, 500, 10000);
    scenario_blast(simulation, campaign, &blast);
}

static void random_senders(struct simulation *simulation)
{
    struct campaign *campaign = scenario_take(simulation, "A4");
    scenario_add_clients(simulation, campaign, draw_count(simulation, 1, 30));
    scenario_forge(simulation, campaign, FORGERY_RANDOM, draw_count(simulation, 40, 90));
    struct blast blast = {.begin = scenario_moment(simulation, 0.4, 0.75),
                          .recipients_a_message = 2,
                          .messages_a_session = 3};
    blast.span = scenario_span(simulation, 2, 8, 0.2);
    blast.recipients = draw_count(simulation, 1000, 8000);
    scenario_blast(simulation, campaign, &blast);
}

static void slow_botnet(struct simulation *simulation)
{
    struct campaign *campaign = scenario_take(simulation, "A5");
    struct blast blast = {.begin = scenario_moment(simulation, 0.3, 0.5),
                          .recipients_a_message = 2,
                          .messages_a_session = 1,
                          .fresh = true};
    blast.span = scenario_span(simulation, 4 * 24, 21 * 24, 0.45);
    blast.recipients =
        (uint32_t)(draw(simulation, 3, 10) * (double)(blast.span / SECOND / HOUR)) + 1;
    campaign->unknown = draw(simulation, 0.05, 0.1);
    scenario_add_clients(simulation, campaign, blast.recipients / 2 + 1);
    scenario_blast(simulation, campaign, &blast);
}

static void micro(struct simulation *simulation)
{
    struct campaign *campaign = scenario_take(simulation, "A6");
    const struct population *population = &simulation->population;
    struct blast blast = {.begin = scenario_moment(simulation, 0.3, 0.5),
                          .recipients_a_message = 1,
                          .messages_a_session = 1,
                          .awake = true};
    blast.span = scenario_span(simulation, 10 * 24, 20 * 24, 0.45);
    blast.recipients =
        (uint32_t)(draw(simulation, 1, 3) * (double)(blast.span / SECOND / HOUR) / 3) + 1;
    campaign->unknown = draw(simulation, 0.03, 0.06);
    campaign->spam = 0.01;
    campaign->audience = AUDIENCE_MIXED;
    uint32_t proxies = draw_count(simulation, 4, 20);
    for (uint32_t i = 0; i < proxies; i++)
        scenario_add_client(campaign, population_proxy(population, &simulation->random));
    scenario_blast(simulation, campaign, &blast);
}

static void brute_force(struct simulation *simulation)
{
    struct campaign *campaign = scenario_take(simulation, "A7");
    campaign->guesser_count = draw_count(simulation, 1, 3);
    scenario_add_clients(simulation, campaign,
                         draw_count(simulation, 2, 40) + campaign->guesser_count);
    if (random_chance(&simulation->random, 0.5))
        scenario_forge(simulation, campaign, FORGERY_BRANDS, 3);
    uint32_t senders = campaign->client_count - campaign->guesser_count;
    int64_t begin = scenario_moment(simulation, 0.3, 0.5),
            guessing = scenario_span(simulation, 2, 12, 0.2);
    scenario_guess(simulation, campaign, begin, guessing, draw_count(simulation, 50, 2000));
    struct arrival *test =
        scenario_add(simulation, campaign, begin + guessing + 20 * SECOND, ARRIVE_SUBMIT);
    test->source = senders;
    test->recipients = 1;
    test->test = true;
    struct blast blast = {.recipients_a_message = 10, .messages_a_session = 3};
    blast.begin = begin + guessing + scenario_span(simulation, 1, 24, 0.2);
    blast.span = scenario_span(simulation, 1, 6, 0.2);
    blast.recipients = draw_count(simulation, 1000, 12000);
    scenario_blast(simulation, campaign, &blast);
}

static void slow_guess(struct simulation *simulation)
{
    struct campaign *campaign = scenario_take(simulation, "A8");
    campaign->guesser_count = draw_count(simulation, 200, 3000);
    uint32_t senders = draw_count(simulation, 3, 60);
    scenario_add_clients(simulation, campaign, senders + campaign->guesser_count);
    int64_t begin = scenario_moment(simulation, 0.1, 0.25),
            guessing = scenario_span(simulation, 2 * 24, 7 * 24, 0.25);
    scenario_guess(simulation, campaign, begin, guessing, campaign->guesser_count * 2);
    struct arrival *entry = scenario_add(simulation, campaign, begin + guessing, ARRIVE_SUBMIT);
    entry->source = senders + random_below(&simulation->random, campaign->guesser_count);
    entry->recipients = 1;
    entry->test = true;
    struct blast blast = {.recipients_a_message = 8, .messages_a_session = 2};
    blast.begin = begin + guessing + scenario_span(simulation, 3 * 24, 30 * 24, 0.3);
    blast.span = scenario_span(simulation, 2, 12, 0.1);
    blast.recipients = draw_count(simulation, 500, 6000);
    scenario_blast(simulation, campaign, &blast);
}

static void two_waves(struct simulation *simulation)
{
    struct campaign *campaign = scenario_take(simulation, "A22");
    scenario_add_clients(simulation, campaign, draw_count(simulation, 20, 150));
    int64_t first = scenario_moment(simulation, 0.3, 0.4);
    uint32_t checks = draw_count(simulation, 1, 4);
    for (uint32_t i = 0; i < checks; i++)
        scenario_read(simulation, campaign, first + (int64_t)i * 20 * 60 * SECOND, 0);
    struct blast blast = {.recipients_a_message = 6, .messages_a_session = 2};
    blast.begin = first + scenario_span(simulation, 5 * 24, 20 * 24, 0.35);
    blast.span = scenario_span(simulation, 2, 24, 0.15);
    blast.recipients = draw_count(simulation, 800, 6000);
    scenario_blast(simulation, campaign, &blast);
}

static void mimic(struct simulation *simulation)
{
    struct campaign *campaign = scenario_take(simulation, "A24");
    const struct population *population = &simulation->population;
    campaign->least = "watch";
    campaign->shape = SHAPE_OWN;
    campaign->size_low = campaign->size_high = 0;
    campaign->audience = AUDIENCE_MIXED;
    campaign->unknown = 0.03;
    campaign->spam = 0;
    scenario_add_client(campaign, population_neighbour(population, campaign->account));
    struct blast blast = {.begin = scenario_moment(simulation, 0.4, 0.5),
                          .recipients_a_message = 1,
                          .messages_a_session = 1,
                          .awake = true};
    blast.span = scenario_span(simulation, 5 * 24, 15 * 24, 0.4);
    blast.recipients = (uint32_t)(1.5 * (double)(blast.span / SECOND / HOUR)) + 1;
    scenario_blast(simulation, campaign, &blast);
}

const struct scenario spam_scenarios[] = {
    {"A1", botnet_blast}, {"A2", server_blast}, {"A3", brand_phishing}, {"A4", random_senders},
    {"A5", slow_botnet},  {"A6", micro},        {"A7", brute_force},    {"A8", slow_guess},
    {"A22", two_waves},   {"A24", mimic},       {NULL, NULL},
};
