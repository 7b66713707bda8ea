/* The fixed text of the papers: files of reports/papers as they stand there, with @name@ where
 * something of the incident goes. */
#ifndef POSTMORTEM_PAPER_TEXT_H
#define POSTMORTEM_PAPER_TEXT_H

#include "str.h"

struct incident;
struct out;

extern const struct str paper_common, paper_postfix, paper_dovecot, paper_zimbra, paper_exim,
    paper_sendmail, paper_opensmtpd, paper_exchange, paper_method, paper_delist, paper_letters;

/* Writes it with every @name@ filled in; a name that is not known stays as it is. */
void paper_write(struct str text, const struct incident *incident, struct out *out);

#endif
