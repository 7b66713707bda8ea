#include "trace_print.h"

#include <inttypes.h>
#include <stdlib.h>

#include "arena.h"
#include "escape.h"
#include "explain_print.h"
#include "json_parts.h"
#include "secrets.h"

struct trace_printer {
    enum trace_form form;
    struct out *out;
    struct scan *scan;
    struct arena scratch;
    bool filled; /* something was printed */
};

struct trace_printer *trace_printer_new(enum trace_form form, struct out *out)
{
    struct trace_printer *printer = xcalloc(1, sizeof *printer);
    printer->form = form;
    printer->out = out;
    printer->scan = scan_new();
    return printer;
}

void trace_printer_free(struct trace_printer *printer)
{
    scan_free(printer->scan);
    arena_free(&printer->scratch);
    free(printer);
}

static const char *link_name(uint8_t link)
{
    static const char *const names[] = {[TRACE_ENTERED] = "entered",
                                        [TRACE_QUEUED_AS] = "queued-as",
                                        [TRACE_FORWARDED] = "forwarded",
                                        [TRACE_NOTIFICATION] = "notification",
                                        [TRACE_FILTER] = "filter"};
    return names[link];
}

static void json_message(struct json *json, const struct traced *traced)
{
    json_str(json, "queue_id", traced->hops[0].queue_id);
    json_str(json, "host", traced->hops[0].host);
    json_str(json, "account", traced->account);
    json_str(json, "ip", traced->ip);
    json_str(json, "client_name", traced->client_name);
    json_str(json, "sender", traced->sender);
    json_str(json, "message_id", traced->message_id);
    if (traced->size)
        json_number(json, "size", traced->size);
    else
        json_null(json, "size");
    json_when(json, "first", traced->first);
    json_when(json, "last", traced->last);
}

static void json_recipients(struct json *json, const struct traced *traced)
{
    json_begin(json, "recipients", '[');
    for (uint32_t i = 0; i < traced->recipient_count; i++) {
        const struct trace_recipient *recipient = &traced->recipients[i];
        json_begin(json, NULL, '{');
        json_str(json, "address", recipient->address);
        json_str(json, "domain", recipient->domain);
        json_text(json, "state", settled_names[recipient->settled]);
        json_text(json, "reason",
                  recipient->reason == REASON_NONE ? NULL
                                                   : reason_name((enum reason)recipient->reason));
        json_end(json, '}');
    }
    json_end(json, ']');
    json_number(json, "unnamed", traced->unnamed);
    json_text(json, "unnamed_state",
              traced->unnamed ? settled_names[traced->unnamed_settled] : NULL);
}

static void json_hops(struct json *json, const struct traced *traced)
{
    json_begin(json, "hops", '[');
    for (uint32_t i = 0; i < traced->hop_count; i++) {
        const struct trace_hop *hop = &traced->hops[i];
        json_begin(json, NULL, '{');
        json_str(json, "queue_id", hop->queue_id);
        json_str(json, "host", hop->host);
        json_text(json, "by", link_name(hop->link));
        if (hop->link == TRACE_ENTERED)
            json_null(json, "of");
        else
            json_number(json, "of", hop->parent);
        json_end(json, '}');
    }
    json_end(json, ']');
}

static void json_line(struct trace_printer *printer, struct json *json,
                      const struct trace_line *line)
{
    struct scanned scanned;
    scan_begin(printer->scan, &line->columns);
    scan_line(printer->scan, line->line, &scanned);
    json_begin(json, NULL, '{');
    json_when(json, "time", line->when);
    json_number(json, "hop", line->hop);
    json_str(json, "program", scanned.envelope.program);
    if (scanned.envelope.pid)
        json_number(json, "pid", scanned.envelope.pid);
    json_text(json, "event", scanned.event.what);
    explain_print_event(json, &scanned, line->line);
    json_text(json, "input", line->path);
    json_text(json, "member", line->member);
    json_number(json, "line", line->place.line);
    json_number(json, "offset", line->place.offset);
    json_number(json, "length", line->place.length);
    json_str(json, "text", mask_secrets(line->line, &printer->scratch));
    json_end(json, '}');
    scan_forget(printer->scan);
}

static void print_json(struct trace_printer *printer, const struct traced *traced)
{
    struct json json = {.out = printer->out, .compact = true};
    json_begin(&json, NULL, '{');
    json_message(&json, traced);
    json_recipients(&json, traced);
    json_hops(&json, traced);
    json_begin(&json, "lines", '[');
    for (uint32_t i = 0; i < traced->line_count; i++)
        json_line(printer, &json, &traced->lines[i]);
    json_end(&json, ']');
    json_end(&json, '}');
}

static void print_raw(struct trace_printer *printer, const struct traced *traced)
{
    if (printer->filled)
        out_char(printer->out, '\n');
    for (uint32_t i = 0; i < traced->line_count; i++) {
        out_str(printer->out, mask_secrets(traced->lines[i].line, &printer->scratch));
        out_char(printer->out, '\n');
    }
}

static void show_if(struct out *out, const char *label, struct str text, const char *end)
{
    if (!text.ptr)
        return;
    out_text(out, label);
    escape_terminal_str(out, text);
    out_text(out, end);
}

static void text_head(struct out *out, const struct traced *traced)
{
    char first[WHEN_TEXT], last[WHEN_TEXT];
    escape_terminal_str(out, traced->hops[0].queue_id);
    show_if(out, " on ", traced->hops[0].host, "");
    if (traced->first.usec != TIME_NONE)
        out_printf(out, "  %s to %s", when_text(traced->first, first),
                   when_text(traced->last, last));
    out_text(out, "\n");
    show_if(out, "  by      ", traced->account, "\n");
    show_if(out, "  source  ", traced->ip, traced->client_name.ptr ? "" : "\n");
    if (traced->ip.ptr)
        show_if(out, " ", traced->client_name, "\n");
    show_if(out, "  from    <", traced->sender, ">\n");
    show_if(out, "  id      <", traced->message_id, ">\n");
    if (traced->size)
        out_printf(out, "  size    %" PRIu64 " bytes\n", traced->size);
}

static void text_recipients(struct out *out, const struct traced *traced)
{
    for (uint32_t i = 0; i < traced->recipient_count; i++) {
        const struct trace_recipient *recipient = &traced->recipients[i];
        out_text(out, "  to      <");
        if (recipient->address.ptr) {
            escape_terminal_str(out, recipient->address);
        } else {
            out_text(out, "?@");
            escape_terminal_str(out, recipient->domain);
        }
        out_printf(out, "> %s", settled_names[recipient->settled]);
        if (recipient->reason != REASON_NONE && recipient->settled != SETTLED_DELIVERED)
            out_printf(out, " (%s)", reason_name((enum reason)recipient->reason));
        out_char(out, '\n');
    }
    if (traced->unnamed)
        out_printf(out, "  to      %" PRIu32 " not tried by name: %s\n", traced->unnamed,
                   settled_names[traced->unnamed_settled]);
}

static void text_hops(struct out *out, const struct traced *traced)
{
    for (uint32_t i = 1; i < traced->hop_count; i++) {
        const struct trace_hop *hop = &traced->hops[i];
        show_if(out, "  hop     ", hop->queue_id, "");
        show_if(out, " on ", hop->host, "");
        out_printf(out, " %s", link_name(hop->link));
        if (hop->link != TRACE_ENTERED)
            show_if(out, " of ", traced->hops[hop->parent].queue_id, "");
        out_char(out, '\n');
    }
}

static void text_line(struct trace_printer *printer, const struct trace_line *line)
{
    char when[WHEN_TEXT];
    struct scanned scanned;
    scan_begin(printer->scan, &line->columns);
    scan_line(printer->scan, line->line, &scanned);
    out_printf(printer->out, "  %s ",
               line->when.usec == TIME_NONE ? "-" : when_text(line->when, when));
    escape_terminal_str(printer->out, scanned.envelope.host.len ? scanned.envelope.host : STR("-"));
    out_char(printer->out, ' ');
    escape_terminal_str(printer->out, scanned.envelope.program);
    if (scanned.envelope.pid)
        out_printf(printer->out, "[%" PRIu32 "]", scanned.envelope.pid);
    out_printf(printer->out, " %s", scanned.event.what);
    explain_print_fields(&scanned, line->line, printer->out);
    out_char(printer->out, '\n');
    scan_forget(printer->scan);
}

static void print_text(struct trace_printer *printer, const struct traced *traced)
{
    if (printer->filled)
        out_char(printer->out, '\n');
    text_head(printer->out, traced);
    text_recipients(printer->out, traced);
    text_hops(printer->out, traced);
    for (uint32_t i = 0; i < traced->line_count; i++)
        text_line(printer, &traced->lines[i]);
}

void trace_print(struct trace_printer *printer, const struct traced *traced)
{
    static void (*const forms[])(struct trace_printer *, const struct traced *) = {
        [TRACE_TEXT] = print_text, [TRACE_JSONL] = print_json, [TRACE_RAW] = print_raw};
    forms[printer->form](printer, traced);
    printer->filled = true;
    arena_reset(&printer->scratch);
}
