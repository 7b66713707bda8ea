/* Files of address ranges, one a line. */
#ifndef POSTMORTEM_RANGES_H
#define POSTMORTEM_RANGES_H

#include "err.h"
#include "ip.h"

struct range {
    struct ip low, high;
    char country[3]; /* empty: not told */
};

/* Sorted, and apart from each other where they tell nothing but that an address is in. */
struct ranges {
    struct range *items; /* free() */
    size_t count;
};

/* "16777216,16777471,AU" or "2001:2::,2001:2:0:ffff:ffff:ffff:ffff:ffff,JP". False with
 * STATUS_USAGE, path and line. */
bool ranges_read_countries(struct ranges *ret, const char *path, struct err *err);
/* "192.0.2.0/24", "2001:db8::1"; what follows a blank, a comma, ';' or '#' is a comment. */
bool ranges_read_list(struct ranges *ret, const char *path, struct err *err);
/* The range that holds it; NULL. */
const struct range *ranges_find(const struct ranges *ranges, const struct ip *ip);

#endif
