/* Facts that one log tells of a session that another log serves: what a mailbox server, a proxy or
 * webmail says of logins and submissions, before the whole is settled. Each works on the joined
 * store and needs the times of all its inputs. */
#ifndef POSTMORTEM_TOLD_H
#define POSTMORTEM_TOLD_H

#include "settle.h"
#include "store_internal.h"

struct joined {
    struct store *store;
    const struct clock_map *maps; /* by run */
    const struct settings *settings;
};

/* UTC; TIME_NONE without a time. */
int64_t joined_utc(const struct joined *joined, struct moment when);
/* Key under which spellings of one login meet: the user without domain, in lower case; 0 for none.
 */
uint32_t joined_user(const struct joined *joined, uint32_t name);
/* May both spell one login? The domain may be left out, not differ. */
bool joined_same_user(const struct store *store, uint32_t a, uint32_t b);
/* Is this an address behind which somebody else may stand: loopback, private, the server's own? */
bool joined_is_inner(const struct joined *joined, uint32_t ip);

/* Does that program tell of logins that others serve? */
bool told_is_front(struct str program);
bool joined_is_front(const struct store *store, uint32_t program);

/* Logins that have a session id, by it, then in the order of the log; the caller frees the array. */
struct access **logins_by_session(const struct store *store, uint32_t *ret_count);

/* One login, or one failure, told by several logs of one server counts once, with the address that
 * the one nearest to the client saw. */
void echoes_settle(const struct joined *joined);
/* SMTP logins that a mailbox server or a proxy logs give the MTA's sessions their account and their
 * true address. */
void smtp_logins_settle(const struct joined *joined);
/* Messages that webmail or a mailbox server handed to the MTA get the account and the address that
 * gave them. */
void webmail_settle(const struct joined *joined);
/* A session that two servers log is one login; what it hands to the MTA has its address. */
void backends_settle(const struct joined *joined);
/* All four. */
void told_settle(const struct joined *joined);

#endif
