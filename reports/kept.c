#include "kept.h"

#include "json_parts.h"

const char *const offence_names[OFFENCES] = {"spam", "relay", "entry", "guessing"};

uint64_t kept_addresses(const struct report *report, const struct listed *listed)
{
    uint64_t count = 0;
    if (!report->facts)
        return report->kept ? report->kept->addresses : 0;
    for (uint32_t i = 0; i < report->facts->string_count; i++)
        count += listed->addresses[i];
    return count;
}

static void write_offender(struct json *json, const struct offender *offender)
{
    json_begin(json, NULL, '{');
    json_str(json, "ip", offender->ip);
    json_begin(json, "offences", '[');
    for (unsigned i = 0; i < OFFENCES; i++)
        if (offender->offences & 1u << i)
            json_text(json, NULL, offence_names[i]);
    json_end(json, ']');
    json_text(json, "verdict", verdict_name(offender->verdict));
    json_bool(json, "helped", offender->helped);
    json_text(json, "unfit", offender->unfit);
    json_str(json, "ptr", offender->ptr);
#define X(name) json_number(json, #name, offender->name);
    OFFENDER_FIGURES(X)
#undef X
    json_str(json, "sender", offender->sender);
    json_str(json, "host", offender->host);
    json_when(json, "first", offender->first);
    json_when(json, "last", offender->last);
    json_end(json, '}');
}

static void write_local_domains(struct json *json, const struct report *report)
{
    const struct facts *facts = report->facts;
    json_begin(json, "local_domains", '[');
    for (uint32_t i = 0; facts && i < facts->local_domain_count; i++)
        json_str(json, NULL, facts_str(facts, facts->local_domains[i]));
    for (uint32_t i = 0; !facts && i < report->kept->local_domain_count; i++)
        json_str(json, NULL, report->kept->local_domains[i]);
    json_end(json, ']');
}

static void write_sent(struct json *json, struct sent sent)
{
    json_begin(json, "sent_by_intruders", '{');
    json_number(json, "messages", sent.messages);
    json_number(json, "recipients", sent.recipients);
    json_when(json, "first", sent.first);
    json_when(json, "last", sent.last);
    json_end(json, '}');
}

/* Its number, recipients by column, what of theirs waits; nothing of one without either. */
static void write_bin(struct json *json, uint32_t index, const struct bin *bin)
{
    static const struct bin nothing;
    if (memcmp(bin, &nothing, sizeof nothing) == 0)
        return;
    json_begin(json, NULL, '[');
    json_number(json, NULL, index);
    for (unsigned k = 0; k < BIN_COLUMNS; k++)
        json_number(json, NULL, bin->recipients[k]);
    json_number(json, NULL, bin->queued_theirs);
    json_end(json, ']');
}

static void write_bins(struct json *json, const struct report *report, const struct listed *listed)
{
    const struct style style = {.columns = STYLE_COLUMNS};
    struct rows rows = rows_of(report, &style);
    struct bins bins = bins_of(report, &rows, listed);
    json_begin(json, "bins", '{');
    json_when(json, "begin", (struct when){bins.count ? bins.begin : TIME_NONE, 6});
    json_number(json, "width_seconds", (uint64_t)(bins.width / USEC_PER_SEC));
    json_number(json, "count", bins.count);
    json_begin(json, "items", '[');
    for (uint32_t i = 0; i < bins.count; i++)
        write_bin(json, i, &bins.items[i]);
    json_end(json, ']');
    json_end(json, '}');
    bins_free(&bins);
    rows_free(&rows);
}

static void write_week(struct json *json, const char *key, const struct week *week)
{
    json_begin(json, key, '[');
    for (unsigned i = 0; i < WEEK_QUARTERS; i++) {
        if (!week->quarters[i])
            continue;
        json_begin(json, NULL, '[');
        json_number(json, NULL, i);
        json_number(json, NULL, week->quarters[i]);
        json_end(json, ']');
    }
    json_end(json, ']');
}

void json_kept(struct json *json, const struct report *report)
{
    static const struct run_info no_run;
    struct arena arena = {0};
    struct incident incident;
    if (!report->facts && !report->kept)
        return;
    struct listed listed = listed_of(report);
    struct week owners = week_of(report, &listed, false),
                attackers = week_of(report, &listed, true);
    incident_make(&incident, report, &no_run, &arena);
    json_begin(json, "kept", '{');
    json_begin(json, "offenders", '[');
    for (uint32_t i = 0; i < incident.offender_count; i++)
        write_offender(json, &incident.offenders[i]);
    json_end(json, ']');
    write_local_domains(json, report);
    json_number(json, "addresses", kept_addresses(report, &listed));
    write_sent(json, incident_sent(&incident));
    write_bins(json, report, &listed);
    write_week(json, "logins_of_owners", &owners);
    write_week(json, "logins_of_attackers", &attackers);
    json_end(json, '}');
    incident_free(&incident);
    listed_free(&listed);
    arena_free(&arena);
}
