/* A16 to A19: the server itself lets the spam in; N1 to N4: alarms without a crime. */
#include "scenario.h"

static struct client localhost(void)
{
    return (struct client){.bytes = {127, 0, 0, 1}, .kind = CLIENT_LOCALHOST};
}

/* Spam out of the webmail, of which this log sees the server alone. */
static void webmail(struct simulation *simulation)
{
    struct campaign *campaign = scenario_take(simulation, "A16");
    scenario_add_client(campaign, localhost());
    struct blast blast = {.begin = scenario_moment(simulation, 0.4, 0.75),
                          .recipients_a_message = 40,
                          .messages_a_session = 1};
    blast.span = scenario_span(simulation, 1, 8, 0.2);
    blast.recipients = draw_count(simulation, 1000, 8000);
    scenario_blast(simulation, campaign, &blast);
}

static struct campaign *program(struct simulation *simulation, const char *scenario, uint32_t uid)
{
    struct campaign *campaign = scenario_without(simulation, scenario, "local-injection");
    campaign->uid = uid;
    scenario_add_client(campaign, localhost());
    return campaign;
}

static void web_injection(struct simulation *simulation)
{
    struct campaign *campaign = program(simulation, "A17", 33 + 40 * simulation->injections++);
    scenario_forge(simulation, campaign, FORGERY_BRANDS, draw_count(simulation, 5, 60));
    struct blast blast = {.begin = scenario_moment(simulation, 0.4, 0.75),
                          .recipients_a_message = 1,
                          .messages_a_session = 1,
                          .kind = ARRIVE_LOCAL};
    blast.span = scenario_span(simulation, 2, 24, 0.2);
    blast.recipients = draw_count(simulation, 5000, 20000);
    scenario_blast(simulation, campaign, &blast);
}

static void cron_mailer(struct simulation *simulation)
{
    struct campaign *campaign = program(simulation, "A18", 1000 + simulation->injections++);
    struct blast blast = {.begin = scenario_moment(simulation, 0.4, 0.6),
                          .recipients_a_message = 1,
                          .messages_a_session = 1,
                          .kind = ARRIVE_LOCAL};
    scenario_forge(simulation, campaign, FORGERY_CUSTOMERS, 1);
    blast.span = scenario_span(simulation, 12, 72, 0.2);
    blast.recipients = (uint32_t)(200 * (double)(blast.span / SECOND) / HOUR) + 1;
    scenario_blast(simulation, campaign, &blast);
}

static void open_relay(struct simulation *simulation)
{
    struct campaign *campaign = scenario_without(simulation, "A19", "open-relay");
    scenario_add_clients(simulation, campaign, draw_count(simulation, 5, 200));
    scenario_forge(simulation, campaign, FORGERY_RANDOM, draw_count(simulation, 5, 60));
    struct blast blast = {.begin = scenario_moment(simulation, 0.4, 0.6),
                          .recipients_a_message = 5,
                          .messages_a_session = 2,
                          .kind = ARRIVE_RELAY};
    struct arrival *probe = scenario_add(simulation, campaign, blast.begin, ARRIVE_RELAY);
    probe->recipients = 1;
    probe->test = true;
    blast.begin += scenario_span(simulation, 24, 72, 0.2);
    blast.span = scenario_span(simulation, 4, 48, 0.2);
    blast.recipients = draw_count(simulation, 1000, 20000);
    scenario_blast(simulation, campaign, &blast);
}

static void vain_attack(struct simulation *simulation)
{
    struct campaign *campaign = scenario_without(simulation, "N1", "credential-attack");
    scenario_add_clients(simulation, campaign, draw_count(simulation, 1, 30));
    int64_t begin = scenario_moment(simulation, 0.2, 0.8),
            span = scenario_span(simulation, 1, 72, 0.2);
    uint32_t tries = draw_count(simulation, 200, 5000);
    for (uint32_t i = 0; i < tries; i++) {
        struct arrival *arrival =
            scenario_add(simulation, campaign, begin + span / tries * i, ARRIVE_GUESS);
        arrival->source = random_below(&simulation->random, campaign->client_count);
        if (random_chance(&simulation->random, 0.7))
            arrival->account = random_below(&simulation->random, simulation->population.count);
    }
}

/* Somebody spams under the account's address elsewhere: the bounces come here. */
static void joe_job(struct simulation *simulation)
{
    struct campaign *campaign = scenario_innocent(simulation, 102, "watch");
    campaign->forgery = FORGERY_BOUNCES;
    campaign->audience = AUDIENCE_OWNER;
    int64_t begin = scenario_moment(simulation, 0.2, 0.8),
            span = scenario_span(simulation, 2, 48, 0.2);
    uint32_t bounces = draw_count(simulation, 300, 3000);
    for (uint32_t i = 0; i < bounces; i++)
        scenario_add(simulation, campaign, begin + span / bounces * i, ARRIVE_INBOUND);
}

static void listed(struct simulation *simulation)
{
    simulation->listed_from = scenario_moment(simulation, 0.3, 0.7);
    simulation->listed_to = simulation->listed_from + scenario_span(simulation, 12, 72, 0.2);
}

/* A stranger writes the account's name where a careless reader would take it for a login. */
static void framing(struct simulation *simulation)
{
    struct campaign *campaign = scenario_innocent(simulation, 126, "watch");
    campaign->framed = true;
    scenario_add_clients(simulation, campaign, draw_count(simulation, 1, 5));
    int64_t begin = scenario_moment(simulation, 0.2, 0.8),
            span = scenario_span(simulation, 1, 12, 0.2);
    uint32_t tries = draw_count(simulation, 50, 500);
    for (uint32_t i = 0; i < tries; i++)
        scenario_add(simulation, campaign, begin + span / tries * i,
                     i % 2 ? ARRIVE_REJECT : ARRIVE_GUESS)
            ->source = random_below(&simulation->random, campaign->client_count);
}

const struct scenario server_scenarios[] = {
    {"A16", webmail},    {"A17", web_injection}, {"A18", cron_mailer},
    {"A19", open_relay}, {NULL, NULL},
};

const struct scenario harmless_scenarios[] = {
    {"N1", vain_attack}, {"N2", joe_job}, {"N3", listed}, {"N4", framing}, {NULL, NULL},
};
