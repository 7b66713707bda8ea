#include "json_parts.h"

static void names(struct json *json, const char *key, const struct str *items, uint32_t count)
{
    json_begin(json, key, '[');
    for (uint32_t i = 0; i < count; i++)
        json_str(json, NULL, items[i]);
    json_end(json, ']');
}

void json_campaigns(struct json *json, const struct report *report)
{
    json_begin(json, "campaigns", '[');
    for (uint32_t i = 0; i < report->campaign_count; i++) {
        const struct campaign *campaign = &report->campaigns[i];
        json_begin(json, NULL, '{');
        json_known(json, "id", campaign->id);
        names(json, "accounts", campaign->accounts, campaign->account_count);
        names(json, "sources", campaign->sources, campaign->source_count);
        names(json, "forged_domains", campaign->forged_domains, campaign->forged_domain_count);
        json_when(json, "first", campaign->first);
        json_when(json, "last", campaign->last);
        names(json, "order", campaign->order, campaign->account_count);
        json_end(json, '}');
    }
    json_end(json, ']');
}

void json_prevention(struct json *json, const struct report *report)
{
    json_begin(json, "prevention", '{');
    json_begin(json, "limits", '[');
    for (uint32_t i = 0; i < report->limit_count; i++) {
        const struct limit *limit = &report->limits[i];
        json_begin(json, NULL, '{');
        json_text(json, "window", limit->window_hours == 1 ? "1h" : "24h");
        json_number(json, "recipients", limit->recipients);
        json_number(json, "spam_stopped", limit->spam_stopped);
        json_number(json, "benign_stopped", limit->benign_stopped);
        json_end(json, '}');
    }
    json_end(json, ']');
    json_end(json, '}');
}
