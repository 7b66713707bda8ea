/* IP addresses as logs write them. */
#ifndef POSTMORTEM_IP_H
#define POSTMORTEM_IP_H

#include <stdbool.h>
#include <stdint.h>

#include "str.h"

/* IPv4 as ::ffff:a.b.c.d. */
struct ip {
    uint8_t bytes[16];
};

/* Takes "IPv6:" prefixes, %zone suffixes and v4-mapped forms; false if it is no address. */
bool ip_parse(struct str text, struct ip *ret);
bool ip_is_v4(const struct ip *ip);
bool ip_is_loopback(const struct ip *ip);
/* RFC 1918, RFC 4193, RFC 6598 (CGNAT), link-local. Documentation and benchmark ranges are not
 * private. */
bool ip_is_private(const struct ip *ip);

enum { IP_TEXT = 48 };
/* Canonical text (RFC 5952), into text[IP_TEXT]. */
struct str ip_text(const struct ip *ip, char *text);

struct cidr {
    struct ip base;
    uint8_t bits; /* of the 128 */
};

/* "192.0.2.0/24", "2001:db8::/32" or a single address. */
bool cidr_parse(struct str text, struct cidr *ret);
bool cidr_has(const struct cidr *cidr, const struct ip *ip);

/* First bits of an address as a number that equal networks share: 24 or 16 bits of IPv4, 48 or 32
 * of IPv6. */
uint64_t ip_network(const struct ip *ip, unsigned v4_bits, unsigned v6_bits);

#endif
