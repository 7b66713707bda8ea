#include "population.h"

#include <math.h>
#include <stdlib.h>

#include "memory.h"

enum {
    NETWORKS = 60,
    MOBILE_NETWORK = 200, /* providers from here on are mobile ones */
    VPN_NETWORK = 300,
    TRAVEL_NETWORK = 400,
    FETCH_NETWORK = 900,
    OFFICES = 24,
    HOUR_USEC_DIVISOR = 1000000,
};

/* Shares of a day in per mille, by local hour. */
static const uint16_t rhythms[4][24] = {
    [RHYTHM_OFFICE] = {1,  1,  1,   1,   1,  3,  12, 45, 95, 110, 108, 98,
                       62, 80, 102, 100, 85, 55, 20, 8,  5,  4,   2,   1},
    [RHYTHM_SHIFT] = {20, 15, 15, 15, 25, 55, 60, 55, 50, 50, 48, 45,
                      45, 55, 60, 55, 50, 48, 45, 45, 45, 60, 40, 29},
    [RHYTHM_EVENING] = {10, 4,  2,  1,  1,  2,  10,  20,  25,  30,  32, 35,
                        40, 38, 35, 35, 45, 70, 110, 135, 130, 100, 60, 30},
    [RHYTHM_ALWAYS] = {36, 35, 34, 34, 35, 38, 40, 43, 45, 46, 46, 46,
                       45, 45, 46, 46, 45, 44, 43, 43, 42, 41, 40, 38},
};

static void name_account(struct population *population, uint32_t number)
{
    struct account *account = &population->accounts[number];
    struct writer out = {account->name};
    if (account->kind == ACCOUNT_PERSON) {
        put_person(&out,
                   number * 2654435761u % PERSON_NAMES + number / PERSON_NAMES * PERSON_NAMES);
    } else {
        static const char kinds[][12] = {"", "newsletter", "lists", "scanner"};
        put(&out, kinds[account->kind]);
        if (number >= 3)
            put_number(&out, number);
    }
    account->name_len = (uint8_t)(out.at - account->name);
}

static uint8_t choose_kind(uint32_t number)
{
    static const uint8_t first[] = {ACCOUNT_NEWSLETTER, ACCOUNT_LIST, ACCOUNT_DEVICE};
    return number % 1000 < 3 ? first[number % 1000] : ACCOUNT_PERSON;
}

static uint8_t choose_rhythm(double x)
{
    return x < 0.74   ? RHYTHM_OFFICE
           : x < 0.84 ? RHYTHM_SHIFT
           : x < 0.96 ? RHYTHM_EVENING
                      : RHYTHM_ALWAYS;
}

static void make_account(struct population *population, uint32_t number, struct random *random)
{
    const struct habits *habits = &population->habits;
    struct account *account = &population->accounts[number];
    account->kind = choose_kind(number);
    name_account(population, number);
    account->rhythm =
        account->kind == ACCOUNT_DEVICE ? RHYTHM_ALWAYS : choose_rhythm(random_unit(random));
    account->login = random_chance(random, 0.6)   ? LOGIN_FULL
                     : random_chance(random, 0.7) ? LOGIN_BARE
                                                  : LOGIN_BOTH;
    account->shape = (uint8_t)random_below(random, 6);
    account->skew = (int8_t)(random_below(random, 5)) - 2;
    account->recipients_a_day = (float)fmin(
        random_lognormal(random, habits->recipients_median, habits->recipients_sigma), 400);
    account->novelty = (float)(habits->novelty_low + habits->novelty_span * random_unit(random));
    account->book = (uint32_t)fmin(random_lognormal(random, habits->book_median, 0.8), 2000) + 5;
    account->network = (uint16_t)random_below(random, NETWORKS);
    account->office = (uint16_t)random_below(random, OFFICES);
    account->mobile =
        random_chance(random, habits->mobile_accounts) ? (float)habits->mobile_share : 0;
    account->v6 = random_chance(random, habits->v6);
    account->travels = random_chance(random, habits->travels);
    account->vpn = random_chance(random, habits->vpn);
    if (random_chance(random, habits->away)) {
        account->away_from = (uint16_t)random_below(random, 20);
        account->away_days = (uint16_t)random_between(random, 7, 21);
    }
}

void population_make(struct population *population, uint32_t count, uint64_t seed)
{
    struct random random;
    random_seed(&random, seed);
    population->seed = seed;
    population->count = count;
    population->accounts = memory_new(count, sizeof *population->accounts);
    for (uint32_t i = 0; i < count; i++)
        make_account(population, i, &random);
}

void population_free(struct population *population)
{
    free(population->accounts);
}

static bool weekend(int64_t day)
{
    int64_t weekday = (day + 4) % 7; /* 1970-01-01 was a Thursday; 0 is Sunday */
    return weekday == 0 || weekday == 6;
}

double population_busy(const struct account *account, int64_t day, unsigned hour)
{
    static const double weekends[] = {0.08, 0.8, 0.7, 1.0};
    unsigned local = (unsigned)((int)hour + 24 + account->skew) % 24;
    double share = rhythms[account->rhythm][local] / 1000.0;
    return weekend(day) ? share * weekends[account->rhythm] : share;
}

bool population_away(const struct account *account, unsigned log_day)
{
    return log_day >= account->away_from && log_day < account->away_from + account->away_days;
}

static struct client mobile_client(const struct population *population, uint32_t account,
                                   struct random *random)
{
    uint32_t network = MOBILE_NETWORK + (uint32_t)(random_mix(population->seed, account) % 3);
    uint8_t subnet = (uint8_t)random_below(random, 50);
    return client_v4(population->seed, network, subnet, (uint8_t)random_next(random),
                     CLIENT_UNKNOWN);
}

static struct client home_client(const struct population *population, uint32_t number, int64_t day)
{
    const struct account *account = &population->accounts[number];
    uint64_t stay = (uint64_t)(day + (int64_t)(random_mix(number, 7) % 10)) /
                    10; /* an address lasts ten days */
    uint64_t h = random_mix(random_mix(population->seed, number), stay);
    if (account->v6)
        return client_v6(population->seed, account->network, number, h);
    return client_v4(population->seed, account->network, (uint8_t)(number >> 3), (uint8_t)h,
                     number & 1 ? CLIENT_DYNAMIC : CLIENT_UNKNOWN);
}

static struct client office_client(const struct population *population,
                                   const struct account *account)
{
    struct client ret = client_v4(population->seed, 100u + account->office, 7,
                                  account->office == 0 ? 1 : 9, CLIENT_OFFICE);
    ret.network = account->office;
    return ret;
}

static struct client vpn_client(const struct population *population, uint32_t which)
{
    return client_v4(population->seed, VPN_NETWORK + which % 2, (uint8_t)(which / 2), 8,
                     CLIENT_UNKNOWN);
}

struct client population_proxy(const struct population *population, struct random *random)
{
    uint32_t network = random_below(random, NETWORKS);
    return client_v4(population->seed, network, (uint8_t)random_next(random),
                     (uint8_t)random_next(random), CLIENT_DYNAMIC);
}

struct client population_neighbour(const struct population *population, uint32_t number)
{
    const struct account *account = &population->accounts[number];
    return client_v4(population->seed, account->network, (uint8_t)((number >> 3) + 91),
                     (uint8_t)(number * 7), CLIENT_DYNAMIC);
}

struct client population_office(const struct population *population, uint32_t number)
{
    return office_client(population, &population->accounts[number]);
}

struct client population_fetcher(const struct population *population, struct random *random)
{
    return client_v4(population->seed, FETCH_NETWORK, (uint8_t)random_below(random, 3),
                     (uint8_t)random_below(random, 40), CLIENT_FETCHER);
}

struct client population_client(const struct population *population, uint32_t number, int64_t time,
                                struct random *random)
{
    const struct account *account = &population->accounts[number];
    int64_t day = time / HOUR_USEC_DIVISOR / 86400;
    unsigned hour = (unsigned)(time / HOUR_USEC_DIVISOR / 3600 % 24);
    if (account->shared)
        number = (uint32_t)(random_mix(number, random_below(random, 4)) % population->count);
    account = &population->accounts[number];
    if (account->kind != ACCOUNT_PERSON)
        return office_client(population, account);
    if (account->travels &&
        random_mix(random_mix(population->seed, number), (uint64_t)day + 99) % 100 < 10)
        return client_v4(
            population->seed, TRAVEL_NETWORK + (uint32_t)(random_mix(number, (uint64_t)day) % 200),
            (uint8_t)(random_mix(number, (uint64_t)day) >> 20), (uint8_t)day, CLIENT_UNKNOWN);
    if (random_chance(random, account->mobile))
        return mobile_client(population, number, random);
    if (account->vpn && random_chance(random, 0.5))
        return vpn_client(population, random_below(random, 6));
    bool at_work = account->rhythm == RHYTHM_OFFICE && hour >= 7 && hour < 18 && !weekend(day);
    return at_work && number % 10 < 7 ? office_client(population, account)
                                      : home_client(population, number, day);
}

static struct address somebody(uint64_t h, uint32_t domains)
{
    struct address ret = {(uint32_t)(h & 0xffffff), 0, ADDRESS_PERSON};
    if ((h >> 32 & 3) == 0)
        ret.domain = (uint16_t)(DOMAIN_FREEMAIL + (h >> 40) % DOMAIN_FREEMAIL_COUNT);
    else
        ret.domain = (uint16_t)(1 + (h >> 40) % (domains - 1));
    return ret;
}

struct address population_known(const struct population *population, uint32_t number,
                                uint32_t which, uint32_t domains)
{
    uint64_t own = random_mix(population->seed + 1, number);
    uint64_t h = random_mix(own, which);
    if (h % 10 < 3) {
        uint32_t colleague = (uint32_t)(random_mix(own, which % 40) % population->count);
        if (population->accounts[colleague].kind == ACCOUNT_PERSON)
            return (struct address){colleague, DOMAIN_LOCAL, ADDRESS_ACCOUNT};
    }
    return somebody(h, domains);
}

struct address population_contact(struct population *population, uint32_t number, uint32_t domains,
                                  struct random *random)
{
    struct account *account = &population->accounts[number];
    uint64_t own = random_mix(population->seed + 1, number);
    if (random_chance(random, account->novelty))
        return somebody(random_mix(own, 1000000 + account->strangers++), domains);
    uint32_t which = (uint32_t)(pow(account->book, random_unit(random)) - 1); /* Zipf */
    return population_known(population, number, which, domains);
}

void put_account(struct writer *out, const struct account *account)
{
    put_bytes(out, account->name, account->name_len);
}

void put_login(struct writer *out, const struct account *account, const char *domain, bool other)
{
    put_account(out, account);
    if (account->login == LOGIN_FULL || (account->login == LOGIN_BOTH && other)) {
        put_char(out, '@');
        put(out, domain);
    }
}
