/* One function per sink. Every byte of a log was chosen by somebody else: nothing of it reaches a
 * sink by another way. */
#ifndef POSTMORTEM_ESCAPE_H
#define POSTMORTEM_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "out.h"
#include "str.h"

enum { UTF8_INVALID = UINT32_C(0xFFFD) };
/* Takes one code point off *text, which is not empty. What is no UTF-8 comes as one UTF8_INVALID
 * for each maximal broken part (as Unicode recommends); *ret_valid tells it from a U+FFFD that was
 * written so. */
uint32_t utf8_take(struct str *text, bool *ret_valid);

/* A string of JSON, quotes included; what a person cannot see (controls, marks of direction, other
 * ends of lines) as \uXXXX. */
void escape_json(struct out *out, struct str text);

/* One cell of RFC 4180, quoted where needed, always on one line: what a person cannot see becomes
 * U+FFFD. A cell that a spreadsheet would take for a formula (it begins with = + - @ TAB CR) gets
 * an apostrophe in front. */
void escape_csv(struct out *out, struct str text);

/* One code point for the eyes of a person: control characters, those that change the direction of
 * writing or have no shape, and what is no UTF-8 come as "?". Columns of a terminal that it takes:
 * never less than the terminal's own idea. */
struct glyph {
    char bytes[4];
    uint8_t len, columns;
};
struct glyph escape_terminal(struct str *text);
/* The whole of it. */
void escape_terminal_str(struct out *out, struct str text);

/* Text of an element or of a quoted attribute: nothing in it is markup, and what a person cannot
 * see (controls, marks of direction) comes as U+FFFD. At most that many code points, then "...". */
void escape_html(struct out *out, struct str text, size_t most);

enum { FOLDER_NAME = 112 };
/* The folder of an account, NUL-terminated into text[FOLDER_NAME]: bytes outside [a-z0-9@._+-], a
 * leading dot and a leading dash as %XX, at most 100 bytes, then "~" and 8 hex digits of the name's
 * SHA-256 if anything was changed or cut. */
const char *folder_name(struct str name, char *text);

enum { DIGEST_TEXT = 2 * OUT_DIGEST + 1 };
/* A SHA-256 in lower-case hexadecimal, into text[DIGEST_TEXT]. */
const char *digest_text(const uint8_t *sha256, char *text);

#endif
