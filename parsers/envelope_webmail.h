/* What webmail and the proxies in front write into files of their own. */
#ifndef POSTMORTEM_ENVELOPE_WEBMAIL_H
#define POSTMORTEM_ENVELOPE_WEBMAIL_H

#include <stdbool.h>

#include "envelope.h"
#include "str.h"

/* nginx's error_log: "2026/11/22 16:22:34 [info] 8#8: *1 text". Program is "nginx-mail", or
   "nginx/http" where the line is about a request. */
bool envelope_nginx(struct str line, struct envelope *ret);
/* Roundcube: "[22-Nov-2026 16:22:34 +0000]: <session> text". Program is "roundcube", or
   "roundcube-errors" for what its errors log says. */
bool envelope_roundcube(struct str line, struct envelope *ret);
/* SOGo: "sogod [1234]: text" behind the stamp, without a host. */
bool envelope_sogo(struct str rest, struct envelope *ret);
/* Horde: "NOTICE: HORDE [imp] text" behind the stamp. */
bool envelope_horde(struct str rest, struct envelope *ret);

#endif
