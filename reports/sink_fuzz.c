/* Any bytes through every sink: what comes out is what the sink's reader takes for plain text. */
#define _GNU_SOURCE /* memfd_create */
#include <jansson.h>

#include "escape.h"
#include "fuzzing.h"
#include "plain.h"

static struct str through(struct out *out, size_t *begin)
{
    struct str kept = out_kept(out);
    struct str piece = str_skip(kept, *begin);
    *begin = kept.len;
    return piece;
}

static bool has_any(struct str text, const char *bytes)
{
    for (size_t i = 0; i < text.len; i++)
        if (strchr(bytes, text.ptr[i]))
            return true;
    return false;
}

/* Valid UTF-8 of which nothing acts on a terminal; line ends if wanted. */
static void require_shown(struct str text)
{
    while (text.len) {
        bool valid;
        uint32_t code = utf8_take(&text, &valid);
        fuzz_require(valid && code >= 0x20 && !(code >= 0x7F && code < 0xA0), "no controls");
        fuzz_require(!(code >= 0x202A && code <= 0x202E) && code != 0x2028 && code != 0x2029,
                     "no marks of direction, no other line ends");
    }
}

static void json(struct str text, struct str written)
{
    json_t *read = json_loadb(written.ptr, written.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    fuzz_require(json_is_string(read), "a string of JSON");
    bool valid = true;
    for (struct str rest = text; rest.len && valid;)
        (void)utf8_take(&rest, &valid);
    fuzz_require(!valid ||
                     str_eq(text, (struct str){json_string_value(read), json_string_length(read)}),
                 "JSON reads as what was written");
    json_decref(read);
    require_shown(written);
}

static void csv(struct str written)
{
    bool quoted = str_starts(written, STR("\""));
    require_shown(written);
    if (quoted)
        written = str_head(str_skip(written, 1), written.len - 2);
    fuzz_require(quoted || !has_any(written, "\",;"), "a cell is one cell");
    fuzz_require(!written.len || !strchr("=+-@", written.ptr[0]), "a cell is no formula");
    for (size_t i = 0; i < written.len && quoted; i++)
        fuzz_require(written.ptr[i] != '"' || (++i < written.len && written.ptr[i] == '"'),
                     "quotes");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size}, written;
    struct out *out = out_memory();
    size_t at = 0;
    char name[FOLDER_NAME];
    escape_json(out, text);
    json(text, through(out, &at));
    escape_csv(out, text);
    csv(through(out, &at));
    escape_html(out, text, SIZE_MAX);
    written = through(out, &at);
    fuzz_require(!has_any(written, "<>\"'"), "no markup");
    require_shown(written);
    escape_terminal_str(out, text);
    require_shown(through(out, &at));
    plain_str(out, text);
    require_shown(through(out, &at));
    written = str_of(folder_name(text, name));
    fuzz_require(written.len && written.len < FOLDER_NAME && !has_any(written, "/\\ \n") &&
                     written.ptr[0] != '.' && written.ptr[0] != '-',
                 "a name of a folder");
    if (is_shell_safe(text))
        fuzz_require(!has_any(text, " \t\n$`'\"\\;&|<>()*?[]{}!#~") && text.ptr[0] != '-',
                     "safe for a shell");
    out_free(out);
    return 0;
}
