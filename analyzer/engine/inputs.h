/* Which inputs belong together: their order, their hosts, and lines that several of them hold. */
#ifndef POSTMORTEM_INPUTS_H
#define POSTMORTEM_INPUTS_H

#include "settle.h"

/* Does a path of the command line, or of an archive, match; whole, or its last part alone? */
bool member_matches(const struct member *member, const char *glob);

/* First and last time of every member, from its clock maps. */
void inputs_span(struct member *members, size_t count, struct clock_map *const *maps);

/* Orders members by the times in them. maps are ordered along. */
void inputs_sort(struct member *members, size_t count, struct clock_map **maps);

/* Gives hosts to lines without one, and one name to a host that is written short here and whole
 * there. Adds what was assumed to notes. */
struct notes {
    struct arena *arena;
    const char **items;
    uint32_t count, capacity;
};
void notes_add(struct notes *notes, const char *text);
void inputs_name_hosts(struct member *members, size_t count, const struct settings *settings,
                       struct notes *notes);

/* No host's span in one of them meets its span in another by more than a second, nor do two lie
 * within one second: none can hold lines of another. */
bool inputs_apart(const struct member *members, size_t count, struct clock_map *const *maps);

/* Groups of members whose spans of one host overlap by more than a second: group[i] is the index of
   the first of its group. whole[i]: the digests say that the member holds the same lines as
   another. */
void inputs_overlaps(const struct member *members, size_t count, struct clock_map *const *maps,
                     size_t *group, bool *whole);

#endif
