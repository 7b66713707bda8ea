/* Rows of Exchange's own logs (columns.h): their time, server and session. */
#ifndef POSTMORTEM_ENVELOPE_EXCHANGE_H
#define POSTMORTEM_ENVELOPE_EXCHANGE_H

#include "columns.h"
#include "envelope.h"

/* Takes a line of a file that is a table apart; a header line changes *now, and is a separator.
   Program is "exchange", "exchange-send", "exchange-imap4" or "exchange-pop3"; host the server as
   far as the row names it, up to the first dot; pid the low half of the SMTP session's id, which
   counts up; text the row, for columns_row. NULL, or why it is no row. */
const char *envelope_exchange(struct str line, struct columns *now, struct envelope *ret);

/* The same for a line of any table, listings of queues too. */
const char *envelope_table(struct str line, struct columns *now, struct envelope *ret);

/* The session of a message in message tracking: the head of "08DC1DB12C345BE5;2024-01-25T...;0". */
uint32_t exchange_session(struct str id, struct str endpoint);

#endif
