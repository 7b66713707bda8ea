/* Files of one case folder that go into another as they stand. */
#ifndef POSTMORTEM_CASE_COPY_H
#define POSTMORTEM_CASE_COPY_H

#include "case.h"

/* Every file of dir that is not made anew from a report without facts; with reports, those to
 * networks too. */
bool case_copy(struct case_folder *folder, const char *dir, bool reports, struct err *err);

#endif
