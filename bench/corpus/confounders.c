/* What looks like an attack to whoever only counts. The numbers are those of the detection model's
 * list; what is not here is in the population itself: offices (7), travellers (10), bounces (5). */
#include "scenario.h"

static unsigned days(const struct simulation *simulation)
{
    int64_t ret = (simulation->expected_end - simulation->start) / SECOND / 86400;
    return ret < 1 ? 1 : (unsigned)ret;
}

static int64_t day_at(const struct simulation *simulation, unsigned day, double hour)
{
    return simulation->start + (int64_t)(((double)day * 24 + hour) * HOUR * SECOND);
}

/* So many sessions a day, from the given hour on, so many seconds apart. */
struct routine {
    unsigned every; /* days */
    double hour, sessions, pause;
    uint16_t messages, recipients;
    bool own;
};

static void follow(struct simulation *simulation, const struct campaign *campaign,
                   const struct routine *routine)
{
    for (unsigned day = 0; day < days(simulation); day += routine->every)
        for (unsigned i = 0; i < routine->sessions; i++) {
            int64_t at = day_at(simulation, day, routine->hour) +
                         (int64_t)(i * routine->pause * SECOND) +
                         random_below(&simulation->random, 30 * SECOND);
            struct arrival *arrival = scenario_add(simulation, campaign, at, ARRIVE_SUBMIT);
            arrival->source = routine->own ? OWN_SOURCE : i % campaign->client_count;
            arrival->messages = routine->messages;
            arrival->recipients = routine->recipients;
        }
}

static struct campaign *machine(struct simulation *simulation, unsigned confounder)
{
    struct campaign *campaign = scenario_innocent(simulation, confounder, "watch");
    simulation->population.accounts[campaign->account].recipients_a_day = 0;
    scenario_add_client(campaign, scenario_server(simulation));
    return campaign;
}

static void newsletters(struct simulation *simulation)
{
    struct campaign *often = scenario_innocent(simulation, 1, "watch");
    often->audience = AUDIENCE_LIST;
    often->list_size = draw_count(simulation, 300, 2000);
    follow(simulation, often,
           &(struct routine){7, 8.5, often->list_size / 200.0 + 1, 60, 4, 50, true});
    struct campaign *once = scenario_innocent(simulation, 1, "suspicious");
    once->audience = AUDIENCE_LIST;
    once->list_size = draw_count(simulation, 200, 800);
    once->unknown = 0.05;
    struct blast blast = {.begin = scenario_moment(simulation, 0.5, 0.8),
                          .recipients_a_message = 40,
                          .messages_a_session = 2,
                          .own = true,
                          .awake = true};
    blast.span = scenario_span(simulation, 0.2, 1, 0.1);
    blast.recipients = once->list_size;
    scenario_blast(simulation, once, &blast);
}

static void list_server(struct simulation *simulation)
{
    struct campaign *campaign = machine(simulation, 2);
    campaign->clients[0] = (struct client){.bytes = {127, 0, 0, 1}, .kind = CLIENT_LOCALHOST};
    scenario_speak_for(simulation, campaign, FORGERY_REWRITTEN, 1);
    campaign->audience = AUDIENCE_LIST;
    campaign->list_size = draw_count(simulation, 100, 400);
    follow(simulation, campaign, &(struct routine){1, 10, 3, 7000, 10, 10, false});
}

static void ticket_system(struct simulation *simulation)
{
    struct campaign *campaign = machine(simulation, 3);
    scenario_speak_for(simulation, campaign, FORGERY_CUSTOMERS, draw_count(simulation, 2, 6));
    campaign->audience = AUDIENCE_LIST;
    campaign->list_size = draw_count(simulation, 100, 400);
    follow(simulation, campaign, &(struct routine){1, 7, 30, 1500, 1, 1, false});
}

static void forwarding(struct simulation *simulation)
{
    struct campaign *campaign = scenario_innocent(simulation, 4, "watch");
    struct account *account = &simulation->population.accounts[campaign->account];
    account->forward_to = (struct address){random_below(&simulation->random, 1 << 24),
                                           DOMAIN_FREEMAIL + 1, ADDRESS_PERSON};
    account->forward_from = 1;
}

static void inner_relay(struct simulation *simulation)
{
    struct campaign *campaign = scenario_innocent(simulation, 6, "watch");
    campaign->account = TRUTH_NOBODY;
    scenario_add_client(campaign, (struct client){.bytes = {10, 20, 30, 40}});
    scenario_speak_for(simulation, campaign, FORGERY_CUSTOMERS, 4);
    campaign->audience = AUDIENCE_LIST;
    campaign->list_size = 300;
    for (unsigned day = 0; day < days(simulation); day++)
        for (unsigned i = 0; i < 20; i++)
            scenario_add(simulation, campaign, day_at(simulation, day, 6 + i * 0.7), ARRIVE_RELAY)
                ->recipients = 1;
}

/* Everybody must change the password: many forget it in their programs. */
static void password_day(struct simulation *simulation)
{
    struct campaign *campaign = scenario_innocent(simulation, 7, "watch");
    int64_t begin = scenario_moment(simulation, 0.3, 0.7);
    for (uint32_t i = 0; i < simulation->population.count / 10; i++) {
        uint32_t account = random_below(&simulation->random, simulation->population.count);
        for (unsigned k = 0; k < 3; k++) {
            struct arrival *arrival = scenario_add(
                simulation, campaign, begin + (int64_t)(i * 40 + k * 25) * SECOND, ARRIVE_STALE);
            arrival->account = i ? account : campaign->account;
            arrival->source = OWN_SOURCE;
        }
    }
}

/* Another address at every session. */
static void roamer(struct simulation *simulation)
{
    struct campaign *campaign = scenario_innocent(simulation, 8, "watch");
    simulation->population.accounts[campaign->account].mobile = 0.95f;
    simulation->population.accounts[campaign->account].recipients_a_day = 25;
}

static void vpn_user(struct simulation *simulation)
{
    struct campaign *campaign = scenario_innocent(simulation, 9, "watch");
    simulation->population.accounts[campaign->account].vpn = true;
    simulation->population.accounts[campaign->account].recipients_a_day = 20;
}

/* A week abroad, to people met there. */
static void salesman(struct simulation *simulation)
{
    struct campaign *campaign = scenario_innocent(simulation, 10, "watch");
    scenario_add_clients(simulation, campaign, 3);
    struct blast blast = {.begin = scenario_moment(simulation, 0.5, 0.6),
                          .recipients_a_message = 1,
                          .messages_a_session = 1,
                          .awake = true};
    campaign->audience = AUDIENCE_MIXED;
    blast.span = scenario_span(simulation, 4 * 24, 7 * 24, 0.2);
    blast.recipients = draw_count(simulation, 15, 60);
    scenario_blast(simulation, campaign, &blast);
    struct account *account = &simulation->population.accounts[campaign->account];
    account->away_from = (uint16_t)((blast.begin - simulation->start) / SECOND / 86400);
    account->away_days = (uint16_t)(blast.span / SECOND / 86400 + 2);
    account->travelling = true;
    for (unsigned i = 0; i < 3u * account->away_days; i++)
        scenario_read(simulation, campaign, blast.begin + (int64_t)i * 8 * HOUR * SECOND, i % 3);
}

static void devices(struct simulation *simulation)
{
    struct campaign *scanner = machine(simulation, 11);
    scanner->clients[0] = population_office(&simulation->population, scanner->account);
    scanner->audience = AUDIENCE_LIST;
    scanner->list_size = 3;
    scanner->size_low = 300000;
    scanner->size_high = 900000;
    follow(simulation, scanner, &(struct routine){1, 6, 25, 2200, 1, 1, false});
    struct campaign *probe = machine(simulation, 12);
    probe->audience = AUDIENCE_SERVICE;
    probe->size_low = probe->size_high = 812;
    follow(simulation, probe, &(struct routine){1, 0, 144, 600, 1, 1, false});
}

static void hosted_senders(struct simulation *simulation)
{
    struct campaign *service = machine(simulation, 13);
    scenario_speak_for(simulation, service, FORGERY_CUSTOMERS, draw_count(simulation, 8, 30));
    service->audience = AUDIENCE_LIST;
    service->list_size = draw_count(simulation, 500, 3000);
    follow(simulation, service, &(struct routine){1, 5, 40, 1700, 4, 1, false});
    struct campaign *reminders = scenario_innocent(simulation, 16, "watch");
    scenario_add_client(reminders, scenario_server(simulation));
    reminders->audience = AUDIENCE_LIST;
    reminders->list_size = 80;
    follow(simulation, reminders, &(struct routine){1, 4, 3, 900, 2, 1, false});
}

static void role_mailbox(struct simulation *simulation)
{
    struct campaign *campaign = scenario_innocent(simulation, 14, "watch");
    simulation->population.accounts[campaign->account].shared = true;
    simulation->population.accounts[campaign->account].recipients_a_day = 30;
}

static void rewriting(struct simulation *simulation)
{
    struct campaign *campaign = machine(simulation, 15);
    scenario_speak_for(simulation, campaign, FORGERY_REWRITTEN, 40);
    campaign->audience = AUDIENCE_SERVICE;
    follow(simulation, campaign, &(struct routine){1, 1, 30, 2500, 1, 1, false});
}

static void second_names(struct simulation *simulation)
{
    struct campaign *other = scenario_innocent(simulation, 17, "watch");
    scenario_speak_for(simulation, other, FORGERY_CUSTOMERS, 1);
    follow(simulation, other, &(struct routine){1, 10, 2, 9000, 1, 0, true});
    struct campaign *secretary = scenario_innocent(simulation, 18, "watch");
    secretary->forgery = FORGERY_COLLEAGUE;
    secretary->colleague = random_below(&simulation->random, simulation->population.count);
    follow(simulation, secretary, &(struct routine){1, 9, 3, 7000, 1, 0, true});
}

/* The telephone still has the old password. */
static void stale_device(struct simulation *simulation)
{
    struct campaign *campaign = scenario_innocent(simulation, 19, "watch");
    int64_t begin = scenario_moment(simulation, 0.3, 0.8);
    for (unsigned i = 0; i < 120; i++)
        scenario_add(simulation, campaign, begin + (int64_t)i * 300 * SECOND, ARRIVE_STALE)
            ->source = OWN_SOURCE;
}

static void migration(struct simulation *simulation)
{
    struct campaign *campaign = scenario_innocent(simulation, 20, "watch");
    scenario_add_client(campaign, scenario_server(simulation));
    int64_t begin = scenario_moment(simulation, 0.3, 0.8);
    for (uint32_t i = 0; i < simulation->population.count; i++)
        if (random_chance(&simulation->random, 0.5)) {
            struct arrival *arrival =
                scenario_add(simulation, campaign, begin + (int64_t)i * 20 * SECOND, ARRIVE_READ);
            arrival->account = i;
        }
}

static void webmail_users(struct simulation *simulation)
{
    struct campaign *campaign = scenario_innocent(simulation, 21, "watch");
    scenario_add_client(campaign,
                        (struct client){.bytes = {127, 0, 0, 1}, .kind = CLIENT_LOCALHOST});
    follow(simulation, campaign, &(struct routine){1, 8, 6, 4000, 1, 0, false});
}

/* One destination is away for hours: what goes there waits. */
static void outage(struct simulation *simulation)
{
    simulation->outage_from = scenario_moment(simulation, 0.2, 0.8);
    simulation->outage_to = simulation->outage_from + scenario_span(simulation, 3, 12, 0.1);
}

/* Two vacation notices answer each other. */
static void mail_loop(struct simulation *simulation)
{
    struct campaign *campaign = scenario_innocent(simulation, 23, "watch");
    campaign->forgery = FORGERY_BOUNCES;
    campaign->audience = AUDIENCE_SERVICE;
    struct blast blast = {.begin = scenario_moment(simulation, 0.3, 0.8),
                          .recipients_a_message = 1,
                          .messages_a_session = 1,
                          .own = true};
    blast.span = (int64_t)draw(simulation, 600, 3600) * SECOND;
    blast.recipients = draw_count(simulation, 100, 400);
    scenario_blast(simulation, campaign, &blast);
}

static void cloud_fetchers(struct simulation *simulation)
{
    struct campaign *campaign = scenario_innocent(simulation, 24, "watch");
    simulation->population.accounts[campaign->account].fetched = true;
    for (uint32_t i = 0; i < simulation->population.count; i += 12)
        simulation->population.accounts[i].fetched = true;
}

void confounders_plan(struct simulation *simulation)
{
    static void (*const plans[])(struct simulation * simulation) = {
        newsletters,    list_server,   ticket_system, forwarding,   inner_relay,
        password_day,   roamer,        vpn_user,      salesman,     devices,
        hosted_senders, role_mailbox,  rewriting,     second_names, stale_device,
        migration,      webmail_users, outage,        mail_loop,    cloud_fetchers,
    };
    for (size_t i = 0; i < sizeof plans / sizeof *plans; i++)
        plans[i](simulation);
}
