/* Client addresses as web servers and proxies write them. */
#ifndef POSTMORTEM_ADDRESS_LIST_H
#define POSTMORTEM_ADDRESS_LIST_H

#include "str.h"

/* "1.2.3.4, 5.6.7.8": each hop appends whom it saw, and the client may have begun the list with
   anything. What counts is the last one that is no inner proxy; empty if none is an address. */
struct str address_list_client(struct str list);

/* The address of "1.2.3.4:5678", "[2001:db8::1]:5678" or a bare one; *ret_port empty if none. */
struct str address_without_port(struct str text, struct str *ret_port);

#endif
