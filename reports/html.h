/* report.html: one file that opens anywhere, offline, and says everything without its script. The
 * content security policy allows its own style and script by their digests and nothing else. No
 * byte of a log becomes markup: all text goes through escape_html. */
#ifndef POSTMORTEM_HTML_H
#define POSTMORTEM_HTML_H

#include "finding.h"
#include "out.h"

/* json_digest: SHA-256 of report.json, which the first screen names; NULL if there is none.
 * case_id, if any, stands on every printed page. */
void html_write(const struct report *report, const uint8_t *json_digest, const char *case_id,
                struct out *out);

#endif
