#include "exim.h"

#include "envelope_exim.h"
#include "parser.h"

static bool is_base62(struct str text, size_t at, size_t len)
{
    for (size_t i = at; i < at + len; i++)
        if (!char_is_alnum(text.ptr[i]))
            return false;
    return true;
}

/* Six digits of time, six of the process (eleven since 4.97), two of the fraction (four). */
static size_t id_len(struct str text)
{
    static const uint8_t parts[][3] = {{6, 6, 2}, {6, 11, 4}};
    for (unsigned i = 0; i < 2; i++) {
        size_t second = parts[i][0] + 1u, third = second + parts[i][1] + 1u,
               len = third + parts[i][2];
        if (text.len >= len && text.ptr[second - 1] == '-' && text.ptr[third - 1] == '-' &&
            (text.len == len || !char_is_alnum(text.ptr[len])) && is_base62(text, 0, parts[i][0]) &&
            is_base62(text, second, parts[i][1]) && is_base62(text, third, parts[i][2]))
            return len;
    }
    return 0;
}

bool exim_id_take(struct str *text, struct str *ret_id)
{
    size_t len = id_len(*text);
    if (!len || len == text->len || text->ptr[len] != ' ')
        return false;
    *ret_id = str_head(*text, len);
    *text = str_skip(*text, len + 1);
    return true;
}

/* Puts the id in front of the fields that the rest of the line gave. */
static bool with_id(struct str id, struct event *out)
{
    event_add(out, FIELD_QUEUE_ID, id);
    return true;
}

static bool take_arrival(struct str *text)
{
    return str_take(text, STR("<= ")) || str_take(text, STR("(= "));
}

static bool message_line(struct str id, struct str text, struct event *out)
{
    event_begin(out, EVENT_NOTE, "");
    event_add(out, FIELD_QUEUE_ID, id);
    if (take_arrival(&text))
        return exim_arrival(text, out);
    if (exim_delivery_flag(&text, out))
        return exim_delivery(text, out);
    if (exim_session(text, out) || template_event(exim_message_kinds, text, false, out)) {
        if (out->kind == EVENT_REMOVED)
            out->generation = GENERATION_END;
        return with_id(id, out);
    }
    return false;
}

/* Does the command hand in a message? The others run the queue, deliver, show or serve. */
static bool hands_in(struct str command)
{
    static const char *const others[] = {" -M",  " -q",  " -bd", " -bp", " -bP",  " -bt",
                                         " -bv", " -bV", " -be", " -bh", " -bF",  " -bf",
                                         " -bi", " -bw", " -R",  " -S",  " -Tqt", NULL};
    for (unsigned i = 0; others[i]; i++)
        if (str_find(command, str_of(others[i])) >= 0)
            return false;
    return true;
}

bool exim_line(struct str text, struct event *out)
{
    struct str id;
    if (exim_id_take(&text, &id))
        return message_line(id, text, out);
    if (exim_session(text, out))
        return true;
    if (!template_event(exim_kinds, text, false, out))
        return false;
    if (out->kind == EVENT_INVOKED && !hands_in(event_get(out, FIELD_COMMAND)))
        out->kind = EVENT_NOTE;
    return true;
}

static bool with_headers(struct str text, struct event *out)
{
    struct str line;
    if (!str_cut(&text, STR("\n"), &line))
        return exim_line(text, out) || exim_header_line(text, out);
    if (!exim_line(line, out))
        return false;
    exim_headers(text, out);
    return true;
}

/* "[2/3] ": syslog gets a long line in parts, of which only the first says what it is about; behind
 * "[2\3] " a line of the original ends. */
static bool take_part(struct str *text, uint64_t *ret_part, struct str *ret_label)
{
    struct str rest = *text;
    uint64_t parts;
    if (!str_take(&rest, STR("[")) || !str_take_u64(&rest, ret_part) ||
        !(str_take(&rest, STR("/")) || str_take(&rest, STR("\\"))) ||
        !str_take_u64(&rest, &parts) || *ret_part < 1 || *ret_part > parts)
        return false;
    *ret_label = str_between(text->ptr + 1, rest.ptr);
    if (!str_take(&rest, STR("] ")))
        return false;
    *text = rest;
    return true;
}

/* The first part may end within any value. */
static bool is_start(struct str text, struct event *out)
{
    struct str id;
    exim_text_clean(&text, NULL, NULL);
    if (exim_line(text, out))
        return true;
    event_begin(out, EVENT_NOTE, "");
    if (!exim_id_take(&text, &id) || !(take_arrival(&text) || exim_delivery_flag(&text, out)))
        return false;
    event_add(out, FIELD_QUEUE_ID, id);
    return true;
}

/* Whoever has all the parts makes the line of them (engine/continued.c). */
static bool part_line(struct str text, uint64_t number, struct str label, struct event *out)
{
    struct event start = {.field_count = 0};
    if (number == 1 && !is_start(text, &start))
        return false;
    event_begin(out, EVENT_PART, "part");
    event_add(out, FIELD_PART, label);
    event_add(out, FIELD_TEXT, text);
    for (unsigned i = 0; i < start.field_count; i++)
        if (start.fields[i].id != FIELD_TEXT)
            event_add(out, (enum field_id)start.fields[i].id,
                      (struct str){start.fields[i].ptr, start.fields[i].len});
    return true;
}

static enum ownership owns(struct str program, uint16_t *ret_daemon)
{
    ptrdiff_t slash = str_find_last_char(program, '/'); /* "/usr/sbin/exim4" */
    *ret_daemon = 0;
    return str_starts_nocase(str_skip(program, (size_t)(slash + 1)), STR("exim")) ? OWNS : OWNS_NOT;
}

static bool parse(struct str text, const struct context *context, struct event *out)
{
    (void)context;
    uint64_t number;
    struct str label;
    if (take_part(&text, &number, &label))
        return part_line(text, number, label, out);
    return with_headers(text, out);
}

extern const struct parser exim_parser;
const struct parser exim_parser = {
    .name = "exim", .owns = owns, .parse = parse, .hides_logins = true};
