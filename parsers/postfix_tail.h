/* What smtpd, cleanup and postscreen write behind a reason: "from=<S> to=<R> proto=P helo=<H>
 * sasl_username=<U>". */
#ifndef POSTMORTEM_POSTFIX_TAIL_H
#define POSTMORTEM_POSTFIX_TAIL_H

#include "event.h"
#include "str.h"

struct postfix_tail {
    struct str sender, recipient, proto, helo, username; /* ptr NULL if missing */
    struct str behind; /* cleanup's "text" behind "helo=<H>: text" */
    size_t begin;      /* where the "; " before it is */
    bool cut;
};
/* separator is " " (smtpd, cleanup) or ", " (postscreen); with_text allows "behind". */
bool postfix_tail_find(struct str text, struct str separator, bool with_text,
                       struct postfix_tail *ret);
void postfix_tail_add(const struct postfix_tail *tail, struct event *out);
/* Does text hold words of a tail? A line with them, but without a tail, is damaged and not cut. */
bool postfix_tail_traces(struct str text);

#endif
