/* What a campaign writes: to whom, and as whom. */
#ifndef CORPUS_AUDIENCE_H
#define CORPUS_AUDIENCE_H

#include "simulation.h"

struct address audience_next(struct simulation *simulation, struct campaign *campaign);
/* Sets the sender and whose domain the message id has; the message is the campaign's. */
void audience_forge(struct simulation *simulation, struct campaign *campaign,
                    struct message *message);

#endif
