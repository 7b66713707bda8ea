/* Microsoft Exchange 2007 to 2019: a file each for the three kinds of its logs. */
#ifndef POSTMORTEM_EXCHANGE_H
#define POSTMORTEM_EXCHANGE_H

#include "columns.h"
#include "event.h"

bool exchange_tracking(const struct row *row, struct event *out);
bool exchange_receive(const struct row *row, struct event *out);
bool exchange_send(const struct row *row, struct event *out);
bool exchange_mailbox(const struct row *row, bool pop, struct event *out);

/* Adds a column as a field if it is there and not empty. */
static inline void exchange_add(struct event *out, enum field_id id, struct str value)
{
    if (value.len)
        event_add(out, id, value);
}

/* "192.0.2.1:25", "[2001:db8::1]:25" as two fields. */
void exchange_endpoint(struct event *out, enum field_id ip, enum field_id port,
                       struct str endpoint);

/* "550 5.7.1 Unable to relay" as code, status and text; false if it is no reply. */
bool exchange_reply(struct str text, struct event *out);

/* The id in "...[InternalId=1414, Hostname=HUB2] ... Queued mail for delivery" of a server of ours,
 * else empty. */
struct str exchange_accepted_as(struct str answer);

/* A login as the account it means: the user of "DOMAIN\user", else as it is; the whole in detail.
 */
void exchange_user(struct event *out, struct str login);

#endif
