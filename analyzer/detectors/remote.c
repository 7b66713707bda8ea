/* R: what did the others say? Unknown recipients and spam refusals. */
#include <math.h>
#include <stdlib.h>

#include "detectors.h"
#include "evidence.h"
#include "numbers.h"
#include "subject_build.h"

static const double usual_unknown = 0.04, odd_unknown = 0.20, alarm_at = 11.512925464970229,
                    floor_at = -5.0;

/* Whoever writes to thousands is called a spammer by some. */
enum { SPAM_PERCENT = 2 };
enum { SPAM_REPLIES = 5, SPAM_DOMAINS = 3, OWN_FILTER = 5 };

/* The attackers' slice if there is one, else everything. */
static bool has_slice(const struct subject *subject)
{
    for (uint32_t i = 0; i < subject->message_count; i++)
        if (subject->abuse[i])
            return true;
    return false;
}

static bool in_slice(const struct subject *subject, uint32_t message, bool slice)
{
    return slice ? subject->abuse[message] : subject_counts(subject, &subject->messages[message]);
}

static void look_at_unknown(struct subject *subject, bool slice)
{
    double hit = log(odd_unknown / usual_unknown),
           miss = log((1 - odd_unknown) / (1 - usual_unknown)), sum = 0;
    uint32_t answered = 0, unknown = 0;
    bool alarm = false;
    struct refs refs = {0};
    for (uint32_t i = 0; i < subject->message_count; i++) {
        const struct recipient_fact *recipients =
            message_recipients(subject, &subject->messages[i]);
        if (!in_slice(subject, i, slice))
            continue;
        for (uint32_t k = 0; k < subject->messages[i].recipient_count; k++) {
            bool refused = recipients[k].settled == SETTLED_BOUNCED;
            bool bad = refused && recipients[k].reason == REASON_USER_UNKNOWN;
            if (!refused && recipients[k].settled != SETTLED_DELIVERED)
                continue;
            answered++;
            unknown += bad;
            sum += bad ? hit : miss;
            sum = sum < floor_at ? floor_at : sum;
            alarm = alarm || sum >= alarm_at;
            if (bad && (refs.count == 0 || refs.items[refs.count - 1].place.offset !=
                                               subject->messages[i].place.offset))
                refs_add(&refs, subject->messages[i].place);
        }
    }
    if (alarm)
        evidence_add(subject, slice ? R01_FOREIGN : R01_UNKNOWN, &refs,
                     "%u of %u recipients with an answer do not exist (%u %%); usual: below 4 %%",
                     unknown, answered, answered ? 100 * unknown / answered : 0);
}

static void look_at_spam(struct subject *subject, bool slice)
{
    const struct world *world = subject->world;
    uint32_t count = 0, room = 0, distinct = 0, all = 0;
    struct refs refs = {0};
    for (uint32_t i = 0; i < subject->message_count; i++)
        room += subject->messages[i].recipient_count;
    uint32_t *domains = arena_alloc(subject->arena, ((size_t)room + 1) * sizeof *domains);
    for (uint32_t i = 0; i < subject->message_count; i++) {
        const struct recipient_fact *recipients =
            message_recipients(subject, &subject->messages[i]);
        uint32_t before = count;
        all += in_slice(subject, i, slice) ? subject->messages[i].recipient_count : 0;
        for (uint32_t k = 0;
             in_slice(subject, i, slice) && k < subject->messages[i].recipient_count; k++)
            if (recipients[k].reason == REASON_SPAM)
                domains[count++] = world->domain_of[recipients[k].domain];
        if (count > before)
            refs_add(&refs, subject->messages[i].place);
    }
    qsort(domains, count, sizeof *domains, compare_u32);
    for (uint32_t i = 0; i < count; i++)
        distinct += i == 0 || domains[i] != domains[i - 1];
    if (count == 0)
        return;
    bool many = count >= SPAM_REPLIES && distinct >= SPAM_DOMAINS &&
                (slice || (uint64_t)count * 100 >= (uint64_t)all * SPAM_PERCENT);
    evidence_add(subject, many ? R02_FIVE : R02_SOME, &refs,
                 "%u of %u recipients, of %u domains, refused as spam; usual: 0", count, all,
                 distinct);
}

/* Our own filter, at the submission. */
static void look_at_own_filter(struct subject *subject)
{
    struct refs refs = {0};
    uint32_t count = 0;
    for (uint32_t i = 0; i < subject->refusal_count; i++) {
        if (subject->refusals[i].reason != REASON_SPAM)
            continue;
        count++;
        refs_add(&refs, subject->refusals[i].place);
    }
    if (count >= OWN_FILTER)
        evidence_add(subject, R02_OWN_FILTER, &refs,
                     "the server's own filter refused %u of its messages as spam; usual: 0", count);
}

static void look(struct subject *subject)
{
    bool slice = has_slice(subject);
    look_at_unknown(subject, slice);
    look_at_spam(subject, slice);
    look_at_own_filter(subject);
}

const struct detector remote_detector = {"remote", look};
