/* People, domains and addresses out of numbers: nothing is stored but the domains. */
#ifndef CORPUS_NAMES_H
#define CORPUS_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "random.h"
#include "writer.h"

enum address_style {
    ADDRESS_NULL,
    ADDRESS_ACCOUNT,
    ADDRESS_PERSON,
    ADDRESS_ROLE,
    ADDRESS_RANDOM,
    ADDRESS_VERP,
    ADDRESS_SRS
};

enum { DOMAIN_LOCAL = 0, DOMAIN_FREEMAIL = 1, DOMAIN_FREEMAIL_COUNT = 6, PERSON_NAMES = 1 << 12 };

/* person: an account's number, or any number, by style. */
struct address {
    uint32_t person;
    uint16_t domain;
    uint8_t style;
};

enum reply_style { REPLY_POSTFIX, REPLY_GOOGLE, REPLY_MICROSOFT, REPLY_EXIM, REPLY_STYLES };

struct domain {
    char name[48];
    char relay[96]; /* as `relay=` shows it, without the port */
    uint8_t reply;
};

struct domains {
    struct domain *items;
    size_t count, capacity;
};

void domains_make(struct domains *domains, const char *local, size_t remote, uint64_t seed);
/* One more, of the kind that phishing invents; its number. */
uint16_t domains_forge(struct domains *domains, struct random *random);

/* Distinct numbers give distinct text; at most 40 bytes. */
void put_person(struct writer *out, uint32_t person);
void put_role(struct writer *out, uint32_t person);

#endif
