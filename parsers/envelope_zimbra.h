/* Zimbra's and Carbonio's own files, mailbox.log and audit.log: "2026-11-22 16:22:34,762 INFO
 * [thread] [context] category - message", and the stack traces between such lines. */
#ifndef POSTMORTEM_ENVELOPE_ZIMBRA_H
#define POSTMORTEM_ENVELOPE_ZIMBRA_H

#include <stdbool.h>

#include "envelope.h"
#include "str.h"

/* What stands behind the stamp. Fills program ("zimbra-audit" for the security category, which has
   a log of its own, else "zimbra-mailbox") and text, which begins with the level; false: not like
   that. */
bool envelope_zimbra_line(struct str rest, struct envelope *ret);

/* A line of a Java stack trace, which belongs to the line above it: recognised, no event. */
bool envelope_java_trace(struct str line, struct envelope *ret);

/* Takes "INFO  " off *text. */
bool envelope_zimbra_level(struct str *text);

/* The next "key=value;" of *text, a ';' of the value doubled; false at its end, and where it does
   not go on like that. */
bool envelope_zimbra_pair(struct str *text, struct str *ret_key, struct str *ret_value);

/* Takes "category - " off *text. */
bool envelope_zimbra_category(struct str *text, struct str *ret);

/* Takes the stamp of the own file off *text where syslog carries that file's lines. */
void envelope_zimbra_second_clock(struct str *text);

#endif
