/* One account, then one finding, a line. */
#include "json_parts.h"
#include "report.h"

static void write(const struct report *report, const struct style *style, struct out *out)
{
    (void)style;
    for (uint32_t i = 0; i < report->account_count; i++) {
        struct json json = {.out = out, .compact = true};
        json_begin(&json, NULL, '{');
        json_text(&json, "kind", "account");
        json_account(&json, &report->accounts[i]);
        json_end(&json, '}');
    }
    for (uint32_t i = 0; i < report->finding_count; i++) {
        struct json json = {.out = out, .compact = true};
        json_begin(&json, NULL, '{');
        json_text(&json, "kind", "finding");
        json_finding(&json, &report->findings[i]);
        json_end(&json, '}');
    }
}

const struct report_format jsonl_format = {.name = "jsonl", .write = write};
