#include "mailbox.h"

#include "simulation.h"

static struct client client_of(struct simulation *simulation, const struct arrival *arrival)
{
    const struct population *population = &simulation->population;
    bool own = arrival->campaign == NO_CAMPAIGN || arrival->source == OWN_SOURCE;
    if (own && arrival->source == FETCH_SOURCE)
        return population_fetcher(population, &simulation->random);
    if (own)
        return population_client(population, arrival->account, simulation->now,
                                 &simulation->random);
    return simulation->campaigns[arrival->campaign].clients[arrival->source];
}

static void put_session(struct writer *out, uint64_t session)
{
    put(out, ", session=<");
    put_hex_lower(out, session, 16);
    put(out, ">");
}

static void put_user(struct writer *out, const struct simulation *simulation, uint32_t account)
{
    put_login(out, &simulation->population.accounts[account],
              simulation->domains.items[DOMAIN_LOCAL].name, true);
}

static void put_place(struct writer *out, const struct client *client)
{
    put(out, ">, method=PLAIN, rip=");
    put_ip(out, client);
    put(out, ", lip=192.0.2.10");
}

static void fail_to_open(struct simulation *simulation, const struct arrival *arrival,
                         const struct client *client)
{
    struct writer *out = begin_line(simulation, PROCESS_DOVECOT, 0);
    put(out, "imap-login: Disconnected (auth failed, 1 attempts in 2 secs): user=<");
    put_user(out, simulation, arrival->account);
    put_place(out, client);
    put(out, ", TLS");
    put_session(out, random_next(&simulation->random));
    end_line(simulation);
    simulation->truth.tallies[arrival->account].mailbox_failures++;
    struct origin *origin = truth_origin(&simulation->truth, arrival->account, client);
    origin->failures_elsewhere++;
    origin->hostile = true;
    campaign_failed(&simulation->campaigns[arrival->campaign], simulation->now);
}

void mailbox_open(struct simulation *simulation, const struct arrival *arrival)
{
    if (!simulation->options.mailbox)
        return;
    struct client client = client_of(simulation, arrival);
    if (arrival->kind == ARRIVE_FAIL_READ) {
        fail_to_open(simulation, arrival, &client);
        return;
    }
    uint32_t number = pool_take(&simulation->visits);
    struct visit *visit = simulation->visits.items[number];
    *visit = (struct visit){.arrival = *arrival, .session = random_next(&simulation->random)};
    visit->pid = 1000 + (uint32_t)(visit->session & 0x3fffff);
    bool hostile = arrival->campaign != NO_CAMPAIGN &&
                   campaign_is_attack(&simulation->campaigns[arrival->campaign]);
    visit->bytes = (uint64_t)random_lognormal(&simulation->random, hostile ? 3e6 : 4e4, 1.3);
    struct writer *out = begin_line(simulation, PROCESS_DOVECOT, 0);
    put(out, "imap-login: Login: user=<");
    put_user(out, simulation, arrival->account);
    put_place(out, &client);
    put(out, ", mpid=");
    put_number(out, visit->pid);
    put(out, ", TLS");
    put_session(out, visit->session);
    end_line(simulation);
    truth_origin(&simulation->truth, arrival->account, &client)->reads++;
    if (arrival->campaign != NO_CAMPAIGN)
        campaign_entered(&simulation->campaigns[arrival->campaign], simulation->now);
    schedule_add(&simulation->schedule,
                 simulation->now + (int64_t)(random_exponential(&simulation->random, 300) * SECOND),
                 (uint32_t)WHAT_VISIT << WHAT_SHIFT | number);
}

void mailbox_close(struct simulation *simulation, uint32_t number)
{
    const struct visit *visit = simulation->visits.items[number];
    struct writer *out = begin_line(simulation, PROCESS_DOVECOT, 0);
    put(out, "imap(");
    put_user(out, simulation, visit->arrival.account);
    put(out, ")<");
    put_number(out, visit->pid);
    put(out, "><");
    put_hex_lower(out, visit->session, 16);
    put(out, ">: Disconnected: Logged out in=");
    put_number(out, 300 + visit->bytes % 4000);
    put(out, " out=");
    put_number(out, visit->bytes);
    put(out, " deleted=0 expunged=0 trashed=0 hdr_count=");
    put_number(out, visit->bytes / 9000);
    put(out, " hdr_bytes=");
    put_number(out, visit->bytes / 9000 * 1400);
    put(out, " body_count=");
    put_number(out, visit->bytes / 20000);
    put(out, " body_bytes=");
    put_number(out, visit->bytes / 2);
    end_line(simulation);
    pool_give_back(&simulation->visits, number);
}
