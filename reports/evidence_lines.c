#include "evidence_lines.h"

#include "json_writer.h"
#include "locator.h"
#include "secrets.h"

/* Verbatim but for secrets, whatever the bytes are: this file is the evidence itself. */
void evidence_write_log(struct out *out, const struct evidence_line *line, struct arena *scratch)
{
    out_str(out, mask_secrets(line->line, scratch));
    out_char(out, '\n');
}

void evidence_write_jsonl(struct out *out, const struct evidence_line *line, struct arena *scratch)
{
    struct json json = {.out = out, .compact = true};
    json_begin(&json, NULL, '{');
    json_number(&json, "input", line->input);
    json_str(&json, "path", line->path);
    json_str(&json, "member", line->member);
    json_number(&json, "line", line->number);
    json_number(&json, "offset", line->offset);
    json_number(&json, "length", line->length);
    json_digest(&json, "sha256", line->sha256);
    json_text(&json, "locator",
              locator_text(scratch, line->path, line->member, line->number, line->offset,
                           line->length, line->sha256));
    json_str(&json, "text", mask_secrets(line->line, scratch));
    json_end(&json, '}');
}
