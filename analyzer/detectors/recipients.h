/* Whom the mail from strange networks goes to. */
#ifndef POSTMORTEM_RECIPIENTS_H
#define POSTMORTEM_RECIPIENTS_H

#include "subject.h"

/* Sets blasted of the ties from which everybody was written to that the account knows, or a crowd
 * of colleagues. */
void recipients_measure(struct subject *subject);

#endif
