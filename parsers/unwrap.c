#include "unwrap.h"

#include "envelope_json.h"
#include "envelope_syslog.h"
#include "envelope_tag.h"
#include "envelope_time.h"

struct str unwrap_trim_end(struct str line)
{
    while (line.len && (line.ptr[line.len - 1] == '\r' || line.ptr[line.len - 1] == '\0'))
        line.len--;
    return line;
}

/* {"log":"text\n","stream":"stdout","time":"2026-11-22T16:22:34.123456789Z"} */
static bool unwrap_json_file(struct str line, struct arena *scratch, struct wrapping *ret)
{
    struct str rest = str_skip(line, 1), time = {NULL, 0};
    struct json_member member;
    bool found = false;
    while (json_next(&rest, &member)) {
        if (!found && str_eq(member.key, STR("log"))) {
            ret->inner = json_decoded_text(member.value, scratch);
            found = true;
        } else if (str_eq(member.key, STR("time"))) {
            time = json_decoded_text(member.value, scratch);
        }
    }
    if (!found)
        return false;
    envelope_time_iso(&time, &ret->stamp);
    str_take_end(&ret->inner, STR("\n"));
    return true;
}

/* "2026-11-22T16:22:34.123456789Z stdout F text" of CRI, and the stamp alone of docker logs -t. */
static bool unwrap_stamped(struct str line, struct wrapping *ret)
{
    if (!envelope_time_iso(&line, &ret->stamp) || !str_take(&line, STR(" ")))
        return false;
    if (!envelope_is_wrapped(line))
        return false;
    if (str_take(&line, STR("stdout ")) || str_take(&line, STR("stderr "))) {
        struct str tags; /* F, or P for a part of a longer line, which is taken as it is */
        if (!str_cut(&line, STR(" "), &tags))
            return false;
    }
    ret->inner = line;
    return true;
}

/* "\033[36m", "\033[0m" */
static struct str skip_colour(struct str text)
{
    while (text.len > 1 && text.ptr[0] == '\033' && text.ptr[1] == '[') {
        size_t at = 2;
        while (at < text.len && (char_is_digit(text.ptr[at]) || text.ptr[at] == ';'))
            at++;
        if (at == text.len || text.ptr[at] != 'm')
            break;
        text = str_skip(text, at + 1);
    }
    return text;
}

/* "postfix-mailcow-1  | text" of docker compose logs, "mail.1.x7k@node | text" of docker service
 * logs */
static bool unwrap_compose(struct str line, struct wrapping *ret)
{
    enum { NAME_MAX_LEN = 128 };
    struct str rest = skip_colour(line);
    size_t len = 0;
    while (len < rest.len && len < NAME_MAX_LEN &&
           (char_is_alnum(rest.ptr[len]) || (rest.ptr[len] && strchr("-_.@", rest.ptr[len]))))
        len++;
    struct str after = envelope_skip_blanks(skip_colour(str_skip(rest, len)));
    if (len > 0 && str_take(&after, STR("|"))) {
        after = skip_colour(after);
        str_take(&after, STR(" "));
        rest = skip_colour(after);
    }
    ret->inner = rest;
    return rest.len < line.len;
}

bool unwrap(struct str line, struct arena *scratch, struct wrapping *ret)
{
    ret->stamp = (struct stamp){0};
    if (line.len == 0)
        return false;
    ret->inner = line;
    switch (line.ptr[0]) {
    case '\0': /* the hole that a truncated file leaves before its next line */
        while (ret->inner.len && ret->inner.ptr[0] == '\0')
            ret->inner = str_skip(ret->inner, 1);
        return true;
    case '\x1e': /* record separator of JSON sequences */
        return str_take(&ret->inner, STR("\x1e"));
    case '\xEF':
        return str_take(&ret->inner, STR("\xEF\xBB\xBF"));
    case '{':
        return unwrap_json_file(line, scratch, ret);
    }
    return unwrap_stamped(line, ret) || unwrap_compose(line, ret);
}

bool unwrap_grep(struct str line, size_t *at, struct str *ret_inner)
{
    enum { PREFIX_MAX = 256 };
    for (; *at < line.len && *at < PREFIX_MAX; ++*at) {
        char c = line.ptr[*at];
        /* what a line has that is no path */
        if (c == '\0' || strchr(" \t\"'=,;<>[]{}()|", c))
            return false;
        if (c != ':' || *at == 0)
            continue;
        *ret_inner = str_skip(line, ++*at);
        return true;
    }
    return false;
}
