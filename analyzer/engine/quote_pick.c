#include "quote_pick.h"

#include <openssl/evp.h>
#include <stdlib.h>

static bool lies_in(struct str line, const char *ptr, size_t len)
{
    return ptr >= line.ptr && ptr + len <= line.ptr + line.len;
}

/* What the line says, as far as it stands there as it is: decoded text is gone with the scan. */
static void keep_fields(struct picks *picks, struct pick *pick, const struct scanned *line)
{
    const struct event *event = &line->event;
    if (line->class != LINE_EVENT)
        return;
    pick->kind = event->kind;
    pick->what = event->what;
    pick->field_first = (uint32_t)picks->field_count;
    if (lies_in(pick->line, line->envelope.program.ptr, line->envelope.program.len))
        pick->program = line->envelope.program;
    for (unsigned i = 0; i < event->field_count; i++) {
        if (!lies_in(pick->line, event->fields[i].ptr, event->fields[i].len))
            continue;
        if (picks->field_count == picks->field_capacity) {
            picks->field_capacity = picks->field_capacity * 2 + 256;
            picks->fields = xrealloc(picks->fields, picks->field_capacity, sizeof *picks->fields);
        }
        picks->fields[picks->field_count++] = event->fields[i];
    }
    pick->field_count = (uint32_t)picks->field_count - pick->field_first;
}

void pick_add(struct picks *picks, struct str text, const struct line_cursor *cursor,
              struct owner owner, const struct scanned *line)
{
    if (picks->count == picks->capacity) {
        picks->capacity = picks->capacity * 2 + 64;
        picks->items = xrealloc(picks->items, picks->capacity, sizeof *picks->items);
    }
    struct pick *pick = &picks->items[picks->count++];
    *pick = (struct pick){.line = text,
                          .offset = cursor->offset,
                          .number = cursor->number,
                          .length = cursor->length,
                          .owner = owner};
    EVP_Digest(text.ptr, text.len, pick->sha256, NULL, EVP_sha256(), NULL);
    if (owner.source)
        keep_fields(picks, pick, line);
}

void picks_free(void *user)
{
    struct picks *picks = user;
    free(picks->items);
    free(picks->fields);
    free(picks);
}
