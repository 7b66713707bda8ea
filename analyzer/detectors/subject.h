/* One principal under examination: its part of the facts, cut by address, and the evidence found so
 * far. */
#ifndef POSTMORTEM_SUBJECT_H
#define POSTMORTEM_SUBJECT_H

#include "finding.h"
#include "weights.h"
#include "world.h"

#define NO_TIE UINT32_MAX
#define DAY_NEVER INT32_MAX

/* One account at one address. */
struct tie {
    uint32_t source; /* index into facts->sources */
    uint32_t logins, failures, mailbox_logins;
    uint32_t failed_first; /* longest run of failures in the hour before a success */
    uint32_t messages, recipients, own_messages, foreign_messages, foreign_recipients,
        outside_domains;
    uint32_t strangers, strange_recipients; /* of unfamiliar mail since the alarm: new, and all */
    uint64_t most_bytes;                    /* read from the mailbox by one login */
    uint32_t answered, unwanted; /* recipients with an outcome; of them, unknown or called spam */
    int64_t first_usec, last_usec, first_ok_usec, last_ok_usec, first_failed_usec, last_failed_usec;
    int64_t ever_ok_usec;  /* first success, inside the limits or not */
    int32_t familiar_from; /* day number from which its network is one of the account's own, or
                              DAY_NEVER */
    bool habitual, unfamiliar, in_novel_slice;
    bool took_much;      /* read far more at once than the owner ever does */
    bool owners_program; /* the intruder has another one */
    bool blasted;        /* wrote to all the account knows, or to many colleagues, at once */
    uint8_t role, did;
    int odds_tenths;
};

struct item {
    enum signal signal;
    int tenths; /* as it counts after halving and caps */
    const char *text;
    struct ref refs[REFS_MAX];
    uint32_t ref_count;
};

enum { ITEMS_MAX = 32 };

struct subject {
    const struct world *world;
    const struct principal *principal;
    uint32_t index;
    const struct message *messages; /* inside the limits, as the logins and refusals */
    const struct login *logins;
    const struct refusal *refusals;
    uint32_t message_count, login_count, refusal_count;
    uint32_t *message_tie, *login_tie; /* NO_TIE: hidden */
    uint32_t
        *foreign; /* by message: registrable domain that is neither local nor an identity, or 0 */
    bool *abuse;  /* by message: of the attackers' slice */
    bool *unfamiliar; /* by message: from a network that was not the account's own at that time, or
                         from a webmail it did not use */
    bool *novel;      /* by message: of unfamiliar ones to strangers that raised the alarm */
    const struct subject *whole; /* before it was narrowed to the limits, for habits; else itself */
    uint32_t earlier;            /* messages of the whole before messages[0] */
    struct tie *ties;
    uint32_t tie_count;
    uint32_t *identities; /* registrable domains that are the account's own, beyond local ones */
    uint32_t identity_count;
    uint32_t foreign_domains, foreign_messages, foreign_recipients;
    bool has_habits;    /* its past tells which networks are its own */
    bool accused;       /* first look: at suspicious or above */
    int64_t onset_usec; /* of the misuse as the first look found it, or INT64_MAX */
    struct item items[ITEMS_MAX];
    uint32_t item_count;
    int evidence_tenths;
    uint8_t verdict, class;
    struct arena *arena; /* of this examination */
};

/* Any mail from a network that was not the account's own? Most accounts have none. */
static inline bool subject_is_elsewhere(const struct subject *subject)
{
    for (uint32_t i = 0; i < subject->message_count; i++)
        if (subject->unfamiliar[i])
            return true;
    return false;
}

#endif
