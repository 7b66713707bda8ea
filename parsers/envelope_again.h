/* Lines of one file begin alike: the same minute, the same host. What the envelope of one line said
 * is kept, and a line that begins the same way is not read anew. */
#ifndef POSTMORTEM_ENVELOPE_AGAIN_H
#define POSTMORTEM_ENVELOPE_AGAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "envelope.h"
#include "str.h"

enum { AGAIN_MINUTE_MAX = 20, AGAIN_HOST_MAX = 96, AGAIN_FRONTS = 4 };

/* "Nov 22 16:22:" SS " host ", or "2026-11-22T16:22:" SS ".123456" "+02:00 host " */
struct again_front {
    char minute[AGAIN_MINUTE_MAX], host[AGAIN_HOST_MAX]; /* what surrounds seconds and fraction */
    uint8_t minute_len, host_len, format;
    uint8_t name_at, name_len; /* the host's name within host */
    uint8_t fraction;          /* bytes of the fraction with its point, 0 for none */
    bool needs_pid;            /* only a tag with a pid is surely one behind such a stamp */
    struct stamp stamp;        /* at second 0 */
};

/* Zeroed: nothing is known yet. Owned by one thread. */
struct envelope_again {
    struct again_front fronts[AGAIN_FRONTS];
    unsigned newest;
};

/* The same answer as envelope_parse, whatever came before. */
bool envelope_parse_again(struct envelope_again *again, struct str line, struct arena *scratch,
                          struct envelope *ret);

#endif
