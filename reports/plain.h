/* Log text in plain files: one line stays one line, and nothing in it acts on a terminal. */
#ifndef POSTMORTEM_PLAIN_H
#define POSTMORTEM_PLAIN_H

#include "finding.h"
#include "out.h"

/* Control characters, those that change the direction of writing, and what is no UTF-8 as "?". */
void plain_str(struct out *out, struct str text);
/* RFC 3339; "unknown" without a time. */
void plain_when(struct out *out, struct when when);
/* "1 message", "14 messages": the plural is formed with an s. */
void plain_count(struct out *out, uint64_t number, const char *singular);

/* Only letters, digits and . _ + % = @ - and not the last in front: means itself to every shell,
 * and to awk, sed and mail servers. Not empty, at most 254 bytes. */
bool is_shell_safe(struct str text);
/* What names a queued message of any mail server: letters, digits and, inside, dashes. */
bool is_queue_id(struct str text);

enum { UUID_TEXT = 37 };
/* A UUID in the form of version 4 that is not random: from the SHA-256 of text, so that the same
 * run gives the same one. Into uuid[UUID_TEXT]. */
const char *uuid_derived(struct str text, char *uuid);
/* Version 5 (RFC 9562) of name in the namespace of STIX 2.1 (section 2.9). */
const char *uuid_stix(struct str name, char *uuid);

#endif
