#include "line_cursor.h"

#include "reader.h"

void line_cursor_begin(struct line_cursor *cursor, const struct block *block)
{
    *cursor = (struct line_cursor){
        .at = block->data, .end = block->data + block->bytes, .next_offset = block->offset};
}

bool line_cursor_next(struct line_cursor *cursor, const struct block *block, struct str *ret)
{
    if (cursor->at == cursor->end)
        return false;
    const char *stop = memchr(cursor->at, '\n', (size_t)(cursor->end - cursor->at));
    struct str line = str_between(cursor->at, stop ? stop : cursor->end);
    cursor->at = stop ? stop + 1 : cursor->end;
    uint64_t unit = block->encoding == SOURCE_UTF16 ? 2 : 1;
    uint64_t raw = reader_raw_bytes(block->encoding, line.ptr, line.len),
             line_end = stop ? unit : 0;
    bool cut = cursor->at == cursor->end && block->skipped; /* what stands last is not its end */
    if (cut)
        raw += block->skipped;
    cursor->offset = cursor->next_offset;
    cursor->next_offset += raw + line_end;
    if (!cut && line.len && line.ptr[line.len - 1] == '\r') {
        line.len--;
        raw -= unit;
    }
    cursor->length = raw > UINT32_MAX ? UINT32_MAX : (uint32_t)raw;
    cursor->number = cursor->next_number++;
    *ret = line;
    return true;
}
