/* qmail and what runs around it: qmail-send, tcpserver, vpopmail's vchkpw, CHKUSER, spamdyke,
 * simscan. Line forms: qmail-send.c, qmail-lspawn.c, qmail-remote.c (netqmail 1.06), vchkpw.c
 * (vpopmail 5.4), chkuser.c 2.0, log.c of spamdyke 5, simscan.c. */
#ifndef POSTMORTEM_QMAIL_H
#define POSTMORTEM_QMAIL_H

#include "event.h"
#include "template.h"

/* qmail-send has a line for the start of a delivery and one for its end: the two are one event,
   made of both, the second behind a line end. */
bool qmail_send(struct str text, struct event *out);
/* "vchkpw-smtp: password fail user@host:192.0.2.1" */
bool qmail_login(struct str text, struct event *out);
/* "ALLOWED from: ... to: ... origin_ip: ..." */
bool qmail_spamdyke(struct str text, struct event *out);
/* "CHKUSER rejected rcpt: from <...> remote <...> rcpt <...> : reason" */
bool qmail_chkuser(struct str text, struct event *out);

extern const struct line_kind qmail_send_kinds[];

#endif
