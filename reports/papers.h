/* The papers of a case folder that lead to action. One file of a fixed name is one line of a table
 * here and one function over the incident. */
#ifndef POSTMORTEM_PAPERS_H
#define POSTMORTEM_PAPERS_H

#include "incident.h"

/* Writes them all, and those in folders of their own. Nothing is accused: method.txt alone. */
bool papers_write(struct case_folder *folder, const struct report *report,
                  const struct run_info *run, struct err *err);

/* A file of these that can be made without the facts. */
bool papers_need_no_facts(const char *name);

/* Lists of addresses to block for a week: what is not to be blocked stands as a comment. */
void ioc_blocklist(const struct incident *incident, struct out *out);
void ioc_nftables(const struct incident *incident, struct out *out);
void ioc_ipset(const struct incident *incident, struct out *out);
void ioc_fail2ban(const struct incident *incident, struct out *out);
void ioc_crowdsec(const struct incident *incident, struct out *out);
void ioc_stix(const struct incident *incident, struct out *out);

/* containment/ */
void contain_queue_ids(const struct incident *incident, struct out *out);
void contain_queue(const struct incident *incident, struct out *out);
void contain_by_hand(const struct incident *incident, struct out *out);
void contain_postfix(const struct incident *incident, struct out *out);
void contain_dovecot(const struct incident *incident, struct out *out);
void contain_zimbra(const struct incident *incident, struct out *out);
void contain_exim(const struct incident *incident, struct out *out);
void contain_sendmail(const struct incident *incident, struct out *out);
void contain_opensmtpd(const struct incident *incident, struct out *out);
void contain_exchange(const struct incident *incident, struct out *out);
void contain_limits(const struct incident *incident, struct out *out);

/* Whom and what to tell. */
void tell_reset(const struct incident *incident, struct out *out);
void tell_delist(const struct incident *incident, struct out *out);
void tell_method(const struct incident *incident, struct out *out);
void tell_owners(const struct incident *incident, struct out *out);
void tell_recipients(const struct incident *incident, struct out *out);
void tell_forged(const struct incident *incident, struct out *out);
void tell_letters(const struct incident *incident, struct out *out);

#endif
