/* Recipients the account never wrote to before. */
#ifndef POSTMORTEM_NOVELTY_H
#define POSTMORTEM_NOVELTY_H

#include "subject.h"

struct novelty {
    bool alarm;
    uint32_t recipients, fresh;         /* of the slice */
    uint32_t own_recipients, own_fresh; /* of everything else */
    int64_t start_usec;                 /* where the run that raised the alarm began */
};

/* Walks the mail from unfamiliar networks; sets in_novel_slice of the ties that are part of an
 * alarm. */
struct novelty novelty_test(struct subject *subject);

#endif
