/* G: in whose company? Strangers' addresses that misused other accounts beyond doubt. */
#include "detectors.h"
#include "evidence.h"

enum { MANY = 4, LEAST_TENTHS = 100 };

static struct refs refer(const struct subject *subject, uint32_t tie)
{
    struct refs refs = {0};
    for (uint32_t i = 0; i < subject->message_count; i++)
        if (subject->message_tie[i] == tie)
            refs_add(&refs, subject->messages[i].place);
    for (uint32_t i = 0; i < subject->login_count; i++)
        if (subject->login_tie[i] == tie && subject->logins[i].outcome == LOGIN_OK)
            refs_add(&refs, subject->logins[i].place);
    return refs;
}

static void look(struct subject *subject)
{
    const struct world *world = subject->world;
    uint32_t shared = 0, example = NO_TIE;
    int alone = 0;
    for (uint32_t i = 0; i < subject->item_count; i++)
        alone += weights[subject->items[i].signal].tenths;
    if (subject->principal->kind != PRINCIPAL_ACCOUNT || alone < LEAST_TENTHS)
        return;
    for (uint32_t i = 0; i < subject->tie_count; i++) {
        const struct tie *tie = &subject->ties[i];
        const struct source_view *source = &world->sources[tie->source];
        if (tie->role != ROLE_ATTACKER || tie->first_ok_usec == INT64_MAX ||
            source->certain <= world->certain[subject->index])
            continue;
        shared++;
        example = example == NO_TIE ? i : example;
    }
    if (!shared)
        return;
    struct refs refs = refer(subject, example);
    evidence_add(subject,
                 shared >= MANY ? G01_FOUR
                 : shared >= 2  ? G01_TWO
                                : G01_ONE,
                 &refs,
                 "used from %u strange address%s from which other accounts were misused, too; "
                 "usual: 0",
                 shared, shared == 1 ? "" : "es");
}

const struct detector company_detector = {"company", look};
