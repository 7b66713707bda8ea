/* Mail addresses as mail servers other than Postfix print them (quoted local parts may hold
 * anything: RFC 5321, 4.1.2). */
#ifndef POSTMORTEM_ADDRESS_H
#define POSTMORTEM_ADDRESS_H

#include "str.h"

/* Takes an address off the front of *text, up to a blank or `stop` outside of quotes, or the end.
 */
struct str address_take(struct str *text, char stop);

#endif
