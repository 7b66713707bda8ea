#include "habits.h"

#include <math.h>
#include <stddef.h>

struct habits habits_usual(void)
{
    return (struct habits){
        .recipients_median = 6,
        .recipients_sigma = 1.2,
        .novelty_low = 0.05,
        .novelty_span = 0.2,
        .book_median = 60,
        .mobile_accounts = 0.4,
        .mobile_share = 0.25,
        .v6 = 0.06,
        .travels = 0.3,
        .vpn = 0.05,
        .away = 0.1,
        .typos = 0.015,
        .stale_devices = 0.001,
        .inbound = 0.6,
        .reads = 3,
        .rejects = 5,
        .guesses = 3,
        .scans = 0.7,
        .unknown = 0.012,
        .spam = 0.001,
        .greylisted = 0.05,
    };
}

static void stretch(double *value, struct random *random)
{
    *value *= exp2(2 * random_unit(random) - 1);
}

void habits_stretch(struct habits *h, struct random *random)
{
    double sigma = h->recipients_sigma;
    double *const values[] = {
        &h->recipients_median,
        &h->novelty_low,
        &h->novelty_span,
        &h->book_median,
        &h->mobile_accounts,
        &h->mobile_share,
        &h->v6,
        &h->travels,
        &h->vpn,
        &h->away,
        &h->typos,
        &h->inbound,
        &h->stale_devices,
        &h->reads,
        &h->rejects,
        &h->guesses,
        &h->scans,
        &h->unknown,
        &h->spam,
        &h->greylisted,
    };
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        stretch(values[i], random);
    h->recipients_sigma = sigma * (0.8 + 0.4 * random_unit(random)); /* an exponent: less of it */
}
