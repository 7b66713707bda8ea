/* The questions asked about a subject. Each detector is one file and one row of the registry in
 * examine.c. */
#ifndef POSTMORTEM_DETECTORS_H
#define POSTMORTEM_DETECTORS_H

#include "subject.h"

struct detector {
    const char *name;
    void (*look)(struct subject *subject); /* adds what it finds with evidence_add */
};

extern const struct detector forgery_detector, credentials_detector, sources_detector,
    novelty_detector, remote_detector, volume_detector, injection_detector, bulk_detector,
    reading_detector, recipients_detector, programs_detector, company_detector, drift_detector;

#endif
