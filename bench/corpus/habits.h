/* What people and strangers usually do: every number that the population is drawn from. */
#ifndef CORPUS_HABITS_H
#define CORPUS_HABITS_H

#include "random.h"

struct habits {
    double recipients_median, recipients_sigma; /* a day, over accounts */
    double novelty_low, novelty_span;           /* share of recipients never written to before */
    double book_median;
    double mobile_accounts, mobile_share, v6, travels, vpn, away;
    double typos, stale_devices;      /* a login; an account a day */
    double inbound;                   /* messages for each recipient sent */
    double reads;                     /* mailbox logins a day */
    double rejects, guesses, scans;   /* a day for each account */
    double unknown, spam, greylisted; /* outcomes of ordinary mail */
};

struct habits habits_usual(void);
/* Each anew, between half and twice itself. */
void habits_stretch(struct habits *habits, struct random *random);

#endif
