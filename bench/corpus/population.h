/* The accounts of the server: who they are, when and from where they write, to whom. */
#ifndef CORPUS_POPULATION_H
#define CORPUS_POPULATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "clients.h"
#include "habits.h"
#include "names.h"
#include "random.h"

enum { POPULATION_NETWORKS = 1000 }; /* numbers of providers that people use */

enum account_kind { ACCOUNT_PERSON, ACCOUNT_NEWSLETTER, ACCOUNT_LIST, ACCOUNT_DEVICE };
enum rhythm { RHYTHM_OFFICE, RHYTHM_SHIFT, RHYTHM_EVENING, RHYTHM_ALWAYS };
enum login_style { LOGIN_FULL, LOGIN_BARE, LOGIN_BOTH };

struct account {
    char name[32];
    uint8_t name_len;
    uint8_t kind, rhythm, login, shape; /* shape: of the message ids its program makes */
    int8_t skew;                        /* hours */
    bool v6, travels, vpn;
    float recipients_a_day;
    float novelty;      /* share of recipients never written to before */
    uint32_t book;      /* addresses it knows */
    uint32_t strangers; /* how many it has written to for the first time */
    uint16_t network, office;
    float mobile;                  /* share of sessions from a mobile network */
    uint16_t away_from, away_days; /* dormant, in days of the log */
    bool taken;                    /* a campaign has it */
    bool fetched;                  /* a service of a mail app reads the mailbox too */
    bool travelling;               /* what is done while away is planned elsewhere */
    bool shared;                   /* a role: used from wherever its colleagues are */
    struct address forward_to;     /* of a null style: nobody */
    int64_t forward_from;
};

struct population {
    struct account *accounts;
    uint32_t count;
    uint64_t seed;
    struct habits habits;
};

/* habits: set by the caller */
void population_make(struct population *population, uint32_t count, uint64_t seed);
void population_free(struct population *population);

/* How busy this hour is for the account, summing to about 1 over a working day. day: since 1970. */
double population_busy(const struct account *account, int64_t day, unsigned hour);
bool population_away(const struct account *account, unsigned log_day);
/* Where the account is at this moment. */
struct client population_client(const struct population *population, uint32_t account, int64_t time,
                                struct random *random);
/* Somebody the account writes to. */
/* An address at another customer of a provider that people use; in the neighbourhood of the
 * account's home; its office; of a service that fetches mail. */
struct client population_proxy(const struct population *population, struct random *random);
struct client population_neighbour(const struct population *population, uint32_t account);
struct client population_office(const struct population *population, uint32_t account);
struct client population_fetcher(const struct population *population, struct random *random);
/* Which of the address book; and one of them, or a stranger. */
struct address population_known(const struct population *population, uint32_t account,
                                uint32_t which, uint32_t domains);
struct address population_contact(struct population *population, uint32_t account, uint32_t domains,
                                  struct random *random);

void put_account(struct writer *out, const struct account *account);
/* As spelled at one login: some people leave the domain away, some do both. */
void put_login(struct writer *out, const struct account *account, const char *domain, bool other);

#endif
