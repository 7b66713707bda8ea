/* Lines that a case folder quotes, read back from its folders evidence/ and addresses/. */
#ifndef POSTMORTEM_CASE_LINES_H
#define POSTMORTEM_CASE_LINES_H

#include "arena.h"
#include "err.h"
#include "finding.h"

/* Gives every ref of the report the text of its line, as far as the folder quotes it, secrets
 * masked; arena owns the texts. False with err if a file cannot be read. */
bool case_lines_refs(const char *dir, struct arena *arena, struct report *report, struct err *err);

/* One line after the other of a file of the folder; line is without its end and valid until the
 * next call. False at the end of the file, or with err if it cannot be read. */
struct case_lines;
struct case_lines *case_lines_open(const char *dir, const char *name);
bool case_lines_next(struct case_lines *lines, struct str *ret);
void case_lines_close(struct case_lines *lines); /* NULL is allowed */

#endif
