#include "envelope_exim.h"
#include "exim.h"

/* log.c writes the message's envelope and headers below a refusal in the reject log: each header
 * with the letter of its kind in front ('*': taken out by Exim), folded ones as they came. */

/* "F From: Ann <ann@a.example>" */
static bool take_header(struct str line, struct str *ret_name, struct str *ret_value)
{
    size_t len = 2;
    if (line.len < 4 || !memchr("BCFIPRST* ", line.ptr[0], 10) || line.ptr[1] != ' ' ||
        !char_is_alnum(line.ptr[2]))
        return false;
    while (len < line.len && (char_is_alnum(line.ptr[len]) || line.ptr[len] == '-'))
        len++;
    if (len == line.len || line.ptr[len] != ':')
        return false;
    *ret_name = str_between(line.ptr + 2, line.ptr + len);
    *ret_value = str_trim(str_skip(line, len + 1));
    return true;
}

/* "Envelope-to: <a@b.example>", of further recipients "    <c@d.example>" */
static bool take_envelope(struct str line, const char *words, struct str *ret)
{
    if (!str_take(&line, str_of(words)) || !str_take(&line, STR("<")))
        return false;
    *ret = address_take(&line, '>');
    return str_eq(line, STR(">"));
}

static bool is_rule(struct str line)
{
    enum { DASHES_MIN = 40 };
    for (size_t i = 0; i < line.len; i++)
        if (line.ptr[i] != '-')
            return false;
    return line.len >= DASHES_MIN;
}

/* Further lines of the headers that nearly every message has: Received and DKIM-Signature. */
static bool is_folded(struct str line)
{
    static const char *const words[] = {"from ",           "by ",    "with ",         "id ", "for ",
                                        "(envelope-from ", "(Exim ", "(return-path ", NULL};
    static const char *const tags[] = {
        "v=", "a=", "b=", "bh=", "c=", "d=", "h=", "i=", "q=", "s=", "t=", "x=", NULL};
    if (!str_take(&line, STR("\t")))
        return false;
    line = str_trim(line);
    for (unsigned i = 0; words[i]; i++)
        if (str_starts(line, str_of(words[i])))
            return true;
    for (unsigned i = 0; tags[i]; i++)
        if (str_starts(line, str_of(tags[i])))
            return true;
    return false;
}

static enum field_id header_field(struct str name)
{
    return str_eq_nocase(name, STR("From"))         ? FIELD_FROM_HEADER
           : str_eq_nocase(name, STR("Subject"))    ? FIELD_SUBJECT
           : str_eq_nocase(name, STR("Message-Id")) ? FIELD_MESSAGE_ID
                                                    : FIELD_COUNT;
}

bool exim_header_line(struct str line, struct event *out)
{
    struct str name, value;
    event_begin(out, EVENT_NOTE, "rejected-header");
    if (take_header(line, &name, &value)) {
        enum field_id field = header_field(name);
        event_add(out, FIELD_HEADER_NAME, name);
        event_add(out, field == FIELD_COUNT ? FIELD_HEADER_VALUE : field, value);
        return true;
    }
    if (take_envelope(line, "Envelope-from: ", &value)) {
        event_add(out, FIELD_SENDER, value);
    } else if (take_envelope(line, "Envelope-to: ", &value) ||
               take_envelope(line, "    ", &value)) {
        event_add(out, FIELD_RECIPIENT, value);
    } else if (is_folded(line)) {
        event_add(out, FIELD_TEXT, str_trim(line));
    } else {
        return is_rule(line);
    }
    return true;
}

/* What is known of the message already stands. */
static void take_new(const struct event *line, struct event *out)
{
    for (unsigned i = 0; i < line->field_count; i++) {
        enum field_id id = (enum field_id)line->fields[i].id;
        struct str value = {line->fields[i].ptr, line->fields[i].len};
        if (id != FIELD_HEADER_NAME && id != FIELD_HEADER_VALUE && id != FIELD_TEXT &&
            (id == FIELD_RECIPIENT || !event_get(out, id).ptr))
            event_add(out, id, value);
    }
}

void exim_headers(struct str text, struct event *out)
{
    struct str line;
    while (text.len) {
        struct event of_line;
        if (!str_cut(&text, STR("\n"), &line)) {
            line = text;
            text.len = 0;
        }
        if (exim_header_line(line, &of_line))
            take_new(&of_line, out);
    }
}

bool envelope_exim_header(struct str line, struct envelope *ret)
{
    struct event event;
    if (!exim_header_line(line, &event))
        return false;
    ret->format = ENVELOPE_EXIM;
    ret->program = STR("exim");
    ret->text = line;
    return true;
}
