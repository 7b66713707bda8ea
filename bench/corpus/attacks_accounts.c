/* A9 to A15, A20, A21, A23: accounts taken in other ways, or used for other things than spam. */
#include "scenario.h"

static void blast_some(struct simulation *simulation, struct campaign *campaign, int64_t begin)
{
    struct blast blast = {.begin = begin, .recipients_a_message = 5, .messages_a_session = 3};
    blast.span = scenario_span(simulation, 1, 12, 0.1);
    blast.recipients = draw_count(simulation, 500, 6000);
    scenario_blast(simulation, campaign, &blast);
}

/* One password for everybody; those it opens are tried out, some are used. */
static void spray(struct simulation *simulation)
{
    struct campaign *attack = scenario_without(simulation, "N1", "credential-attack");
    uint32_t most = simulation->population.count / 2;
    uint32_t tried = draw_count(simulation, 20, 500), opened = draw_count(simulation, 2, 15);
    tried = tried < most ? tried : most;
    opened = opened < most / 20 + 2 ? opened : most / 20 + 2;
    scenario_add_clients(simulation, attack, draw_count(simulation, 1, 5));
    int64_t begin = scenario_moment(simulation, 0.4, 0.6),
            pause = scenario_span(simulation, 0.002, 0.05, 0.001);
    for (uint32_t i = 0; i < tried; i++) {
        struct arrival *arrival =
            scenario_add(simulation, attack, begin + (int64_t)i * pause, ARRIVE_FAIL_READ);
        arrival->account = random_below(&simulation->random, simulation->population.count);
        arrival->source = random_below(&simulation->random, attack->client_count);
    }
    uint32_t abused = draw_count(simulation, 1, 3);
    for (uint32_t i = 0; i < opened; i++) {
        struct campaign *campaign = scenario_take(simulation, "A9");
        scenario_share_clients(campaign, attack);
        int64_t entry = begin + random_below(&simulation->random, tried) * pause;
        uint32_t source = random_below(&simulation->random, attack->client_count);
        scenario_add(simulation, campaign, entry - pause, ARRIVE_FAIL_READ)->source = source;
        scenario_read(simulation, campaign, entry, source);
        if (i >= abused) {
            campaign->least = "watch";
            continue;
        }
        scenario_add_clients(simulation, campaign, draw_count(simulation, 5, 40));
        blast_some(simulation, campaign, entry + scenario_span(simulation, 1, 48, 0.2));
    }
}

/* Many accounts, the same machines by turns, each account below every limit. */
static void many_accounts(struct simulation *simulation)
{
    uint32_t count = draw_count(simulation, 5, 40), most = simulation->population.count / 20 + 2;
    struct campaign *first = scenario_take(simulation, "A10");
    scenario_add_clients(simulation, first, draw_count(simulation, 100, 600));
    int64_t begin = scenario_moment(simulation, 0.4, 0.7);
    int64_t span = scenario_span(simulation, 6, 48, 0.2);
    for (uint32_t i = 0; i < (count < most ? count : most); i++) {
        struct campaign *campaign = i ? scenario_take(simulation, "A10") : first;
        if (i)
            scenario_share_clients(campaign, first);
        double rate = draw(simulation, 20, 70); /* below 100 an hour */
        struct blast blast = {.begin = begin + scenario_span(simulation, 0.1, 3, 0.02),
                              .span = span,
                              .recipients_a_message = 4,
                              .messages_a_session = 1,
                              .fresh = true};
        blast.recipients = (uint32_t)(rate * (double)(span / SECOND) / HOUR) + 8;
        scenario_blast(simulation, campaign, &blast);
    }
}

/* An account that nobody used. */
static void dormant(struct simulation *simulation)
{
    struct campaign *campaign = scenario_take(simulation, "A11");
    simulation->population.accounts[campaign->account].recipients_a_day = 0;
    scenario_add_clients(simulation, campaign, draw_count(simulation, 1, 12));
    blast_some(simulation, campaign, scenario_moment(simulation, 0.4, 0.75));
}

static void lateral(struct simulation *simulation)
{
    struct campaign *campaign = scenario_take(simulation, "A12");
    scenario_add_clients(simulation, campaign, 1);
    campaign->audience = AUDIENCE_STAFF;
    campaign->unknown = 0;
    campaign->spam = 0.002;
    struct blast blast = {.begin = scenario_moment(simulation, 0.4, 0.75),
                          .recipients_a_message = 5,
                          .messages_a_session = 2};
    scenario_read(simulation, campaign, blast.begin - 4 * 60 * (int64_t)SECOND, 0);
    blast.span = scenario_span(simulation, 0.16, 0.66, 0.1);
    blast.recipients = draw_count(simulation, 30, 400);
    scenario_blast(simulation, campaign, &blast);
}

static void stranded(struct simulation *simulation)
{
    struct campaign *campaign = scenario_take(simulation, "A13");
    scenario_add_clients(simulation, campaign, 1);
    campaign->audience = AUDIENCE_BOOK;
    campaign->unknown = 0.02;
    campaign->spam = 0.005;
    struct blast blast = {.recipients_a_message = 20, .messages_a_session = 2};
    int64_t entry = scenario_moment(simulation, 0.4, 0.75);
    scenario_read(simulation, campaign, entry, 0);
    blast.begin = entry + scenario_span(simulation, 0.05, 0.33, 0.1);
    blast.span = scenario_span(simulation, 0.1, 0.5, 0.1);
    blast.recipients = simulation->population.accounts[campaign->account].book;
    blast.recipients = blast.recipients < 400 ? blast.recipients : 400;
    scenario_blast(simulation, campaign, &blast);
}

static void read_for_days(struct simulation *simulation, struct campaign *campaign, int64_t begin,
                          int64_t span)
{
    scenario_add_clients(simulation, campaign, draw_count(simulation, 1, 5));
    uint32_t logins = draw_count(simulation, 2, 20);
    for (uint32_t i = 0; i < logins; i++)
        scenario_read(simulation, campaign, begin + span / logins * i,
                      random_below(&simulation->random, campaign->client_count));
}

static void reader(struct simulation *simulation)
{
    struct campaign *campaign = scenario_take(simulation, "A14");
    campaign->class = "mailbox-access";
    read_for_days(simulation, campaign, scenario_moment(simulation, 0.3, 0.5),
                  scenario_span(simulation, 24, 30 * 24, 0.45));
}

/* Read, then forwarded to the thief, then a few letters about an invoice. */
static void business(struct simulation *simulation)
{
    struct campaign *campaign = scenario_take(simulation, "A15");
    int64_t begin = scenario_moment(simulation, 0.3, 0.5);
    read_for_days(simulation, campaign, begin, scenario_span(simulation, 24, 20 * 24, 0.4));
    struct account *account = &simulation->population.accounts[campaign->account];
    account->forward_to = (struct address){random_below(&simulation->random, 1 << 24),
                                           DOMAIN_FREEMAIL, ADDRESS_PERSON};
    account->forward_from = begin + scenario_span(simulation, 0.1, 24, 0.1);
    campaign->audience = AUDIENCE_USUAL;
    campaign->unknown = campaign->spam = 0;
    uint32_t letters = draw_count(simulation, 1, 8);
    for (uint32_t i = 0; i < letters; i++) {
        struct arrival *arrival = scenario_add(
            simulation, campaign, begin + scenario_span(simulation, 24, 240, 0.4), ARRIVE_SUBMIT);
        arrival->source = random_below(&simulation->random, campaign->client_count);
        arrival->recipients = 1;
    }
}

static void infected_workstation(struct simulation *simulation)
{
    struct campaign *campaign = scenario_take(simulation, "A20");
    campaign->class = "infected-host";
    if (random_chance(&simulation->random, 0.5))
        scenario_forge(simulation, campaign, FORGERY_BRANDS, draw_count(simulation, 3, 20));
    struct blast blast = {.begin = scenario_moment(simulation, 0.4, 0.6),
                          .recipients_a_message = 4,
                          .messages_a_session = 2,
                          .own = true,
                          .awake = true};
    blast.span = scenario_span(simulation, 24, 5 * 24, 0.2);
    blast.recipients = draw_count(simulation, 500, 4000);
    scenario_blast(simulation, campaign, &blast);
}

/* The password is changed in the middle; the machines go on trying. */
static void contained(struct simulation *simulation)
{
    struct campaign *campaign = scenario_take(simulation, "A21");
    uint32_t clients = draw_count(simulation, 30, 300);
    scenario_add_clients(simulation, campaign, clients);
    struct blast blast = {.begin = scenario_moment(simulation, 0.4, 0.6),
                          .recipients_a_message = 8,
                          .messages_a_session = 2};
    blast.span = scenario_span(simulation, 1, 6, 0.1);
    blast.recipients = draw_count(simulation, 1000, 8000);
    scenario_blast(simulation, campaign, &blast);
    campaign->contained = blast.begin + blast.span + 60 * (int64_t)SECOND;
    int64_t retry = scenario_span(simulation, 2, 240, 0.3);
    uint32_t tries = clients * draw_count(simulation, 1, 6);
    for (uint32_t i = 0; i < tries; i++)
        scenario_add(simulation, campaign, campaign->contained + retry / tries * i, ARRIVE_GUESS)
            ->source = random_below(&simulation->random, clients);
}

/* Under way when the log begins. */
static void from_the_start(struct simulation *simulation)
{
    struct campaign *campaign = scenario_take(simulation, "A23");
    scenario_add_clients(simulation, campaign, draw_count(simulation, 10, 100));
    struct blast blast = {
        .begin = simulation->start, .recipients_a_message = 4, .messages_a_session = 2};
    blast.span = scenario_span(simulation, 12, 10 * 24, 0.4);
    blast.recipients = draw_count(simulation, 1000, 8000);
    scenario_blast(simulation, campaign, &blast);
}

const struct scenario account_scenarios[] = {
    {"A9", spray},      {"A10", many_accounts},  {"A11", dormant},  {"A12", lateral},
    {"A13", stranded},  {"A14", reader},         {"A15", business}, {"A20", infected_workstation},
    {"A21", contained}, {"A23", from_the_start}, {NULL, NULL},
};
