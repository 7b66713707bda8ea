#include "inputs_print.h"

#include <inttypes.h>

#include "escape.h"
#include "json_writer.h"
#include "progress.h"

static void print_lists(struct json *json, const struct inventory_input *item)
{
    const struct input_report *input = item->input;
    json_begin(json, "formats", '[');
    for (uint32_t i = 0; i < input->format_count; i++)
        json_text(json, NULL, input->formats[i]);
    json_end(json, ']');
    json_begin(json, "hosts", '[');
    for (uint32_t i = 0; i < item->host_count; i++)
        json_str(json, NULL, item->hosts[i]);
    json_end(json, ']');
    json_begin(json, "zones", '[');
    for (uint32_t i = 0; i < item->zone_count; i++)
        json_text(json, NULL, item->zones[i]);
    json_end(json, ']');
    json_begin(json, "gaps", '[');
    for (uint32_t i = 0; i < item->gap_count; i++) {
        json_begin(json, NULL, '{');
        json_str(json, "host", item->gaps[i].host);
        json_when(json, "from", item->gaps[i].from);
        json_when(json, "to", item->gaps[i].to);
        json_end(json, '}');
    }
    json_end(json, ']');
}

static void print_one(struct json *json, const struct inventory_input *item)
{
    const struct input_report *input = item->input;
    json_begin(json, NULL, '{');
    json_text(json, "path", input->path);
    json_text(json, "member", input->member);
    json_digest(json, "sha256", input->path_sha256); /* of the path, whatever it holds */
    json_number(json, "bytes", input->bytes);
    json_number(json, "lines", input->lines);
    json_number(json, "recognised", input->recognised);
    json_number(json, "duplicates", input->duplicates);
    json_bool(json, "holds_log", input->holds_log);
    json_when(json, "first", input->first);
    json_when(json, "last", input->last);
    json_text(json, "zone_from", input->zone_rule);
    json_text(json, "year_from", input->year_rule);
    json_bool(json, "zone_assumed", item->zone_assumed);
    json_bool(json, "year_assumed", item->year_assumed);
    json_text(json, "damage", input->damage);
    print_lists(json, item);
    json_end(json, '}');
}

void inputs_print_json(const struct inventory *inventory, struct out *out)
{
    struct json json = {.out = out};
    json_begin(&json, NULL, '{');
    json_text(&json, "schema", "postmortem-inputs/1");
    json_begin(&json, "inputs", '[');
    for (uint32_t i = 0; i < inventory->input_count; i++)
        print_one(&json, &inventory->inputs[i]);
    json_end(&json, ']');
    json_end(&json, '}');
}

void inputs_print_jsonl(const struct inventory *inventory, struct out *out)
{
    for (uint32_t i = 0; i < inventory->input_count; i++) {
        struct json json = {.out = out, .compact = true};
        print_one(&json, &inventory->inputs[i]);
    }
}

static void label(struct out *out, const char *name)
{
    out_printf(out, "  %-9s", name);
}

static void print_times(struct out *out, struct when from, struct when to)
{
    char first[WHEN_TEXT], last[WHEN_TEXT];
    out_printf(out, "%s to %s\n", when_text(from, first), when_text(to, last));
}

static void print_head(struct out *out, const struct input_report *input)
{
    char size[16];
    escape_terminal_str(out, str_of(input->path));
    if (input->member) {
        out_char(out, '!');
        escape_terminal_str(out, str_of(input->member));
    }
    out_printf(out, "\n");
    label(out, "holds");
    out_printf(out, "%s, %" PRIu64 " lines", progress_amount(size, input->bytes, "B"),
               input->lines);
    if (input->holds_log)
        out_printf(out, ", %" PRIu64 " understood", input->recognised);
    else
        out_text(out, ", no mail log");
    if (input->duplicates)
        out_printf(out, ", %" PRIu64 " that another input has too", input->duplicates);
    out_char(out, '\n');
}

static void print_clock(struct out *out, const struct inventory_input *item)
{
    const struct input_report *input = item->input;
    label(out, "host");
    for (uint32_t i = 0; i < item->host_count; i++) {
        out_text(out, i ? ", " : "");
        escape_terminal_str(out, item->hosts[i].len ? item->hosts[i] : STR("(none in the lines)"));
    }
    out_char(out, '\n');
    if (input->first.usec != TIME_NONE) {
        label(out, "span");
        print_times(out, input->first, input->last);
    }
    label(out, "zone");
    for (uint32_t i = 0; i < item->zone_count; i++)
        out_printf(out, "%s%s", i ? ", " : "", item->zones[i]);
    out_printf(out, " (from %s%s); year from %s%s\n", input->zone_rule,
               item->zone_assumed ? ", ASSUMED" : "", input->year_rule,
               item->year_assumed ? ", ASSUMED" : "");
    for (uint32_t i = 0; i < item->gap_count; i++) {
        label(out, "gap");
        escape_terminal_str(out, item->gaps[i].host);
        out_char(out, ' ');
        print_times(out, item->gaps[i].from, item->gaps[i].to);
    }
}

static void print_digest(struct out *out, const uint8_t *sha256)
{
    for (unsigned i = 0; i < OUT_DIGEST; i++)
        out_printf(out, "%02x", sha256[i]);
}

static void print_paragraph(struct out *out, const struct inventory_input *item)
{
    const struct input_report *input = item->input;
    print_head(out, input);
    if (input->format_count) {
        label(out, "format");
        for (uint32_t i = 0; i < input->format_count; i++)
            out_printf(out, "%s%s", i ? ", " : "", input->formats[i]);
        out_char(out, '\n');
    }
    if (item->host_count)
        print_clock(out, item);
    if (input->damage) {
        label(out, "DAMAGE");
        escape_terminal_str(out, str_of(input->damage));
        out_char(out, '\n');
    }
    label(out, "sha256");
    if (input->path_sha256)
        print_digest(out, input->path_sha256);
    else
        out_text(out, "not known: not all of it was read");
    out_char(out, '\n');
}

void inputs_print_text(const struct inventory *inventory, struct out *out)
{
    for (uint32_t i = 0; i < inventory->input_count; i++)
        print_paragraph(out, &inventory->inputs[i]);
}
