/* Who read how much in the mailbox. */
#ifndef POSTMORTEM_READING_H
#define POSTMORTEM_READING_H

#include "subject.h"

/* Sets took_much of the ties from which far more was read than the owner reads. */
void reading_measure(struct subject *subject);

#endif
