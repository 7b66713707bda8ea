/* Something that is done on purpose to or with one account, or without any: an attack, or one of
 * the innocent things that look like one. Campaigns of one group are in one hand. */
#ifndef CORPUS_CAMPAIGN_H
#define CORPUS_CAMPAIGN_H

#include <stdbool.h>
#include <stdint.h>

#include "clients.h"
#include "names.h"

enum forgery {
    FORGERY_NONE,
    FORGERY_BRANDS,    /* a role at one of its domains */
    FORGERY_RANDOM,    /* a new name at one of its domains */
    FORGERY_CUSTOMERS, /* the same role at each of its domains */
    FORGERY_COLLEAGUE, /* another account of the server */
    FORGERY_BOUNCES,   /* none: the null sender */
    FORGERY_REWRITTEN, /* SRS of its domains */
};

enum audience {
    AUDIENCE_BOUGHT,  /* a list of strangers, none written to twice */
    AUDIENCE_MIXED,   /* four fifths bought, else people the account knows */
    AUDIENCE_USUAL,   /* as the account itself */
    AUDIENCE_BOOK,    /* everybody in the address book, one after another */
    AUDIENCE_STAFF,   /* half colleagues, half the address book */
    AUDIENCE_LIST,    /* the same list_size subscribers again and again */
    AUDIENCE_SERVICE, /* the one address of a machine */
    AUDIENCE_OWNER,   /* comes in for the account */
};

enum { SHAPE_OWN = 255 }; /* message ids as the account's own program makes them */

/* A crime has a class and a verdict that must at least be reached; an innocent thing one that must
 * not be passed. */
struct campaign {
    const char *scenario, *class, *least, *most;
    uint8_t confounder; /* number in the list of the detection model; 0: an attack */
    uint32_t group, account;
    struct client *clients;
    uint32_t client_count, client_capacity;
    uint32_t guesser_count; /* the last so many of the clients only guess */
    uint8_t forgery, audience, shape;
    uint16_t *domains; /* forged */
    uint32_t *domain_messages;
    uint32_t domain_count;
    uint32_t list_size;
    uint32_t colleague;
    uint32_t uid;
    uint32_t size_low, size_high; /* of messages; 0: as people's */
    double unknown, spam;         /* shares of recipients that do not exist, that refuse spam */
    bool framed;                  /* its sessions speak of the account as a log line would */
    uint64_t messages, recipients, failures, reads;
    /* microseconds, 0: none */
    int64_t first, last, guessed, entered, contained, last_try;
    uint32_t victims;  /* recipients made so far */
    int64_t peak_slot; /* begin of the five minutes that had most recipients */
    int64_t slot;      /* number of the five minutes at hand */
    uint64_t peak, slot_recipients;
};

void campaign_failed(struct campaign *campaign, int64_t now);
void campaign_entered(struct campaign *campaign, int64_t now);
/* arrived: of the message, which is accepted now. */
void campaign_sent(struct campaign *campaign, int64_t now, int64_t arrived, uint32_t recipients,
                   bool test);

static inline bool campaign_is_attack(const struct campaign *campaign)
{
    return !campaign->confounder;
}

#endif
