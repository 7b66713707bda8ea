/* Envelope senders without what forwarders and list managers wrap around them. */
#ifndef POSTMORTEM_SENDER_H
#define POSTMORTEM_SENDER_H

#include "intern.h"
#include "str.h"

/* Id of the domain a sender stands for, lower case, SRS (Mail::SRS), BATV (prvs=) and VERP undone;
 * 0 if it has none. */
uint32_t sender_domain(struct intern *names, struct str sender);

#endif
