/* Lines through envelope, dispatch and parser: what is understood of a line does not depend on the
 * lines before it (the caches of a scan), but for the header of a table. */
#define _GNU_SOURCE /* memfd_create */
#include "scan.h"

#include "fuzzing.h"

static void require_same(const struct scanned *a, const struct scanned *b)
{
    fuzz_require(a->class == b->class && a->parser == b->parser && a->why == b->why, "class");
    if (a->class != LINE_EVENT)
        return;
    fuzz_require(a->event.what == b->event.what && a->event.kind == b->event.kind, "event");
    fuzz_require(a->event.field_count == b->event.field_count, "fields");
    for (unsigned i = 0; i < a->event.field_count; i++) {
        struct str left = {a->event.fields[i].ptr, a->event.fields[i].len},
                   right = {b->event.fields[i].ptr, b->event.fields[i].len};
        fuzz_require(a->event.fields[i].id == b->event.fields[i].id && str_eq(left, right),
                     "value of a field");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct scan *warm;
    struct columns columns = {.table = TABLE_UNASKED}, stamp;
    struct str text = {(const char *)data, size};
    struct scan *fresh = scan_new();
    warm = warm ? warm : scan_new();
    columns_follow(&columns, text.ptr, text.len, &stamp);
    scan_begin(warm, &stamp);
    scan_begin(fresh, &stamp);
    while (text.len) {
        static struct scanned first, second;
        struct str line;
        if (!str_cut(&text, STR("\n"), &line)) {
            line = text;
            text = str_skip(text, text.len);
        }
        scan_line(warm, line, &first);
        scan_line(fresh, line, &second);
        require_same(&first, &second);
    }
    scan_forget(warm);
    scan_free(fresh);
    return 0;
}
