/* The lines of an accused account in its folder of the case: lines.log as they are, lines.jsonl
 * with the place of each. */
#ifndef POSTMORTEM_EVIDENCE_LINES_H
#define POSTMORTEM_EVIDENCE_LINES_H

#include "arena.h"
#include "out.h"
#include "str.h"

/* Folder of the lines of addresses that may be reported to their networks. */
#define EVIDENCE_ADDRESSES "addresses"

struct evidence_line {
    struct str line;         /* without its line end, unmasked: the writers mask known secrets */
    struct str path, member; /* member.ptr NULL: the file itself */
    uint64_t number, offset; /* number is 1-based */
    uint32_t input, length;
    uint8_t sha256[OUT_DIGEST]; /* of the unmasked bytes */
};

/* scratch is for the masked line; the caller resets it when it likes. */
void evidence_write_log(struct out *out, const struct evidence_line *line, struct arena *scratch);
void evidence_write_jsonl(struct out *out, const struct evidence_line *line, struct arena *scratch);

#endif
