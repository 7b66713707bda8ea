/* What a next hop said. */
#ifndef CORPUS_REPLIES_H
#define CORPUS_REPLIES_H

#include <stdbool.h>

#include "message.h"
#include "writer.h"

struct simulation;

/* From `dsn=` to the end of the line. */
void put_reply(struct writer *out, const struct simulation *simulation,
               const struct message *message, const struct recipient *recipient, bool deferred);

#endif
