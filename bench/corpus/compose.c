/* Messages: who writes, to whom, and what will become of each recipient. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "audience.h"
#include "memory.h"
#include "simulation.h"

enum { RECIPIENTS_MAX = 100 };

static uint32_t new_message(struct simulation *simulation, unsigned origin, uint32_t recipients)
{
    uint32_t number = pool_take(&simulation->messages);
    struct message *message = message_at(simulation, number);
    message->origin = (uint8_t)origin;
    message->campaign = NO_CAMPAIGN;
    message->account = TRUTH_NOBODY;
    message->arrived = simulation->now;
    message->message_id = random_next(&simulation->random);
    message->id = queue_id_new(&simulation->queue_ids, simulation->now, &message->inode);
    message->recipients = memory_new(recipients, sizeof *message->recipients);
    return number;
}

void message_forget(struct simulation *simulation, uint32_t number)
{
    struct message *message = message_at(simulation, number);
    queue_id_release(&simulation->queue_ids, message->inode);
    free(message->recipients);
    message->recipients = NULL;
    pool_give_back(&simulation->messages, number);
}

static uint32_t sample_size(struct simulation *simulation)
{
    struct random *random = &simulation->random;
    double size = random_chance(random, 0.12) ? 1e6 + 7e6 * random_unit(random)
                                              : random_lognormal(random, 20000, 1.6);
    return (uint32_t)fmin(size, 25e6) + 400;
}

static uint32_t sample_recipients(struct random *random)
{
    if (random_chance(random, 0.72))
        return 1;
    double count = 1 + random_pareto(random, 1.6);
    return count < RECIPIENTS_MAX ? (uint32_t)count : RECIPIENTS_MAX;
}

struct chance {
    double probability;
    uint8_t fate;
};

static uint8_t draw_fate(struct random *random, const struct chance *chances)
{
    double x = random_unit(random);
    for (; chances->probability > 0; chances++) {
        if (x < chances->probability)
            return chances->fate;
        x -= chances->probability;
    }
    return FATE_SENT;
}

static uint8_t decide_hostile(struct simulation *simulation, const struct campaign *campaign)
{
    const struct chance chances[] = {
        {campaign->unknown, FATE_UNKNOWN},
        {campaign->spam, FATE_SPAM},
        {1.5 * campaign->spam, FATE_THROTTLED},
        {0.08, FATE_GREYLISTED},
        {0.01, FATE_FULL},
        {0.02, FATE_DEAD},
        {0, 0},
    };
    return draw_fate(&simulation->random, chances);
}

static uint8_t decide_ordinary(struct simulation *simulation, const struct address *to,
                               double unknown)
{
    const struct habits *habits = &simulation->population.habits;
    const struct chance chances[] = {
        {unknown > 0 ? unknown : habits->unknown, FATE_UNKNOWN},
        {habits->spam, FATE_SPAM},
        {habits->greylisted, FATE_GREYLISTED},
        {0.002, FATE_FULL},
        {0.003, FATE_DEAD},
        {0, 0},
    };
    static const struct chance local[] = {{0.003, FATE_UNKNOWN}, {0, 0}};
    return draw_fate(&simulation->random, to->domain == DOMAIN_LOCAL ? local : chances);
}

/* Nobody is to blame: a block list, an outage. */
static uint8_t decide_weather(const struct simulation *simulation, const struct address *to,
                              uint8_t fate)
{
    bool listed =
        simulation->now >= simulation->listed_from && simulation->now < simulation->listed_to;
    bool down =
        simulation->now >= simulation->outage_from && simulation->now < simulation->outage_to;
    if (listed && simulation->domains.items[to->domain].reply == REPLY_MICROSOFT)
        return FATE_BLOCKED;
    return down && to->domain == DOMAIN_FREEMAIL ? FATE_DEAD : fate;
}

static void decide(struct simulation *simulation, const struct message *message,
                   struct recipient *recipient)
{
    const struct address *to = &recipient->to;
    const struct campaign *campaign =
        message->campaign == NO_CAMPAIGN ? NULL : &simulation->campaigns[message->campaign];
    if (campaign && campaign_is_attack(campaign) && to->domain != DOMAIN_LOCAL)
        recipient->fate = decide_hostile(simulation, campaign);
    else
        recipient->fate = decide_ordinary(simulation, to, campaign ? campaign->unknown : 0);
    if (to->domain != DOMAIN_LOCAL)
        recipient->fate = decide_weather(simulation, to, recipient->fate);
    recipient->tries = (uint8_t)random_between(&simulation->random, 1, 3);
}

static bool has(const struct message *message, const struct address *to)
{
    for (uint32_t i = 0; i < message->recipient_count; i++) {
        const struct address *other = &message->recipients[i].to;
        if (other->person == to->person && other->domain == to->domain && other->style == to->style)
            return true;
    }
    return false;
}

static void add_recipient(struct simulation *simulation, struct message *message, struct address to)
{
    if (has(message, &to))
        return;
    struct recipient *recipient = &message->recipients[message->recipient_count++];
    recipient->to = to;
    decide(simulation, message, recipient);
}

/* A subscriber of a newsletter or a list. */
static struct address subscriber(struct simulation *simulation, struct account *account,
                                 uint32_t number)
{
    uint64_t h = random_mix(random_mix(simulation->options.seed, 888 + number),
                            account->strangers++ % (account->book * 20));
    struct address ret = {(uint32_t)(h & 0xffffff),
                          (uint16_t)(1 + (h >> 32) % (simulation->known_domains - 1)),
                          ADDRESS_PERSON};
    return ret;
}

static void address_submission(struct simulation *simulation, struct message *message,
                               uint32_t wanted)
{
    struct account *account = &simulation->population.accounts[message->account];
    struct campaign *campaign =
        message->campaign == NO_CAMPAIGN ? NULL : &simulation->campaigns[message->campaign];
    for (uint32_t i = 0; i < wanted; i++) {
        struct address to;
        if (campaign)
            to = audience_next(simulation, campaign);
        else if (account->kind == ACCOUNT_NEWSLETTER || account->kind == ACCOUNT_LIST)
            to = subscriber(simulation, account, message->account);
        else if (account->kind == ACCOUNT_DEVICE)
            to = (struct address){
                (uint32_t)(random_mix(message->account, i) % simulation->population.count),
                DOMAIN_LOCAL, ADDRESS_ACCOUNT};
        else
            to = population_contact(&simulation->population, message->account,
                                    simulation->known_domains, &simulation->random);
        add_recipient(simulation, message, to);
    }
    if (account->kind == ACCOUNT_LIST && !campaign) {
        message->from = message->recipients[0].to;
        message->from.style = ADDRESS_VERP;
        message->from.domain = DOMAIN_LOCAL;
    }
}

/* People who have a telephone write some of their mail on it. */
static uint8_t own_shape(struct simulation *simulation, const struct account *account)
{
    bool second = account->mobile > 0 && random_chance(&simulation->random, 0.3);
    return (uint8_t)((account->shape + second) % 6);
}

/* How a campaign's messages look. */
static void dress(struct simulation *simulation, struct message *message, uint8_t own_shape)
{
    struct campaign *campaign = &simulation->campaigns[message->campaign];
    message->shape = campaign->shape == SHAPE_OWN ? own_shape : campaign->shape;
    message->size = campaign->size_low ? random_between(&simulation->random, campaign->size_low,
                                                        campaign->size_high)
                                       : sample_size(simulation);
    audience_forge(simulation, campaign, message);
}

uint32_t compose_submission(struct simulation *simulation, const struct session *session)
{
    const struct arrival *arrival = &session->arrival;
    uint32_t wanted =
        arrival->recipients ? arrival->recipients : sample_recipients(&simulation->random);
    uint32_t number = new_message(simulation, ORIGIN_SUBMITTED, wanted);
    struct message *message = message_at(simulation, number);
    message->account = arrival->account;
    message->campaign = arrival->campaign;
    message->client = session->client;
    memcpy(message->peer, session->peer, session->peer_len);
    message->from = (struct address){arrival->account, DOMAIN_LOCAL, ADDRESS_ACCOUNT};
    const struct account *account = &simulation->population.accounts[arrival->account];
    message->shape = account->shape;
    message->login_full =
        account->login == LOGIN_FULL || (account->login == LOGIN_BOTH && session->login_other);
    if (message->campaign != NO_CAMPAIGN) {
        dress(simulation, message, account->shape);
        message->test = arrival->test;
    } else {
        message->size = sample_size(simulation);
        message->shape = own_shape(simulation, account);
        if (random_chance(&simulation->random, 0.01))
            message->from.style = ADDRESS_NULL; /* a read receipt */
    }
    address_submission(simulation, message, wanted);
    return number;
}

/* A copy goes where the account, or a thief, wants it. */
static void forward(struct simulation *simulation, struct message *message)
{
    uint32_t number = message->recipients[0].to.person;
    const struct account *account = &simulation->population.accounts[number];
    if (account->forward_to.style == ADDRESS_NULL || simulation->now < account->forward_from)
        return;
    add_recipient(simulation, message, account->forward_to);
    message->recipients[message->recipient_count - 1].forwarder = number + 1;
}

uint32_t compose_inbound(struct simulation *simulation, const struct session *session)
{
    struct random *random = &simulation->random;
    uint32_t wanted = random_chance(random, 0.85) ? 1 : random_between(random, 2, 5);
    uint32_t number = new_message(simulation, ORIGIN_INBOUND, wanted + 1);
    struct message *message = message_at(simulation, number);
    message->client = session->client;
    memcpy(message->peer, session->peer, session->peer_len);
    message->from = session->from;
    message->id_domain = session->from.domain;
    message->shape = (uint8_t)(session->from.person % 6);
    message->size = sample_size(simulation);
    for (uint32_t i = 0; i < wanted; i++) {
        uint32_t account =
            i ? random_below(random, simulation->population.count) : session->arrival.account;
        add_recipient(simulation, message,
                      (struct address){account, DOMAIN_LOCAL, ADDRESS_ACCOUNT});
    }
    if (session->arrival.campaign != NO_CAMPAIGN)
        return number;
    if (random_chance(random, 0.06))
        message->recipients[0].alias = 1 + random_below(random, 16);
    forward(simulation, message);
    return number;
}

uint32_t compose_relayed(struct simulation *simulation, const struct session *session)
{
    const struct arrival *arrival = &session->arrival;
    uint32_t wanted = arrival->recipients;
    uint32_t number = new_message(simulation, ORIGIN_RELAYED, wanted);
    struct message *message = message_at(simulation, number);
    struct campaign *campaign = &simulation->campaigns[arrival->campaign];
    message->campaign = arrival->campaign;
    message->test = arrival->test;
    message->client = session->client;
    memcpy(message->peer, session->peer, session->peer_len);
    dress(simulation, message, 0);
    for (uint32_t i = 0; i < wanted; i++)
        add_recipient(simulation, message, audience_next(simulation, campaign));
    return number;
}

/* What a program of this server was made to send. */
static uint32_t compose_injected(struct simulation *simulation, const struct arrival *arrival)
{
    uint32_t number = new_message(simulation, ORIGIN_LOCAL, 1);
    struct message *message = message_at(simulation, number);
    struct campaign *campaign = &simulation->campaigns[arrival->campaign];
    message->campaign = arrival->campaign;
    message->from = (struct address){0, DOMAIN_LOCAL, ADDRESS_ROLE};
    dress(simulation, message, 0);
    add_recipient(simulation, message, audience_next(simulation, campaign));
    return number;
}

uint32_t compose_local(struct simulation *simulation, const struct arrival *arrival)
{
    if (arrival->campaign != NO_CAMPAIGN)
        return compose_injected(simulation, arrival);
    uint32_t number = new_message(simulation, ORIGIN_LOCAL, 1);
    struct message *message = message_at(simulation, number);
    message->from = (struct address){9, DOMAIN_LOCAL, ADDRESS_ROLE};
    message->shape = 0;
    message->size = random_between(&simulation->random, 500, 3000);
    message->recipients[0].to = message->from;
    message->recipient_count = 1;
    return number;
}

uint32_t compose_notice(struct simulation *simulation, const struct message *parent)
{
    uint32_t number = new_message(simulation, ORIGIN_NOTICE, 1);
    struct message *message = message_at(simulation, number);
    message->from = (struct address){0, DOMAIN_LOCAL, ADDRESS_NULL};
    message->size = parent->size / 2 + 2500;
    message->campaign =
        parent->from.domain >= simulation->known_domains ? parent->campaign : NO_CAMPAIGN;
    add_recipient(simulation, message, parent->from);
    return number;
}

uint32_t compose_filtered(struct simulation *simulation, const struct message *parent)
{
    uint32_t number = new_message(simulation, ORIGIN_FILTERED, parent->recipient_count);
    struct message *message = message_at(simulation, number);
    message->account = parent->account;
    message->campaign = parent->campaign;
    message->from = parent->from;
    message->shape = parent->shape;
    message->message_id = parent->message_id;
    message->id_domain = parent->id_domain;
    message->size = parent->size + 480;
    memcpy(message->recipients, parent->recipients,
           parent->recipient_count * sizeof *parent->recipients);
    message->recipient_count = parent->recipient_count;
    return number;
}
