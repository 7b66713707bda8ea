/* Reads the members of a flat JSON object in place, as journalctl and Docker write one per line. */
#ifndef POSTMORTEM_ENVELOPE_JSON_H
#define POSTMORTEM_ENVELOPE_JSON_H

#include <stdbool.h>

#include "arena.h"
#include "envelope.h"
#include "str.h"

struct json_member {
    struct str key;   /* as written: keys with escapes match nothing */
    struct str value; /* as written: with quotes or brackets */
};

/* Takes the next member off *rest, which began behind the opening brace. False at the end, or where
   it is no JSON. A value that the line's end cut short is given as far as it goes. */
bool json_next(struct str *rest, struct json_member *ret);

/* A value as text: a string without its escapes, an array of byte values as these bytes, of a
   repeated field the first value. Empty for null and the rest. Points into value or into scratch.
 */
struct str json_decoded_text(struct str value, struct arena *scratch);

/* One object of `journalctl -o json`. */
bool envelope_journal_json(struct str line, struct arena *scratch, struct envelope *ret);

#endif
