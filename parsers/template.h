/* Line kinds that are fixed words around a few values, written as templates: the table says what a
 * line looks like, and is all there is to recognising it. A changed fixed word matches nothing.
 *
 *     %d  one or more digits           %D  the same, kept as a field
 *     %w  one or more bytes but space  %W  the same, kept as a field
 *     %*  any bytes, also none         %A  the same, kept as a field
 *     %p  one or more bytes but parentheses, not ending in a space
 *     %Q  a queue ID: letters, digits, '-', '_', at least five; kept as a field
 *
 * One space stands for one or more. %w ends where the byte behind it in the template first comes.
 */
#ifndef POSTMORTEM_TEMPLATE_H
#define POSTMORTEM_TEMPLATE_H

#include <stdbool.h>
#include <stdint.h>

#include "event.h"
#include "str.h"

enum { TEMPLATE_FIELDS_MAX = 8, KIND_REASON = 8 };

struct line_kind {
    const char *what;
    const char *template;
    uint16_t kind; /* enum event_kind, with an enum reason KIND_REASON bits up */
    uint16_t fields[TEMPLATE_FIELDS_MAX]; /* enum field_id of each kept value, in order */
};

enum template_match {
    TEMPLATE_DIFFERS,
    TEMPLATE_FITS,
    TEMPLATE_CUT, /* all of the text fits, but the template goes on */
};

struct template_values {
    struct str items[TEMPLATE_FIELDS_MAX];
    unsigned count;
};

/* open_end: whoever wrote the text marked it as cut, so it may also end inside %*. */
enum template_match template_match(const char *template, struct str text, bool open_end,
                                   struct template_values *ret);

/* The first kind of the table (up to one with what NULL) that fits, as an event with its fields;
 * else one that is cut. */
bool template_event(const struct line_kind *kinds, struct str text, bool open_end,
                    struct event *out);

/* Does any template of the NULL-terminated list fit the whole text? */
bool template_any(const char *const *templates, struct str text);

#endif
