#include "examine.h"

#include "detectors.h"
#include "evidence.h"
#include "novelty.h"
#include "programs.h"
#include "reading.h"
#include "recipients.h"
#include "roles.h"
#include "verdict.h"

static const struct detector *const detectors[] = {
    &forgery_detector, &credentials_detector, &sources_detector,   &novelty_detector,
    &remote_detector,  &volume_detector,      &injection_detector, &bulk_detector,
    &reading_detector, &recipients_detector,  &programs_detector,  &company_detector,
    &drift_detector,
};

static void ask(struct subject *subject)
{
    evidence_clear(subject);
    roles_assign(subject);
    for (size_t i = 0; i < sizeof detectors / sizeof *detectors; i++)
        detectors[i]->look(subject);
    evidence_sum(subject);
}

void examine(struct subject *subject, const struct world *world, uint32_t principal,
             struct workbench *bench)
{
    subject_build(subject, world, principal, bench);
    subject_limit(subject);
    novelty_test(subject);
    reading_measure(subject);
    recipients_measure(subject);
    programs_measure(subject);
    ask(subject);
    subject->accused = subject->evidence_tenths >= SUM_SUSPICIOUS || verdict_was_read(subject);
    if (subject->accused) {
        subject->onset_usec = roles_onset(subject);
        ask(subject);
    }
    verdict_decide(subject);
}
