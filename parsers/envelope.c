#include "envelope.h"

#include "envelope_exim.h"
#include "envelope_filter.h"
#include "envelope_json.h"
#include "envelope_qmail.h"
#include "envelope_session.h"
#include "envelope_syslog.h"
#include "envelope_webmail.h"
#include "envelope_zimbra.h"
#include "unwrap.h"

enum { WRAPPINGS_MAX = 4 };

const char *envelope_name(enum envelope_format format)
{
#define X(name, text) [name] = text,
    static const char *const names[ENVELOPE_COUNT] = {ENVELOPES(X)};
#undef X
    return (unsigned)format < ENVELOPE_COUNT ? names[format] : "?";
}

/* Field by field: this is measurably faster than zeroing the whole, and every line pays it. */
static void begin(struct str line, struct envelope *ret)
{
    const struct str empty = {line.ptr, 0};
    ret->format = ENVELOPE_NONE;
    ret->stamp = (struct stamp){0, STAMP_NONE, 0};
    ret->host = empty;
    ret->program = empty;
    ret->pid = 0;
    ret->text = line;
    ret->body = line;
    ret->repeated = 0;
    ret->repeats_last = false;
    ret->separator = false;
}

/* The first byte decides what a line can be. */
static bool parse_stamped(struct str line, struct arena *scratch, struct envelope *ret)
{
    char first = line.ptr[0];
    if (char_is_upper(first))
        return envelope_bsd(line, scratch, ret) || envelope_journal_short(line, scratch, ret);
    if (char_is_digit(first)) {
        if (line.len > 10 && line.ptr[4] == '-')
            return (line.ptr[10] == ' ' &&
                    (envelope_exim(line, ret) || envelope_qmail(line, scratch, ret))) ||
                   envelope_iso(line, scratch, ret);
        if (line.len > 4 && line.ptr[4] == '/')
            return envelope_nginx(line, ret);
        return envelope_bsd(line, scratch, ret) || envelope_rfc5424(line, scratch, ret) ||
               envelope_journal_short(line, scratch, ret);
    }
    switch (first) {
    case '<':
        return envelope_priority(line, scratch, ret);
    case '{':
        return envelope_journal_json(line, scratch, ret);
    case '[':
        return envelope_roundcube(line, ret) || envelope_journal_short(line, scratch, ret) ||
               envelope_filter_bracket(line, scratch, ret);
    case '@':
        return envelope_qmail(line, scratch, ret);
    case '-':
        return envelope_separator(line, ret);
    }
    return false;
}

static bool parse_plain(struct str line, struct arena *scratch, struct envelope *ret)
{
    begin(line, ret);
    if (line.len == 0)
        return false;
    if (parse_stamped(line, scratch, ret))
        return true;
    begin(line, ret);
    if (envelope_session_bare(line, ret) || envelope_bare(line, scratch, ret))
        return true;
    begin(line, ret);
    return envelope_java_trace(line, ret) || envelope_exim_header(line, ret);
}

static bool parse_wrapped(struct str line, struct arena *scratch, int depth, struct envelope *ret);

/* Only a whole line behind the colon makes "maillog:" a prefix. */
static bool parse_behind_path(struct str line, struct arena *scratch, struct envelope *ret)
{
    size_t at = 0;
    struct str inner;
    while (unwrap_grep(line, &at, &inner))
        if (parse_wrapped(inner, scratch, 1, ret) && ret->format != ENVELOPE_BARE)
            return true;
    begin(line, ret);
    return false;
}

static bool parse_wrapped(struct str line, struct arena *scratch, int depth, struct envelope *ret)
{
    struct wrapping wrapping;
    line = unwrap_trim_end(line);
    if (parse_plain(line, scratch, ret))
        return true;
    if (depth == WRAPPINGS_MAX)
        return false;
    if (!unwrap(line, scratch, &wrapping))
        return depth == 0 && parse_behind_path(line, scratch, ret);
    if (!parse_wrapped(wrapping.inner, scratch, depth + 1, ret))
        return false;
    if (ret->stamp.kind == STAMP_NONE)
        ret->stamp = wrapping.stamp;
    return true;
}

bool envelope_parse(struct str line, struct arena *scratch, struct envelope *ret)
{
    return parse_wrapped(line, scratch, 0, ret);
}
