#include "audience.h"

/* Out of a bought list: nobody is written to twice. */
static struct address victim(struct simulation *simulation, struct campaign *campaign)
{
    uint64_t h = random_mix(random_mix(simulation->options.seed, 555 + campaign->account),
                            campaign->victims++ + (uint64_t)campaign->group * 1000003);
    struct address ret = {(uint32_t)(h & 0xffffff), 0, ADDRESS_PERSON};
    bool free = h >> 30 & 1;
    uint64_t which = free ? DOMAIN_FREEMAIL + (h >> 40) % DOMAIN_FREEMAIL_COUNT
                          : 1 + (h >> 40) % (simulation->known_domains - 1);
    ret.domain = (uint16_t)which;
    return ret;
}

/* Subscribers, customers: one after another, and again. */
static struct address subscriber(const struct simulation *simulation, struct campaign *campaign)
{
    uint64_t h = random_mix(random_mix(simulation->options.seed, 777 + campaign->group),
                            campaign->victims++ % campaign->list_size);
    return (struct address){(uint32_t)(h & 0xffffff),
                            (uint16_t)(1 + (h >> 32) % (simulation->known_domains - 1)),
                            ADDRESS_PERSON};
}

static struct address known(struct simulation *simulation, struct campaign *campaign)
{
    const struct account *account = &simulation->population.accounts[campaign->account];
    return population_known(&simulation->population, campaign->account,
                            campaign->victims++ % account->book, simulation->known_domains);
}

struct address audience_next(struct simulation *simulation, struct campaign *campaign)
{
    struct random *random = &simulation->random;
    switch (campaign->audience) {
    case AUDIENCE_LIST:
        return subscriber(simulation, campaign);
    case AUDIENCE_SERVICE:
        return (struct address){7, DOMAIN_FREEMAIL, ADDRESS_ROLE};
    case AUDIENCE_OWNER:
        return (struct address){campaign->account, DOMAIN_LOCAL, ADDRESS_ACCOUNT};
    case AUDIENCE_BOOK:
        return known(simulation, campaign);
    case AUDIENCE_STAFF:
        if (random_chance(random, 0.5))
            return (struct address){random_below(random, simulation->population.count),
                                    DOMAIN_LOCAL, ADDRESS_ACCOUNT};
        return known(simulation, campaign);
    case AUDIENCE_USUAL:
        return population_contact(&simulation->population, campaign->account,
                                  simulation->known_domains, random);
    case AUDIENCE_MIXED:
        if (random_chance(random, 0.2))
            return population_contact(&simulation->population, campaign->account,
                                      simulation->known_domains, random);
        return victim(simulation, campaign);
    default:
        return victim(simulation, campaign);
    }
}

void audience_forge(struct simulation *simulation, struct campaign *campaign,
                    struct message *message)
{
    struct random *random = &simulation->random;
    if (campaign->forgery == FORGERY_NONE)
        return;
    if (campaign->forgery == FORGERY_BOUNCES) {
        message->from.style = ADDRESS_NULL;
        return;
    }
    if (campaign->forgery == FORGERY_COLLEAGUE) {
        message->from.person = campaign->colleague;
        return;
    }
    uint32_t which = random_below(random, campaign->domain_count);
    message->campaign_domain = (uint16_t)which;
    message->from.domain = campaign->domains[which];
    if (campaign->forgery == FORGERY_REWRITTEN) {
        message->from.style = ADDRESS_SRS;
        message->from.person = random_below(random, 1 << 20);
        return;
    }
    bool invented = campaign->forgery == FORGERY_RANDOM;
    message->from.style = invented ? ADDRESS_RANDOM : ADDRESS_ROLE;
    message->from.person = invented                                 ? (uint32_t)random_next(random)
                           : campaign->forgery == FORGERY_CUSTOMERS ? which % 4
                                                                    : random_below(random, 16);
    message->id_domain = message->from.domain;
}
