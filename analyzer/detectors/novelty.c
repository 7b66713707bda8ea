/* S-07: does the mail from strange networks go to strangers? A sequential test over its recipients;
 * the strongest sign of spam that keeps the volume low. */
#include "novelty.h"

#include <math.h>

#include "detectors.h"
#include "evidence.h"

/* Error rate 1e-5; old good behaviour cannot hide new bad. */
static const double alarm_at = 11.512925464970229, floor_at = -5.0;
/* What is usual before an account has written anything, worth so many recipients. */
static const double prior_fresh = 0.2, prior_weight = 10;

#define LEARNING_USEC ((int64_t)7 * SEC_PER_DAY * USEC_PER_SEC)

struct set {
    uint64_t *slots;
    uint64_t mask;
};

static struct set set_for(const struct subject *subject)
{
    uint64_t recipients = 0, slots = 16;
    for (uint32_t i = 0; i < subject->whole->message_count; i++)
        recipients += subject->whole->messages[i].recipient_count;
    while (slots < recipients * 2)
        slots *= 2;
    return (struct set){arena_alloc(subject->arena, slots * sizeof(uint64_t)), slots - 1};
}

static bool set_add(struct set *set, uint64_t key)
{
    key = key ? key : 1;
    uint64_t at = (key * UINT64_C(0x9e3779b97f4a7c15) >> 20) & set->mask;
    for (; set->slots[at]; at = (at + 1) & set->mask)
        if (set->slots[at] == key)
            return false;
    set->slots[at] = key;
    return true;
}

/* Whether each recipient is new, message after message of the whole log; from those that count on.
 */
static uint8_t *mark_fresh(const struct subject *subject, struct novelty *novelty)
{
    struct set set = set_for(subject);
    const struct recipient_fact *recipients = subject->world->facts->recipients;
    size_t total = 0;
    for (uint32_t i = 0; i < subject->whole->message_count; i++)
        total += subject->whole->messages[i].recipient_count;
    uint8_t *fresh = arena_alloc(subject->arena, total + 1);
    size_t at = 0, first = 0;
    /* In its first days everybody is new. */
    int64_t settled = total ? subject->whole->messages[0].first_usec + LEARNING_USEC : 0;
    for (uint32_t i = 0; i < subject->whole->message_count; i++) {
        const struct message *message = &subject->whole->messages[i];
        first = i == subject->earlier ? at : first;
        for (uint32_t k = 0; k < message->recipient_count; k++, at++) {
            fresh[at] = set_add(&set, recipients[message->recipient_first + k].address);
            if (!subject->whole->unfamiliar[i] && message->first_usec >= settled) {
                novelty->own_recipients++;
                novelty->own_fresh += fresh[at];
            }
        }
    }
    return fresh + (subject->earlier < subject->whole->message_count ? first : total);
}

static double clamp(double value, double low, double high)
{
    return value < low ? low : value > high ? high : value;
}

static void run(struct subject *subject, const uint8_t *fresh, struct novelty *novelty, bool mark)
{
    double own = ((double)novelty->own_fresh + prior_weight * prior_fresh) /
                 ((double)novelty->own_recipients + prior_weight);
    double usual = clamp(own + 0.15, 0.35, 0.8), odd = usual + 0.15 > 0.85 ? usual + 0.15 : 0.85;
    double hit = log(odd / usual), miss = log((1 - odd) / (1 - usual)), sum = 0;
    int64_t since = INT64_MAX;
    size_t at = 0;
    for (uint32_t i = 0; i < subject->message_count; i++) {
        const struct message *message = &subject->messages[i];
        if (!subject->unfamiliar[i]) {
            at += message->recipient_count;
            continue;
        }
        if (sum <= 0)
            since = message->first_usec;
        for (uint32_t k = 0; k < message->recipient_count; k++, at++) {
            sum += fresh[at] ? hit : miss;
            sum = sum < floor_at ? floor_at : sum;
            novelty->recipients += !mark;
            novelty->fresh += !mark && fresh[at];
        }
        if (sum >= alarm_at && !novelty->alarm) {
            novelty->alarm = true;
            novelty->start_usec = since;
        }
        if (mark && message->first_usec >= novelty->start_usec)
            subject->novel[i] = true;
    }
}

/* Of addresses from which the account writes to people it knows, nothing is odd. */
static void choose_ties(struct subject *subject, const uint8_t *fresh)
{
    size_t at = 0;
    for (uint32_t i = 0; i < subject->message_count; at += subject->messages[i++].recipient_count) {
        if (!subject->novel[i] || subject->message_tie[i] == NO_TIE)
            continue;
        struct tie *tie = &subject->ties[subject->message_tie[i]];
        for (uint32_t k = 0; k < subject->messages[i].recipient_count; k++)
            tie->strangers += fresh[at + k];
        tie->strange_recipients += subject->messages[i].recipient_count;
    }
    for (uint32_t i = 0; i < subject->tie_count; i++) {
        struct tie *tie = &subject->ties[i];
        tie->in_novel_slice = tie->strangers && tie->strangers * 2 > tie->strange_recipients;
    }
    for (uint32_t i = 0; i < subject->message_count; i++)
        if (subject->message_tie[i] != NO_TIE)
            subject->novel[i] =
                subject->novel[i] && subject->ties[subject->message_tie[i]].in_novel_slice;
}

static struct novelty test(struct subject *subject, bool choose)
{
    struct novelty novelty = {.start_usec = INT64_MAX};
    if (!subject->has_habits || subject->principal->kind != PRINCIPAL_ACCOUNT)
        return novelty;
    const uint8_t *fresh = mark_fresh(subject, &novelty);
    run(subject, fresh, &novelty, false);
    if (!novelty.alarm || !choose)
        return novelty;
    run(subject, fresh, &novelty, true);
    choose_ties(subject, fresh);
    return novelty;
}

struct novelty novelty_test(struct subject *subject)
{
    return test(subject, true);
}

static void look(struct subject *subject)
{
    struct novelty novelty = test(subject, false);
    struct refs refs = {0};
    if (!novelty.alarm)
        return;
    for (uint32_t i = 0; i < subject->message_count; i++)
        if (subject->unfamiliar[i] && subject->messages[i].first_usec >= novelty.start_usec)
            refs_add(&refs, subject->messages[i].place);
    evidence_add(subject, S07_NOVELTY, &refs,
                 "from networks not its own to %u recipients, %u of them never written to before "
                 "(%u %%); from its own: %u of %u (%u %%)",
                 novelty.recipients, novelty.fresh,
                 novelty.recipients ? 100 * novelty.fresh / novelty.recipients : 0,
                 novelty.own_fresh, novelty.own_recipients,
                 novelty.own_recipients ? 100 * novelty.own_fresh / novelty.own_recipients : 0);
}

const struct detector novelty_detector = {"novelty", look};
