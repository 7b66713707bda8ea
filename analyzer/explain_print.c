#include "explain_print.h"

#include <inttypes.h>

#include "escape.h"
#include "json_writer.h"
#include "secrets.h"

/* What a line is called that no parser was asked for; NULL: nothing was understood. */
static const char *event_of(const struct scanned *scanned)
{
    if (scanned->class == LINE_EVENT)
        return scanned->event.what;
    if (scanned->class != LINE_SEPARATOR)
        return NULL;
    return scanned->envelope.repeats_last ? "last-message-repeated" : "log-writer";
}

static const char *parser_of(const struct scanned *scanned)
{
    return scanned->parser ? scanned->parser->name : NULL;
}

static struct str known(struct str text)
{
    return text.len ? text : (struct str){NULL, 0};
}

static void print_input(struct json *json, const struct explained *explained)
{
    json_text(json, "input", explained->path);
    if (explained->member)
        json_text(json, "member", explained->member);
}

static void print_envelope(struct json *json, const struct explained *explained)
{
    const struct envelope *envelope = &explained->scanned->envelope;
    json_number(json, "line", explained->number);
    json_when(json, "time", explained->when);
    json_str(json, "host", known(envelope->host));
    json_str(json, "program", known(envelope->program));
    if (envelope->pid)
        json_number(json, "pid", envelope->pid);
    json_text(json, "envelope", envelope_name((enum envelope_format)envelope->format));
    if (envelope->repeated)
        json_number(json, "repeated", envelope->repeated);
}

bool explain_seen_before(const struct event *event, unsigned index)
{
    for (unsigned i = 0; i < index; i++)
        if (event->fields[i].id == event->fields[index].id)
            return true;
    return false;
}

/* Masked for what stands around it, in the line or, where that had to be decoded, in its text. */
struct str explain_value(const struct scanned *scanned, struct str line, unsigned index,
                           struct arena *arena)
{
    const struct field *field = &scanned->event.fields[index];
    bool decoded = field->ptr < line.ptr || field->ptr > line.ptr + line.len;
    return mask_secrets_of_part(decoded ? scanned->envelope.text : line,
                                (struct str){field->ptr, field->len}, arena);
}

/* A field that stands several times has a list of values. */
static void print_field(struct json *json, const struct scanned *scanned, struct str line,
                        unsigned index)
{
    const struct event *event = &scanned->event;
    struct arena scratch = {0};
    uint16_t id = event->fields[index].id;
    const char *key = field_name((enum field_id)id);
    unsigned count = 0;
    for (unsigned i = index; i < event->field_count; i++)
        count += event->fields[i].id == id;
    if (count > 1)
        json_begin(json, key, '[');
    for (unsigned i = index; i < event->field_count; i++)
        if (event->fields[i].id == id)
            json_str(json, count > 1 ? NULL : key, explain_value(scanned, line, i, &scratch));
    if (count > 1)
        json_end(json, ']');
    arena_free(&scratch);
}

void explain_print_event(struct json *json, const struct scanned *scanned, struct str line)
{
    const struct event *event = &scanned->event;
    json_text(json, "kind", event_kind_name((enum event_kind)event->kind));
    if (event->outcome != OUTCOME_NONE)
        json_text(json, "outcome", outcome_name((enum outcome)event->outcome));
    if (event->reason != REASON_NONE)
        json_text(json, "reason", reason_name((enum reason)event->reason));
    if (event->cut)
        json_bool(json, "cut", true);
    json_begin(json, "fields", '{');
    for (unsigned i = 0; i < event->field_count; i++)
        if (!explain_seen_before(event, i))
            print_field(json, scanned, line, i);
    json_end(json, '}');
}

void explain_print_json(const struct explained *explained, struct out *out)
{
    const struct scanned *scanned = explained->scanned;
    struct json json = {.out = out, .compact = true};
    json_begin(&json, NULL, '{');
    print_envelope(&json, explained);
    json_text(&json, "parser", parser_of(scanned));
    json_text(&json, "event", event_of(scanned));
    if (scanned->class == LINE_EVENT)
        explain_print_event(&json, scanned, explained->line);
    else if (scanned->class != LINE_SEPARATOR)
        json_text(&json, "why", scanned->why);
    print_input(&json, explained);
    json_end(&json, '}');
}

/* A value with a blank, a quote or nothing in it is quoted, so that the words of a line can be told
 * apart. */
static void print_value(struct out *out, struct str value)
{
    bool plain = value.len && str_find_char(value, ' ') < 0 && str_find_char(value, '"') < 0;
    if (!plain)
        out_char(out, '"');
    escape_terminal_str(out, value);
    if (!plain)
        out_char(out, '"');
}

static void print_or_dash(struct out *out, struct str text)
{
    escape_terminal_str(out, text.len ? text : STR("-"));
    out_char(out, ' ');
}

void explain_print_fields(const struct scanned *scanned, struct str line, struct out *out)
{
    const struct event *event = &scanned->event;
    struct arena scratch = {0};
    for (unsigned i = 0; i < event->field_count; i++) {
        out_printf(out, " %s=", field_name((enum field_id)event->fields[i].id));
        print_value(out, explain_value(scanned, line, i, &scratch));
    }
    arena_free(&scratch);
}

void explain_print_text(const struct explained *explained, struct out *out)
{
    const struct scanned *scanned = explained->scanned;
    const struct envelope *envelope = &scanned->envelope;
    const char *event = event_of(scanned), *parser = parser_of(scanned);
    char when[WHEN_TEXT];
    out_printf(out, "%" PRIu64 " %s ", explained->number,
               explained->when.usec == TIME_NONE ? "-" : when_text(explained->when, when));
    print_or_dash(out, envelope->host);
    escape_terminal_str(out, envelope->program.len ? envelope->program : STR("-"));
    if (envelope->pid)
        out_printf(out, "[%" PRIu32 "]", envelope->pid);
    out_printf(out, " %s ", parser ? parser : "-");
    if (!event) {
        out_printf(out, "NOT UNDERSTOOD (%s): ", scanned->why);
        struct arena scratch = {0};
        escape_terminal_str(out, mask_secrets(explained->line, &scratch));
        arena_free(&scratch);
    } else {
        out_text(out, event);
    }
    if (scanned->class == LINE_EVENT)
        explain_print_fields(scanned, explained->line, out);
    out_char(out, '\n');
}
